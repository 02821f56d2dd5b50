"""A month of our own series with traffic, failures and incidents, as a snapshot's blocks.

The same month each time: traffic by day and night, few honest failures, and what `INCIDENTS` says.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from opsconductor.contract import PROBES, SERVICE_REASONS
from opsconductor.contract.families import (
    AI_REQUEST_DURATION,
    LABEL_OVERFLOW,
    PIPELINE_REQUESTS,
    SELECTOR_REQUEST_DURATION,
    SELECTOR_REQUEST_ERRORS,
    SELECTOR_REQUESTS,
)
from opsconductor.contract.family import Family
from opsconductor.monitoring.targets import JOBS
from opsconductor.proof.range_query import RangeQueries
from opsconductor.proof.remote_write import WrittenSeries, write_request
from opsconductor.proof.temporary_prometheus import temporary_prometheus
from opsconductor.stack.programs import Program

STEP = 30
A_DAY = 86_400 // STEP
START = 1_767_225_600
"""2026-01-01 00:00 UTC."""
TOOLS = tuple(f"tool_{number}" for number in range(1, 17))
BUSY = 6
"""Tools with traffic; the others are only exposed at 0."""
SAMPLES_AT_ONCE = 500_000
_SERVED = {"service": "automation-service", "job": "automation-service", "instance": "a:3003"}
_PIPELINE = {"service": "ai-pipeline", "job": "ai-pipeline", "instance": "p:3004"}

Load = Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time, in steps, in which the share `failing` of the runs of the first tools fails."""

    first: int
    last: int
    failing: float
    tools: int = BUSY


def _at(day: float, hours: float) -> tuple[int, int]:
    return round(day * A_DAY), round(day * A_DAY + hours * 3600 / STEP)


OUTAGE, LEAK, BLIP = _at(6.4, 0.75), _at(13.2, 30), _at(20.6, 0.08)
DATABASE, TARGET = _at(9.5, 0.5), _at(25.7, 0.2)
TROUBLES = (
    Trouble(*OUTAGE, failing=0.6),
    Trouble(*LEAK, failing=0.035),
    Trouble(*BLIP, failing=0.5),
)
INCIDENTS = f"""\
incidents:
  - name: upstream outage
    start: {START + OUTAGE[0] * STEP}
    end: {START + OUTAGE[1] * STEP}
    alerts: [SLOBurnRateFast, AIExecutionErrorRateHigh]
  - name: catalogue database down
    start: {START + DATABASE[0] * STEP}
    end: {START + DATABASE[1] * STEP}
    alerts: [SelectorErrorBurst]
  - name: slow leak
    start: {START + LEAK[0] * STEP}
    end: {START + LEAK[1] * STEP}
    alerts: [SLOBurnRateTicket, SLOBudgetTrend]
    settle: 1d
  - name: pipeline restarted
    start: {START + TARGET[0] * STEP}
    end: {START + TARGET[1] * STEP}
    severity: critical
    labels: {{service: ai-pipeline}}
"""


def series(days: float, seed: int = 1) -> Iterator[tuple[dict[str, str], list[float]]]:
    """Every series of the month: its labels and a value for each step."""
    steps = round(days * A_DAY) + 1
    source = random.Random(seed)
    for number, tool in enumerate(TOOLS):
        yield from _tool(tool, number, steps, source)
    for name, labels, load in _others():
        yield {"__name__": name, **labels}, _counted(load, steps)
    for job, service in JOBS.items():
        labels = {"job": job, "service": service, "instance": f"{job}:1"}
        down = TARGET if job == "ai-pipeline" else (0, 0)
        up = [float(not down[0] <= step < down[1]) for step in range(steps)]
        yield {"__name__": "up", **labels}, up
        yield {"__name__": "scrape_samples_scraped", **labels}, [400.0] * steps
    yield {"__name__": "prometheus_notifications_alertmanagers_discovered"}, [1.0] * steps
    yield {"__name__": "stack_disk_free_ratio", "path": "/"}, [0.4] * steps


def _tool(
    tool: str, number: int, steps: int, source: random.Random
) -> Iterator[tuple[dict[str, str], list[float]]]:
    """Both statuses, every reason, and where there is traffic the durations."""
    busy = number < BUSY
    runs, failed = _runs(number, steps, source) if busy else ([0] * steps, [0] * steps)
    succeeded = [all_ - bad for all_, bad in zip(runs, failed, strict=True)]
    of = {"tool": tool, **_SERVED}
    name = "ai_requests_total"
    yield {"__name__": name, "status": "success", **of}, _climbed(succeeded)
    yield {"__name__": name, "status": "error", **of}, _climbed(failed)
    for reason in SERVICE_REASONS:
        counts = failed if reason == "upstream_error" else [0] * steps
        labels = {"__name__": "ai_request_errors_total", "reason": reason, **of}
        yield labels, _climbed(counts)
    if busy:
        yield from _durations(AI_REQUEST_DURATION, of, runs)


