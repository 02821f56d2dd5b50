"""How many series a workload makes, by where they come from."""

from dataclasses import dataclass

from opsconductor.contract import AUTOMATION, EXPOSED, RECORDED, series_at
from opsconductor.monitoring.capacity.measurements import Pages
from opsconductor.monitoring.capacity.workload import Workload
from opsconductor.monitoring.targets import JOBS

SCRAPE_SERIES = 5
"""What Prometheus adds for each target: up, scrape_duration_seconds, scrape_samples_scraped,
scrape_samples_post_metric_relabeling and scrape_series_added. Source: Prometheus's documentation,
"Jobs and instances"."""
WATCHDOG_SERIES = 2
"""ALERTS and ALERTS_FOR_STATE of the alert that always fires; every other one adds as many while it
is pending or fires."""
TOOL_WITHOUT_NAME = 1
"""The label value `unknown`, which the recorded series of tools have as well."""


@dataclass(frozen=True, slots=True)
class Source:
    """Series of one origin, `targets` times the same page; `interval` is seconds between samples.

    `ours` are those that the contract or our rules make; the others come with the programs.
    """

    name: str
    targets: int
    each: int
    interval: float
    ours: bool = True

    @property
    def series(self) -> int:
        """All of them."""
        return self.targets * self.each

    @property
    def samples_a_second(self) -> float:
        """Samples that they make."""
        return self.series / self.interval


def sources(workload: Workload, pages: Pages) -> tuple[Source, ...]:
    """Every origin of series, those of the scrape jobs first."""
    foreign = pages.model_dump()
    found = []
    for job, targets in workload.instances.items():
        ours = job in EXPOSED
        each = _exposed(job, workload) if ours else foreign[job]
        found.append(Source(job, targets, each + SCRAPE_SERIES, workload.intervals[job], ours=ours))
    return (
        *found,
        Source("recorded for objectives", 1, recorded(workload), workload.rule_interval),
        Source("alerts, all quiet", 1, WATCHDOG_SERIES, workload.rule_interval),
    )


def recorded(workload: Workload) -> int:
    """Series that our rules record: for each objective, and for tools where it is broken down."""
    whole = sum("tool" not in one.level for one in RECORDED)
    by_tool = len(RECORDED) - whole
    tools = workload.labelled_tools + TOOL_WITHOUT_NAME + _shares(workload)
    return workload.slos * whole + workload.broken_down * by_tool * tools


def _exposed(job: str, workload: Workload) -> int:
    """What the contract says, and a value `other` where there are more tools than label values."""
    families = EXPOSED[job]
    if job != AUTOMATION:
        # Its bounds are processes, not tools: those that are scraped, and the demo traffic instead
        # of the supervisor itself.
        return series_at(families, len(JOBS))
    found = series_at(families, workload.labelled_tools)
    if _shares(workload):
        # The families have `other` as one more value: what one more tool would add.
        limited = [one for one in families if any(label.name == "tool" for label in one.labels)]
        found += sum(one.series_at(1) - one.series_at(0) for one in limited)
    return found


def _shares(workload: Workload) -> int:
    """1 where tools share the label value `other`."""
    return int(workload.tools > workload.tool_limit)
