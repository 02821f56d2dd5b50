"""What a workload needs of the machine that stores it, and how far that is extrapolated."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.contract import AUTOMATION
from opsconductor.contract.families import AI_REQUESTS
from opsconductor.monitoring.capacity.measurements import Moving
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.series import TOOL_WITHOUT_NAME, Source, sources
from opsconductor.monitoring.capacity.workload import Workload
from opsconductor.objectives import DAY, HOUR

LONGEST_BLOCK_SHARE = 0.1
"""The longest block as a share of the retention. Source: Prometheus's documentation, "Storage",
Compaction: up to 10 % of the retention time, or 31 days, whichever is smaller."""
LONGEST_BLOCK = 31 * DAY
MONTH = 30 * DAY
BURN_SIDES = 1.5
"""Series that a raw burn ratio reads for each series of the counter: all of them below the line,
and one of the two outcomes once more above it."""
RECORDED_LONG_WINDOWS = (DAY, 3 * DAY)
"""Windows that our rules add up from recorded rates, errors and events each; and the period, which
they add up as far as samples are kept."""
SIDES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Figures of one Prometheus in series, bytes and seconds; `replicas` of it need as much each.

    `bytes_a_day` is what a day adds once it is compacted, of ordinary traffic;
    `bytes_a_day_between` where nothing moves and where everything does. `blocks`, `log` and
    `headroom` add up to `disk`. `peak` is memory at a start or while the head is written.
    `scraping` and `evaluating` are shares of a core; `evaluation` is a processor's seconds for all
    rules once.
    `raw_query` and `recorded_query` are seconds of a burn ratio over 30 days. `extrapolated` is how
    many times beyond the largest measured size the series are; at most 1 is measured.
    """

    workload: Workload
    sources: tuple[Source, ...]
    series: int
    samples_a_second: float
    bytes_a_day: float
    bytes_a_day_between: tuple[float, float]
    blocks: float
    log: float
    headroom: float
    resident: float
    peak: float
    restart: float
    scraping: float
    evaluating: float
    evaluation: float
    raw_query: float
    recorded_query: float
    extrapolated: float

    @property
    def disk(self) -> float:
        """Bytes that one Prometheus needs at most."""
        return self.blocks + self.log + self.headroom

    @property
    def foreign(self) -> int:
        """Series that come with the programs around ours, whatever is watched."""
        return sum(one.series for one in self.sources if not one.ours)

    @property
    def processor(self) -> float:
        """Share of a core, scraping and rules together."""
        return self.scraping + self.evaluating


def plan(workload: Workload, found: Model) -> Plan:
    """Plan the workload from what was measured."""
    origins = sources(workload, found.pages)
    series = sum(one.series for one in origins)
    rate = sum(one.samples_a_second for one in origins)
    watched = sum(one.series for one in origins if one.name in workload.instances and one.ours)
    evaluation = found.evaluation.at(watched) + _long_windows(workload, found)
    a_day = _bytes_a_day(rate, found)
    longest = min(workload.retention * LONGEST_BLOCK_SHARE, LONGEST_BLOCK)
    return Plan(
        workload=workload,
        sources=origins,
        series=series,
        samples_a_second=rate,
        bytes_a_day=a_day["ordinary"],
        bytes_a_day_between=(a_day["quiet"], a_day["busy"]),
        blocks=a_day["ordinary"] / DAY * workload.retention,
        log=rate * HOUR * found.log_hours * found.log + found.head.at(series),
        # A block goes as a whole, when all of it is too old; and while the longest is made of
        # shorter ones, both are there.
        headroom=a_day["ordinary"] / DAY * 2 * longest,
        resident=found.resident.at(series),
        peak=max(found.peak.at(series), found.resident.at(series)),
        restart=found.restart.at(series),
        scraping=found.scraping.at(rate),
        evaluating=evaluation / workload.rule_interval,
        evaluation=evaluation,
        raw_query=found.raw_query.at(raw_burn_samples(workload)),
        recorded_query=found.recorded_sample * SIDES * MONTH / workload.rule_interval,
        extrapolated=series / found.largest,
    )


def raw_burn_samples(workload: Workload) -> float:
    """Samples that a burn ratio of tool runs reads, over 30 days of raw series."""
    tools = workload.labelled_tools + TOOL_WITHOUT_NAME
    counters = AI_REQUESTS.labels[0].size(0) * tools * workload.instances[AUTOMATION]
    return BURN_SIDES * counters * MONTH / workload.intervals[AUTOMATION]


def _long_windows(workload: Workload, found: Model) -> float:
    """Seconds of adding up recorded rates: what was measured had no history of them."""
    windows = (*RECORDED_LONG_WINDOWS, min(workload.retention, MONTH))
    samples = SIDES * sum(windows) / workload.rule_interval
    return workload.slos * samples * found.recorded_sample


def _bytes_a_day(rate: float, found: Model) -> Mapping[Moving, float]:
    return {kind: rate * DAY * each for kind, each in found.bytes_a_sample.items()}