def _runs(number: int, steps: int, source: random.Random) -> tuple[list[int], list[int]]:
    runs, failed = [], []
    for step in range(steps):
        night = step % A_DAY < A_DAY // 3
        count = source.randrange(2, 5 if night else 12)
        share = next(
            (
                one.failing
                for one in TROUBLES
                if one.first <= step < one.last and number < one.tools
            ),
            0.001,
        )
        runs.append(count)
        failed.append(sum(source.random() < share for _ in range(count)))
    return runs, failed


def _durations(
    family: Family, labels: dict[str, str], counts: Sequence[int]
) -> Iterator[tuple[dict[str, str], list[float]]]:
    for bound in (*family.buckets, float("inf")):
        le = "+Inf" if bound == float("inf") else str(bound)
        within = [count if bound >= 0.05 else 0 for count in counts]  # noqa: PLR2004  50 ms
        yield {"__name__": family.bucket, "le": le, **labels}, _climbed(within)
    yield {"__name__": family.count, **labels}, _climbed(counts)


def _others() -> Iterator[tuple[str, dict[str, str], Load]]:
    def down(step: int) -> float:
        return float(DATABASE[0] <= step < DATABASE[1] and step % 4 == 0)

    yield "selector_db_errors_total", _SERVED, down
    yield "selector_cache_evictions_total", _SERVED, lambda _: 1
    for bound in (*SELECTOR_REQUEST_DURATION.buckets, float("inf")):
        le = "+Inf" if bound == float("inf") else str(bound)
        yield SELECTOR_REQUEST_DURATION.bucket, {"le": le, **_SERVED}, lambda _: 3
    yield SELECTOR_REQUEST_DURATION.count, _SERVED, lambda _: 3
    for family, labels in ((SELECTOR_REQUESTS, _SERVED), (PIPELINE_REQUESTS, _PIPELINE)):
        for status in family.labels[0].values:
            load = down if status == "error" and family is SELECTOR_REQUESTS else _failing(status)
            yield family.name, {"status": status, **labels}, load
    yield SELECTOR_REQUEST_ERRORS.name, {"reason": "unavailable", **_SERVED}, down
    overflow = {"family": "ai_requests_total", "label": "tool"}
    yield LABEL_OVERFLOW.name, overflow | _SERVED, lambda _: 0
    for probe in PROBES:
        of = {"probe": probe, "service": "monitoring"}
        yield "canary_requests_total", {"status": "success", **of}, lambda _: 6
        yield "canary_requests_total", {"status": "error", **of}, lambda _: 0
    yield "prometheus_rule_evaluation_failures_total", {"rule_group": "g"}, lambda _: 0
    yield "prometheus_notifications_errors_total", {"alertmanager": "a"}, lambda _: 0
    yield "prometheus_notifications_dropped_total", {}, lambda _: 0
    yield "alertmanager_notifications_failed_total", {"integration": "slack"}, lambda _: 0


def _failing(status: str) -> Load:
    """Two requests of a thousand fail, one after the other."""
    if status == "error":
        return lambda step: float(step % 250 == 0)
    return lambda _: 2


def _counted(load: Load, steps: int) -> list[float]:
    return _climbed([load(step) for step in range(steps)])


def _climbed(increases: Sequence[float]) -> list[float]:
    return [float(total) for total in accumulate(increases)]


async def write_snapshot(prometheus: Program, folder: Path, days: float) -> Path:
    """Write the month into a Prometheus, take its snapshot, and give the snapshot's folder."""
    data = folder / "month"
    async with temporary_prometheus(prometheus, data) as url, RangeQueries(url) as server:
        batch: list[WrittenSeries] = []
        for labels, values in series(days):
            instants = range(START * 1000, (START + len(values) * STEP) * 1000, STEP * 1000)
            batch.append(WrittenSeries(labels, instants, values))
            if sum(len(one.instants) for one in batch) >= SAMPLES_AT_ONCE:
                await server.write(write_request(batch))
                batch = []
        await server.write(write_request(batch))
        await server.snapshot()
    (snapshot,) = (data / "snapshots").iterdir()
    return snapshot
