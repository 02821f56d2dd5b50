"""An SLO's events as metrics show them, made from what its OpenSLO document and the contract say.

Each label set that the contract allows is one series. Whether its events are good, bad, or count
on neither side (a caller's mistake) follows from the document's two queries.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product

from opsconductor.contract import BY_NAME, EXPOSED, Family
from opsconductor.monitoring.mutation.tree import (
    ExpressionError,
    Selector,
    nodes,
    parse,
)
from opsconductor.monitoring.scenario import Series, named
from opsconductor.monitoring.scenarios.ratio import Traffic
from opsconductor.monitoring.scenarios.timeline import counter
from opsconductor.monitoring.slo.indicator import Events as Counters
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.monitoring.targets import JOBS

NAMES: Mapping[str, tuple[str, ...]] = {"tool": ("echo", "ping")}
"""What a label with open values is, where it matters: the tools that are run."""
PLACEHOLDER = re.compile(r"\{\{ ?\.window ?\}\}|\$\{window\}|\$window")


class Side(Enum):
    """Where an event counts."""

    GOOD = "good"
    BAD = "bad"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Stream:
    """One series, and what its events are; `part` is its share of the events of its side."""

    name: str
    labels: Mapping[str, str]
    side: Side
    part: float = 1.0


@dataclass(frozen=True, slots=True)
class Streams:
    """Every series of an indicator."""

    each: tuple[Stream, ...]

    def expose(
        self,
        of: Traffic,
        *,
        restarts: Sequence[int] = (),
        missed: Sequence[int] = (),
        plain: bool = False,
    ) -> Series:
        """The counters through a traffic; `plain` has one series a side."""
        counts = {
            Side.GOOD: of.succeeded.counts,
            Side.BAD: of.failed.counts,
            Side.NEITHER: of.mistaken.counts,
        }
        return {
            named(one.name, **one.labels): counter(
                [each * one.part for each in counts[one.side]], restarts=restarts, missed=missed
            )
            for one in (self.plain() if plain else self.each)
        }

    def plain(self) -> tuple[Stream, ...]:
        """The first series of each side that counts, with all of its events."""
        found: dict[Side, Stream] = {}
        for one in self.each:
            if one.side is not Side.NEITHER:
                found.setdefault(one.side, Stream(one.name, one.labels, one.side))
        return tuple(found.values())

    def only(self, sides: Iterable[Side]) -> "Streams":
        """Without the series of the other sides: they were never exposed."""
        return Streams(tuple(one for one in self.each if one.side in sides))

    def of(self, label: str, value: str) -> "Streams":
        """The series with this value alone, with all the events of their sides."""
        ours = [one for one in self.each if one.labels.get(label) == value]
        whole = {side: sum(one.part for one in ours if one.side is side) for side in Side}
        return Streams(tuple(replace(one, part=one.part / whole[one.side]) for one in ours))

    def by(self, label: str) -> Mapping[str, Mapping[Side, float]]:
        """The share of each side's events by a label's value."""
        found: dict[str, dict[Side, float]] = {}
        for one in self.each:
            if value := one.labels.get(label):
                shares = found.setdefault(value, dict.fromkeys(Side, 0.0))
                shares[one.side] += one.part
        return found


@dataclass(frozen=True, slots=True)
class Durations:
    """A histogram of which observations up to `bound` seconds are good."""

    family: Family
    bound: float
    labels: tuple[Mapping[str, str], ...]
    bucketless: bool = False

    def only(self, sides: Iterable[Side]) -> "Durations":
        """Without its buckets where nothing was good: they were never exposed."""
        return replace(self, bucketless=Side.GOOD not in sides)

    def expose(
        self,
        of: Traffic,
        *,
        restarts: Sequence[int] = (),
        missed: Sequence[int] = (),
        plain: bool = False,
    ) -> Series:
        """Buckets and counts: good ones take just up to the bound, bad ones longer."""
        series: Series = {}
        chosen = self.labels[:1] if plain else self.labels
        whole = len(chosen) * (len(chosen) + 1) / 2
        good, every = of.succeeded.counts, of.counted.counts
        for number, labels in enumerate(chosen, 1):
            part = number / whole
            buckets = () if self.bucketless else self._buckets(good, every, plain=plain)
            for le, counts in buckets:
                name = named(self.family.bucket, le=le, **labels)
                series[name] = _counter(counts, part, restarts, missed)
            series[named(self.family.count, **labels)] = _counter(every, part, restarts, missed)
        return series

    def _buckets(
        self, good: Sequence[float], every: Sequence[float], *, plain: bool
    ) -> Iterator[tuple[str, Sequence[float]]]:
        bounds = (self.bound,) if plain else self.family.buckets
        longer = next((b for b in self.family.buckets if b > self.bound), float("inf"))
        for bound in bounds:
            if bound < self.bound:
                yield str(bound), [0.0 for _ in good]
            else:
                yield str(bound), good if bound < longer else every
        yield "+Inf", every


def _counter(
    counts: Sequence[float], part: float, restarts: Sequence[int], missed: Sequence[int]
) -> str:
    return counter([each * part for each in counts], restarts=restarts, missed=missed)


def exposed(promise: Promise) -> Streams | Durations | None:
    """How the promise's events show; None where it does not count events that we can make."""
    if not isinstance(promise.indicator, Counters) or promise.sampled:
        return None
    if promise.indicator.wrap != "rate":
        return None
    try:
        part = tuple(_selectors(promise.indicator.part.text))
        total = tuple(_selectors(promise.indicator.total.text))
    except ExpressionError:
        return None
    if promise.indicator.part_is_good and (durations := _durations(part, total)):
        return durations
    return _streams(part, total, good=promise.indicator.part_is_good)


