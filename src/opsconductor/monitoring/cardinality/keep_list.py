"""Which series of a scrape job are kept, as Prometheus's relabelling of metrics.

The series that Prometheus adds to a scrape itself (`up`, `scrape_*`) are not relabelled and always
stay. What one of our own processes exposes stays whole: the contract promises it.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from opsconductor.contract import EXPOSED, IMPORTED, RECORDED, names
from opsconductor.monitoring.cardinality.usage import Usage
from opsconductor.monitoring.targets import JOBS


@dataclass(frozen=True, slots=True)
class KeepList:
    """The series of a job that stay: `names`, and whatever one of `patterns` matches."""

    names: frozenset[str]
    patterns: frozenset[str] = frozenset()

    @property
    def regex(self) -> str:
        """One regular expression over names, sorted; Prometheus anchors it at both ends."""
        literal = [re.escape(name) for name in sorted(self.names)]
        return "|".join([*literal, *(f"(?:{one})" for one in sorted(self.patterns))])

    def relabel_configs(self) -> list[dict[str, Any]]:
        """The job's `metric_relabel_configs`."""
        return [{"source_labels": ["__name__"], "regex": self.regex, "action": "keep"}]


def keep_list(used: Usage, exposed: Collection[str], job: str) -> KeepList | None:
    """What of the names that a job exposes is read; None where all of it may be.

    A series stays under the exact name that is read: of a histogram of which only the mean is
    drawn, the buckets go. Raises `ValueError` where it is unclear what is read.
    """
    require_clear(used)
    if not used.whole_jobs.isdisjoint({"", job}):
        return None
    return KeepList(frozenset(name for name in exposed if used.reads(name, job)))


def own_keep_lists(used: Usage) -> Mapping[str, KeepList]:
    """A list for each of our jobs, by what the contract says and `used` besides.

    Of Prometheus and Alertmanager stays what the contract imports, which is all that our rules,
    panels, runbooks and commands read, and any other series that `used` names: whose it is need not
    be known. Raises `ValueError` where it is unclear what is read.
    """
    require_clear(used)
    elsewhere = {one.name for one in RECORDED} | {one.name for one in IMPORTED}
    elsewhere |= {name for exposed in EXPOSED.values() for name in names(exposed)}
    lists: dict[str, KeepList] = {}
    for job in JOBS:
        if exposed := EXPOSED.get(job):
            lists[job] = KeepList(frozenset(names(exposed)))
        elif used.whole_jobs.isdisjoint({"", job}):
            imported = _imported(job)
            lists[job] = KeepList(imported | (used.names - elsewhere), used.patterns)
    return lists


def _imported(job: str) -> frozenset[str]:
    return frozenset(one.name for one in IMPORTED if job in one.jobs)


def require_clear(used: Usage) -> None:
    """Raise `ValueError` where some expression could not be read, naming the first ten."""
    if used.unclear:
        raise ValueError(
            "nothing can be called unused while it is unclear what is read:\n"
            + "\n".join(_first(used.unclear))
        )


def _first(said: Iterable[str], most: int = 10) -> list[str]:
    lines = list(said)
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return [*lines[:most], *more]
