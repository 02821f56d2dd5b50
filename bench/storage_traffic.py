"""Series shaped like the contract's, with values that move as under real traffic.

One pair of services, automation-service and ai-pipeline, has a history of its own; further pairs
are the same history seen from another moment on. Nothing in a block is shared between series but
labels, so a further pair costs what a first one would.
"""

import random
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from math import inf, pi, sin, sqrt

from opsconductor.contract import AUTOMATION, EXPOSED, PIPELINE, UNKNOWN, Family
from opsconductor.contract.families import LABEL_OVERFLOW
from opsconductor.contract.overflow import pairs
from opsconductor.monitoring.capacity.measurements import Moving
from opsconductor.monitoring.targets import JOBS

STEP = 10
"""Seconds between two samples: the interval at which automation-service is scraped."""
A_DAY = 86_400 // STEP
TOOLS = tuple(f"tool_{number:02}" for number in range(1, 15))
"""Fourteen: a pair of services then exposes the 500 series that the estimate is about."""
BUSY = 9
"""The first so many tools are used, the n-th an n-th as often as the first; the rest stand at 0."""
BUSIEST = 5.0
"""Requests of the first tool in one step, on the average of the day."""
RUSH = 25.0
"""Requests of every tool in one step where everything moves at every scrape."""
FAILING = 0.005
DRIFTING = ("_entries", "_memory_bytes", "_open_fds")
"""Gauges that move with the traffic; the others stand for what is configured or started."""
PAGE, TICK = 4096, 0.01
"""Memory is told in pages, processor time in hundredths of a second."""
MANY = 6.0
"""Arrivals in a step from which on they are drawn at once."""
PAIR = (AUTOMATION, PIPELINE)


@dataclass(frozen=True, slots=True)
class History:
    """A series of the first pair: its name with labels, and a value for each step."""

    name: str
    labels: Mapping[str, str]
    values: Sequence[float]


def histories(service: str, steps: int, moving: Moving = "ordinary") -> list[History]:
    """Every series that the service exposes, with `steps` values each."""
    source = random.Random(service)
    found: list[History] = []
    for family in EXPOSED[service]:
        if family.optional:
            continue
        for labels in _children(family, service):
            found.extend(_history(family, labels, steps, source, moving))
    return found


def identity(service: str, pair: int, generation: int = 0) -> dict[str, str]:
    """The labels that a scrape adds: those of the `pair`-th instance, started anew so often."""
    instance = f"{service}-{pair}:{3003 + generation}"
    return {"job": service, "instance": instance, "service": JOBS[service]}


def offset(pair: int, most: int) -> int:
    """From which step of the history on the pair lives; below `most`, spread over it."""
    return pair * 37 % max(most, 1)


def _children(family: Family, service: str) -> Iterator[dict[str, str]]:
    """The label sets that an ordinary system has."""
    if family is LABEL_OVERFLOW:
        required = [one for one in EXPOSED[service] if not one.optional]
        yield from ({"family": name, "label": label} for name, label in pairs(required))
        return
    seeded = family.seeded or {}
    values = [
        seeded.get(label.name)
        or (*label.values, *(TOOLS if label.name == "tool" else [f"{label.name}-1"] * label.limit))
        for label in family.labels
    ]
    for chosen in product(*values):
        yield dict(zip((label.name for label in family.labels), chosen, strict=True))


def _history(
    family: Family, labels: Mapping[str, str], steps: int, source: random.Random, moving: Moving
) -> Iterator[History]:
    rate = _requests(family, labels, moving)
    if family.kind == "gauge":
        level = float(source.randrange(1, 200))
        moves = moving == "busy" or (moving == "ordinary" and family.name.endswith(DRIFTING))
        values = [level + source.randrange(20) if moves else level for _ in range(steps)]
        grain = PAGE if family.unit == "bytes" else 1.0
        yield History(family.name, labels, array("d", (one * grain for one in values)))
    elif family.kind == "counter":
        counts = [_count(rate, step, source) for step in range(steps)]
        grain = TICK if family.unit == "seconds" else 1.0
        yield History(family.name, labels, array("d", (one * grain for one in accumulate(counts))))
    else:
        yield from _histogram(family, labels, [_count(rate, n, source) for n in range(steps)])


def _histogram(
    family: Family, labels: Mapping[str, str], counts: Sequence[int]
) -> Iterator[History]:
    """Durations around a tenth of a second, told to the microsecond, as a clock gives them."""
    source = random.Random(f"{family.name} {labels}")
    bounds = (*family.buckets, inf)
    within = [array("d") for _ in bounds]
    sums, alone, total = array("d"), [0] * len(bounds), 0.0
    median = source.uniform(0.02, 0.6)
    for count in counts:
        for _ in range(count):
            took = round(median * source.lognormvariate(0, 0.7), 6)
            total += took
            alone[bisect_left(bounds, took)] += 1
        for values, reached in zip(within, accumulate(alone), strict=True):
            values.append(reached)
        sums.append(total)
    for bound, values in zip(bounds, within, strict=True):
        le = "+Inf" if bound == inf else str(bound)
        yield History(family.bucket, {**labels, "le": le}, values)
    yield History(family.count, labels, within[-1])
    yield History(family.total, labels, sums)


def _requests(family: Family, labels: Mapping[str, str], moving: Moving) -> float:
    """Events of a series in one step: by its tool, and rare where it counts what goes wrong."""
    if moving != "ordinary":
        return RUSH if moving == "busy" else 0
    tool = labels.get("tool", TOOLS[0])
    place = TOOLS.index(tool) + 1 if tool != UNKNOWN else inf
    if place > BUSY:
        return 0
    failed = family.name.endswith("_errors_total") or labels.get("status") == "error"
    return BUSIEST / place * (FAILING if failed else 1)


def _count(rate: float, step: int, source: random.Random) -> int:
    """Arrivals in a step by day and night, Poisson by the gaps between them.

    Where there are many, a normal distribution is as good and does not take as many draws.
    """
    if rate <= 0:
        return 0
    load = rate * (1 + 0.7 * sin(2 * pi * step / A_DAY))
    if load > MANY:
        return max(0, round(source.gauss(load, sqrt(load))))
    count, gone = 0, source.expovariate(load)
    while gone < 1:
        count, gone = count + 1, gone + source.expovariate(load)
    return count