def _selectors(query: str) -> Iterator[Selector]:
    for node in nodes(parse(PLACEHOLDER.sub("5m", query))):
        if isinstance(node, Selector):
            yield node


def _durations(part: Sequence[Selector], total: Sequence[Selector]) -> Durations | None:
    """Good is one bucket of a histogram, and all is its count."""
    if len(part) != 1 or len(total) != 1:
        return None
    family = BY_NAME.get(total[0].name.removesuffix("_count"))
    le = [each.value for each in part[0].matchers if each.label == "le" and each.op == "="]
    if family is None or not family.buckets or part[0].name != family.bucket or not le:
        return None
    return Durations(family, float(le[0]), tuple(_label_sets(family.name, part)))


def _streams(part: Sequence[Selector], total: Sequence[Selector], *, good: bool) -> Streams | None:
    found: list[tuple[str, Mapping[str, str], Side]] = []
    for name in dict.fromkeys(each.name for each in (*total, *part)):
        for labels in _label_sets(name, (*total, *part)):
            counts = _selected(name, labels, total)
            in_part = _selected(name, labels, part)
            counted = Side.GOOD if in_part is good else Side.BAD
            found.append((name, labels, counted if counts else Side.NEITHER))
    sides = {side for _, _, side in found}
    if not {Side.GOOD, Side.BAD} <= sides:
        return None
    return Streams(tuple(_weighted(found)))


def _weighted(found: Sequence[tuple[str, Mapping[str, str], Side]]) -> Iterator[Stream]:
    """Each series of a side has a share of its own in the side's events."""
    for side in Side:
        ours = [(name, labels) for name, labels, one in found if one is side]
        whole = len(ours) * (len(ours) + 1) / 2
        for number, (name, labels) in enumerate(ours, 1):
            yield Stream(name, labels, side, number / whole)


def _label_sets(name: str, selectors: Sequence[Selector]) -> Iterator[Mapping[str, str]]:
    """Every label set that the contract allows; of a foreign family, what the query speaks of."""
    family = BY_NAME.get(name)
    if family is not None:
        values: Mapping[str, tuple[str, ...]] = {
            one.name: tuple(one.values) if not one.limit else NAMES.get(one.name, ("a", "b"))
            for one in family.labels
        }
    else:
        values = _spoken_of([each for each in selectors if each.name == name])
    target = _target(name)
    instances = [target] if set(values) & set(NAMES) else [target, {**target, "instance": "b:1"}]
    for chosen in product(*values.values()):
        for where in instances:
            yield {**dict(zip(values, chosen, strict=True)), **where}


def _spoken_of(selectors: Sequence[Selector]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for selector in selectors:
        for each in selector.matchers:
            alternatives = each.value.split("|") if "~" in each.op else [each.value]
            found.setdefault(each.label, {}).update(dict.fromkeys(alternatives))
    return {label: (*values, "another") for label, values in found.items()}


def _target(name: str) -> dict[str, str]:
    """What a scrape adds: the labels of the job that exposes the family."""
    for job, families in EXPOSED.items():
        if any(name == family.name for family in families):
            return {"service": JOBS[job], "job": job, "instance": f"{job}:1"}
    return {"service": "somebody", "job": "somebody", "instance": "somebody:1"}


def _selected(name: str, labels: Mapping[str, str], selectors: Sequence[Selector]) -> bool:
    return any(
        each.name == name and all(m.matches(labels.get(m.label, "")) for m in each.matchers)
        for each in selectors
    )
