"""What is to be planned for: services, tools, objectives, intervals, retention and the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from opsconductor.contract import AUTOMATION, PIPELINE
from opsconductor.contract.families import TOOL_LIMIT
from opsconductor.monitoring.capacity.error import WorkloadError
from opsconductor.monitoring.targets import JOBS, targets
from opsconductor.objectives import DAY
from opsconductor.settings import Settings

LONGEST_RETENTION = 2 * 365 * DAY
"""Beyond, local storage is the wrong place: it is one disk, neither clustered nor replicated, and a
block is compacted to at most 31 days. Source: Prometheus's documentation, "Storage", Operational
aspects; it recommends remote storage for more durable, longer-term data. Two years is ours: a year
to compare with the one before."""
SHORTEST_RETENTION = 2 * 3600
"""The head holds this much in any case."""
SHORTEST_INTERVAL = 0.1
"""Below, not even a drill scrapes: a page of hundreds of series is hardly answered before the next
scrape is due."""
LONGEST_INTERVAL = 120.0
"""Above, series go stale between two scrapes: the look-back is five minutes, and one scrape may be
missed. Source: Prometheus's documentation, "Querying basics", Staleness; "Robust Perception, Keep
it simple scrape_interval": no more than two minutes."""
MOST_SERVICES, MOST_SLOS = 10_000_000, 100_000
"""More is a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A system to plan for. Raises `WorkloadError` for one that makes no sense.

    `services` are processes of automation-service and ai-pipeline, half of each and the odd one
    automation-service; a single Prometheus scrapes them all, and `replicas` of it do the same.
    Intervals and `retention` in seconds, `memory` in bytes, `processors` in cores: the machine of
    one Prometheus. `broken_down` objectives record a series for each tool as well.
    """

    services: int
    tools: int
    slos: int
    broken_down: int
    retention: float
    intervals: Mapping[str, float]
    rule_interval: float
    replicas: int
    memory: float
    processors: int
    tool_limit: int = TOOL_LIMIT

    def __post_init__(self) -> None:
        _between("--services", self.services, 1, MOST_SERVICES, "services to watch")
        _between("--tools", self.tools, 0, MOST_SERVICES, "tools in the catalogue")
        _between("--slos", self.slos, 0, MOST_SLOS, "objectives")
        _between("--cores", self.processors, 1, 10_000, "cores")
        _between("--replicas", self.replicas, 1, 100, "Prometheus servers that hold the same")
        if not 2**28 <= self.memory < inf:
            raise WorkloadError("--memory", "no amount of memory, or less than 256 MiB")
        for interval in (*self.intervals.values(), self.rule_interval):
            _check_interval(interval)
        _check_retention(self.retention)

    @property
    def labelled_tools(self) -> int:
        """Tools that have a label value of their own; further ones share `other`."""
        return min(self.tools, self.tool_limit)

    @property
    def instances(self) -> Mapping[str, int]:
        """How many targets each scrape job has."""
        pipelines = self.services // 2
        both = {AUTOMATION: self.services - pipelines, PIPELINE: pipelines}
        return {job: both.get(job, 1) for job in JOBS}


def workload(  # noqa: PLR0913  what of the settings is asked for otherwise
    settings: Settings,
    *,
    tools: int,
    slos: int,
    memory: float,
    processors: int,
    services: int | None = None,
    retention: float | None = None,
    interval: float | None = None,
    replicas: int = 1,
) -> Workload:
    """The system as configured, with what is given in place of it. Raises `WorkloadError`.

    `interval` is that of automation-service; the other jobs keep their ratio to it.
    """
    own = settings.prometheus.automation_scrape_interval_seconds
    factor = 1 if interval is None else interval / own
    return Workload(
        services=2 if services is None else services,
        tools=tools,
        slos=slos,
        broken_down=min(slos, 1),
        retention=settings.prometheus.retention_days * DAY if retention is None else retention,
        intervals={one.job: one.interval * factor for one in targets(settings)},
        rule_interval=settings.prometheus.rule_interval_seconds,
        replicas=replicas,
        memory=memory,
        processors=processors,
        tool_limit=settings.automation.tool_label_limit,
    )


def _between(option: str, value: int, least: int, most: int, what: str) -> None:
    if not least <= value <= most:
        raise WorkloadError(option, f"{value} {what}: give a number from {least} to {most}")


def _check_interval(seconds: float) -> None:
    if not SHORTEST_INTERVAL <= seconds <= LONGEST_INTERVAL:
        raise WorkloadError(
            "--scrape-interval",
            f"an interval of {seconds:g} s; Prometheus needs {SHORTEST_INTERVAL:g} s to "
            f"{LONGEST_INTERVAL:g} s: scrapes must not overlap, and series are stale after 5 min",
        )


def _check_retention(seconds: float) -> None:
    if seconds < SHORTEST_RETENTION:
        raise WorkloadError("--retention", "less than 2h: the head alone holds more")
    if seconds > LONGEST_RETENTION:
        raise WorkloadError(
            "--retention",
            f"{seconds / DAY:.0f} days on one local disk, which is not replicated; keep at most "
            f"{LONGEST_RETENTION // DAY} days there, and older samples in object storage (Thanos "
            "or Mimir)",
        )
