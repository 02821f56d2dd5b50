"""A plan held against a Prometheus that runs: what to ask it, and how far off each figure is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import Plan
from opsconductor.monitoring.capacity.series import SCRAPE_SERIES
from opsconductor.monitoring.capacity.wording import (
    bytes_text,
    count,
    figures,
    share_text,
    time_text,
)
from opsconductor.objectives import DAY, HOUR

HEAD_HOURS = 3
"""The head becomes a block when it is one and a half times two hours long."""
FILLED_HOURS = 6
"""The longest window that our rules read from raw series."""
_OWN = 'job="prometheus"'
QUERIES: Mapping[str, str] = {
    "series": f"sum(prometheus_tsdb_head_series{{{_OWN}}})",
    "samples": f"sum(rate(prometheus_tsdb_head_samples_appended_total{{{_OWN}}}[5m]))",
    "memory": f"sum(process_resident_memory_bytes{{{_OWN}}})",
    "processor": f"sum(rate(process_cpu_seconds_total{{{_OWN}}}[5m]))",
    "age": f"time() - min(prometheus_tsdb_lowest_timestamp_seconds{{{_OWN}}})",
}
"""Instant queries; a server that lacks one of the series gives nothing for it. None gives the disk:
before 2.45 Prometheus counts its blocks only, and a young one is all log."""
BY_JOB = "sum by (job) (scrape_samples_scraped)"
"""Series of the pages, by job."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure as planned and as it is; None where the server does not tell."""

    name: str
    planned: float
    measured: float | None
    shown: Callable[[float], str]

    @property
    def off(self) -> float | None:
        """How far the plan is off, as a share of what is: 0.1 is 10 % too high."""
        return None if not self.measured else self.planned / self.measured - 1

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": self.name,
            "planned": self.planned,
            "measured": self.measured,
            "off": self.off,
        }


def compared(
    plan: Plan, found: Model, told: Mapping[str, float], by_job: Mapping[str, float], disk: float
) -> Iterator[Compared]:
    """Each figure as planned and as told; the `disk` as planned for the samples' present age."""
    for one in plan.sources:
        if one.name in plan.workload.instances:
            planned = one.targets * (one.each - SCRAPE_SERIES)
            yield Compared(f"series of {one.name}", planned, by_job.get(one.name), count)
    yield Compared("series in all", plan.series, told.get("series"), count)
    rate = plan.samples_a_second
    yield Compared("samples a second", rate, told.get("samples"), figures)
    yield Compared("disk by now", _disk(plan, found, told.get("age", 0)), disk, bytes_text)
    yield Compared("memory", plan.resident, told.get("memory"), bytes_text)
    yield Compared("processor", plan.processor, told.get("processor"), share_text)


def too_young(age: float) -> str:
    """What to make of figures of a server whose samples go back `age` seconds; empty if old."""
    if age >= FILLED_HOURS * HOUR:
        return ""
    return (
        f"Samples go back {time_text(age)}: until the head and the rules' windows are full, after "
        f"{FILLED_HOURS} h, less memory and processor are used than planned."
    )


def _disk(plan: Plan, found: Model, age: float) -> float:
    """Bytes after `age` seconds: the log and the head first, blocks of what is older."""
    hours = min(age / HOUR, found.log_hours)
    log = plan.samples_a_second * HOUR * hours * found.log
    head = found.head.at(plan.series) * min(1, hours / HEAD_HOURS)
    older = min(max(age - HEAD_HOURS * HOUR, 0), plan.workload.retention)
    return log + head + plan.bytes_a_day / DAY * older
