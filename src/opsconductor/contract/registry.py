"""Which process exposes which families, and how many series that makes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from opsconductor.contract import families
from opsconductor.contract.family import Family
from opsconductor.contract.vocabulary import AUTOMATION, PIPELINE

FAMILIES: tuple[Family, ...] = tuple(
    value for value in vars(families).values() if isinstance(value, Family)
)
BY_NAME: Mapping[str, Family] = {family.name: family for family in FAMILIES}

EXPOSED: Mapping[str, tuple[Family, ...]] = {
    AUTOMATION: (
        families.AI_REQUESTS,
        families.AI_REQUEST_ERRORS,
        families.AI_REQUEST_DURATION,
        families.AI_TOOLS,
        families.SELECTOR_REQUESTS,
        families.SELECTOR_REQUEST_DURATION,
        families.SELECTOR_CACHE_ENTRIES,
        families.SELECTOR_CACHE_TTL,
        families.SELECTOR_CACHE_EVICTIONS,
        families.SELECTOR_DB_ERRORS,
        families.SELECTOR_BUILD_INFO,
        families.LABEL_OVERFLOW,
    ),
    PIPELINE: (
        families.PIPELINE_REQUESTS,
        families.PIPELINE_REQUEST_DURATION,
        families.PIPELINE_STAGE_DURATION,
        families.PIPELINE_STAGE_ERRORS,
        families.GEN_AI_OPERATION_DURATION,
        families.GEN_AI_TOKEN_USAGE,
        families.LABEL_OVERFLOW,
    ),
    "console": (families.LABEL_OVERFLOW,),
    "canary": (families.CANARY_REQUESTS, families.CANARY_REQUEST_DURATION, families.LABEL_OVERFLOW),
    "supervisor": (
        families.STACK_PROCESS_UP,
        families.STACK_PROCESS_RESTARTS,
        families.STACK_DISK_FREE_RATIO,
        families.LABEL_OVERFLOW,
    ),
}
"""Which process exposes which families."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A family that somebody else exposes and that our rules and panels read."""

    name: str
    source: str


IMPORTED: tuple[Imported, ...] = (
    Imported("up", "Prometheus, per target"),
    Imported("scrape_samples_scraped", "Prometheus, per target"),
    Imported("ALERTS", "Prometheus, per alert"),
    Imported("prometheus_rule_evaluation_failures_total", "Prometheus"),
    Imported("prometheus_notifications_errors_total", "Prometheus"),
    Imported("prometheus_notifications_dropped_total", "Prometheus"),
    Imported("prometheus_notifications_alertmanagers_discovered", "Prometheus"),
    Imported("prometheus_tsdb_head_series", "Prometheus"),
    Imported("alertmanager_notifications_failed_total", "Alertmanager"),
    Imported("alertmanager_notifications_total", "Alertmanager"),
)


def names(of: Iterable[Family]) -> Iterator[str]:
    """Every series name that the families expose."""
    for family in of:
        if family.kind == "histogram":
            yield from (family.bucket, family.count, family.total)
        else:
            yield family.name


def series_at(of: Iterable[Family], tools: int) -> int:
    """Series that the families expose with `tools` tools in the catalogue."""
    return sum(family.series_at(tools) for family in of)


def worst_case(of: Iterable[Family]) -> int:
    """The most series that the families can ever expose."""
    return sum(family.worst_case for family in of)
