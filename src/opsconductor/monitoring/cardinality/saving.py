"""What each scrape job costs, and what a keep list would save of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.cardinality.keep_list import KeepList
from opsconductor.monitoring.cardinality.standing import Sample, is_added
from opsconductor.monitoring.promql import re2
from opsconductor.objectives import DAY

ALREADY = "sum by (job) (scrape_samples_scraped - scrape_samples_post_metric_relabeling)"
"""Samples of a scrape that relabelling drops as it is now, by job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """A job: samples of one scrape of all its targets, and `interval`, seconds between scrapes.

    A sample takes `sample_bytes` in blocks. `used` are stored and read, `unused` stored and not on
    the list, `dropped` not even stored.
    """

    job: str
    used: int
    unused: int
    dropped: int
    interval: float | None
    sample_bytes: float

    @property
    def scraped(self) -> int:
        """Samples that the targets expose."""
        return self.used + self.unused + self.dropped

    @property
    def bytes_a_day(self) -> float | None:
        """What the list would save in blocks, beyond what is dropped already."""
        if self.interval is None:
            return None
        return self.unused * DAY / self.interval * self.sample_bytes


def exposures(every: Iterable[Sample]) -> Mapping[str, Counter[str]]:
    """What each job exposes: series by name, without what Prometheus adds itself."""
    found: dict[str, Counter[str]] = {}
    for labels, value in every:
        job, name = labels.get("job", ""), labels.get("__name__", "")
        if job and not is_added(name):
            found.setdefault(job, Counter())[name] += round(value)
    return found


def savings(
    exposed: Mapping[str, Mapping[str, int]],
    lists: Mapping[str, KeepList],
    dropped: Mapping[str, int],
    intervals: Mapping[str, float],
    sample_bytes: float,
) -> tuple[Saving, ...]:
    """For each job what its list would save; a job without a list keeps everything."""
    found = []
    for job in sorted(exposed.keys() | dropped.keys()):
        series, kept = exposed.get(job, {}), lists.get(job)
        used = sum(count for name, count in series.items() if kept is None or _keeps(kept, name))
        found.append(
            Saving(
                job=job,
                used=used,
                unused=sum(series.values()) - used,
                dropped=dropped.get(job, 0),
                interval=intervals.get(job),
                sample_bytes=sample_bytes,
            )
        )
    return tuple(found)


def _keeps(kept: KeepList, name: str) -> bool:
    return name in kept.names or any(
        re2.matches(pattern, name) is not False for pattern in kept.patterns
    )
