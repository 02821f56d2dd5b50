"""Which process exposes which families, and how many series that makes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from opsconductor.contract import families, process_families
from opsconductor.contract.family import Family, Kind, Label
from opsconductor.contract.overflow import pairs
from opsconductor.contract.vocabulary import PROCESSES

FAMILIES: tuple[Family, ...] = tuple(
    value
    for module in (families, process_families)
    for value in vars(module).values()
    if isinstance(value, Family)
)
BY_NAME: Mapping[str, Family] = {family.name: family for family in FAMILIES}

EXPOSED: Mapping[str, tuple[Family, ...]] = {
    process: tuple(family for family in FAMILIES if process in family.exposed_by)
    for process in PROCESSES
}
"""Which process exposes which families."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A series that somebody else exposes and that our rules and panels read.

    `jobs` are the scrape jobs whose targets have it; empty means every job. Newer versions of the
    source, or a feature flag, may add `optional_labels`; with `open` any label is possible.
    """

    name: str
    source: str
    kind: Kind
    jobs: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    optional_labels: tuple[Label, ...] = ()
    open: bool = False
    between: tuple[float, float] = (0, inf)


_PROMETHEUS, _ALERTMANAGER = ("prometheus",), ("alertmanager",)
# As many values as there are receivers, groups or servers: the bound says "not closed".
_SOME = 64

IMPORTED: tuple[Imported, ...] = (
    Imported(name="up", source="Prometheus, per target", kind="gauge", between=(0, 1)),
    Imported(name="scrape_samples_scraped", source="Prometheus, per target", kind="gauge"),
    Imported(name="scrape_duration_seconds", source="Prometheus, per target", kind="gauge"),
    Imported(
        name="ALERTS",
        source="Prometheus, per alert",
        kind="gauge",
        labels=(Label("alertname", limit=_SOME), Label("alertstate", ("pending", "firing"))),
        open=True,
        between=(1, 1),
    ),
    Imported(
        name="prometheus_rule_evaluation_failures_total",
        source="Prometheus",
        kind="counter",
        jobs=_PROMETHEUS,
        labels=(Label("rule_group", limit=_SOME),),
    ),
    Imported(
        name="prometheus_rule_group_last_duration_seconds",
        source="Prometheus",
        kind="gauge",
        jobs=_PROMETHEUS,
        labels=(Label("rule_group", limit=_SOME),),
    ),
    Imported(
        name="prometheus_rule_group_interval_seconds",
        source="Prometheus",
        kind="gauge",
        jobs=_PROMETHEUS,
        labels=(Label("rule_group", limit=_SOME),),
    ),
    Imported(
        name="prometheus_notifications_errors_total",
        source="Prometheus",
        kind="counter",
        jobs=_PROMETHEUS,
        labels=(Label("alertmanager", limit=_SOME),),
    ),
    Imported(
        name="prometheus_notifications_dropped_total",
        source="Prometheus",
        kind="counter",
        jobs=_PROMETHEUS,
        optional_labels=(Label("alertmanager", limit=_SOME),),
    ),
    Imported(
        name="prometheus_notifications_alertmanagers_discovered",
        source="Prometheus",
        kind="gauge",
        jobs=_PROMETHEUS,
    ),
    Imported(
        name="prometheus_tsdb_head_series", source="Prometheus", kind="gauge", jobs=_PROMETHEUS
    ),
    Imported(
        name="prometheus_tsdb_head_samples_appended_total",
        source="Prometheus",
        kind="counter",
        jobs=_PROMETHEUS,
        optional_labels=(Label("type", limit=_SOME),),
    ),
    Imported(
        name="prometheus_tsdb_storage_blocks_bytes",
        source="Prometheus",
        kind="gauge",
        jobs=_PROMETHEUS,
    ),
    Imported(
        name="prometheus_tsdb_compactions_failed_total",
        source="Prometheus",
        kind="counter",
        jobs=_PROMETHEUS,
    ),
    Imported(
        name="prometheus_tsdb_wal_corruptions_total",
        source="Prometheus",
        kind="counter",
        jobs=_PROMETHEUS,
    ),
    *(
        Imported(
            name=one.name,
            source="Prometheus and Alertmanager, of their own process",
            kind=one.kind,
            jobs=one.elsewhere,
        )
        for one in FAMILIES
        if one.elsewhere
    ),
    Imported(
        name="alertmanager_notification_latency_seconds_sum",
        source="Alertmanager",
        kind="counter",
        jobs=_ALERTMANAGER,
        labels=(Label("integration", limit=_SOME),),
        optional_labels=(Label("receiver_name", limit=_SOME),),
    ),
    Imported(
        name="alertmanager_notification_latency_seconds_count",
        source="Alertmanager",
        kind="counter",
        jobs=_ALERTMANAGER,
        labels=(Label("integration", limit=_SOME),),
        optional_labels=(Label("receiver_name", limit=_SOME),),
    ),
    Imported(
        name="alertmanager_notifications_failed_total",
        source="Alertmanager",
        kind="counter",
        jobs=_ALERTMANAGER,
        labels=(Label("integration", limit=_SOME),),
        optional_labels=(Label("reason", limit=_SOME), Label("receiver_name", limit=_SOME)),
    ),
    Imported(
        name="alertmanager_notifications_total",
        source="Alertmanager",
        kind="counter",
        jobs=_ALERTMANAGER,
        labels=(Label("integration", limit=_SOME),),
        optional_labels=(Label("receiver_name", limit=_SOME),),
    ),
)


def names(of: Iterable[Family]) -> Iterator[str]:
    """Every series name that the families expose."""
    for family in of:
        if family.kind == "histogram":
            yield from (family.bucket, family.count, family.total)
        else:
            yield family.name


def series_at(of: Iterable[Family], tools: int) -> int:
    """Series that a process which exposes the families has with `tools` tools in the catalogue."""
    return sum(expected(of, tools).values())


def expected(of: Iterable[Family], tools: int) -> Mapping[str, int]:
    """The same by family; one that an ordinary system has not is 0."""
    exposed = tuple(of)
    return {
        family.name: len(pairs(one for one in exposed if not one.optional))
        if family is families.LABEL_OVERFLOW
        else family.series_at(tools)
        for family in exposed
    }


def worst_case(of: Iterable[Family]) -> int:
    """The most series that the families can ever expose."""
    return sum(family.worst_case for family in of)
