"""Prometheus's configuration file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.targets import Target, loopback, series_budget, targets
from opsconductor.settings import Settings

if TYPE_CHECKING:
    from opsconductor.monitoring.cardinality.keep_list import KeepList

RULES_FILE = "rules.yml"
EXEMPLARS = 20_000
"""Exemplars kept in memory: at a few hundred bytes each about 5 MB."""
SCRAPE_TIMEOUT_SECONDS = 10.0
BODY_SIZE_LIMIT = "10MB"
"""Uncompressed; the largest page that the contract allows is about 2 MB."""
SAMPLE_LIMIT_FACTOR = 2
"""Refuse a scrape at this multiple of the contract's budget.

At the budget itself CardinalityOverBudget must still see the target; a refused scrape shows as
down. The limit keeps samples out of the store, it does not bound the memory of parsing them.
"""
FOREIGN_SAMPLE_LIMIT = 20_000
"""For pages that are not ours to bound: Prometheus's, Alertmanager's, the console's."""


def prometheus_document(
    settings: Settings, keep_lists: "Mapping[str, KeepList] | None" = None
) -> dict[str, Any]:
    """Scrapes, rules and where alerts go. Paths are relative to the file.

    A job that has one of `keep_lists` stores nothing but what is on it.
    """
    kept = keep_lists or {}
    prometheus = settings.prometheus
    alertmanager = loopback(settings.alertmanager.port)
    return {
        "global": {
            "scrape_interval": duration(prometheus.scrape_interval_seconds),
            "scrape_timeout": _timeout(prometheus.scrape_interval_seconds),
            "evaluation_interval": duration(prometheus.evaluation_interval_seconds),
            "external_labels": {
                "cluster": settings.alerting.cluster,
                "replica": settings.alerting.replica,
            },
        },
        "rule_files": [RULES_FILE],
        "alerting": {
            "alertmanagers": [
                {
                    "scheme": "http",
                    "api_version": "v2",
                    "static_configs": [{"targets": [alertmanager]}],
                }
            ]
        },
        "storage": {"exemplars": {"max_exemplars": EXEMPLARS}},
        "scrape_configs": [
            _scrape(target) | keep_document(kept.get(target.job)) for target in targets(settings)
        ],
    }


def _scrape(target: Target) -> dict[str, Any]:
    budget = series_budget(target.job)
    return {
        "job_name": target.job,
        "scrape_interval": duration(target.interval),
        "scrape_timeout": _timeout(target.interval),
        "metrics_path": target.path,
        "body_size_limit": BODY_SIZE_LIMIT,
        "sample_limit": budget * SAMPLE_LIMIT_FACTOR if budget else FOREIGN_SAMPLE_LIMIT,
        "static_configs": [{"targets": [target.address], "labels": {"service": target.service}}],
    }


def keep_document(kept: "KeepList | None") -> dict[str, Any]:
    """The part of a scrape configuration that drops what is not on the list."""
    return {} if kept is None else {"metric_relabel_configs": kept.relabel_configs()}


def _timeout(interval: float) -> str:
    """Prometheus refuses a timeout that is longer than the interval."""
    return duration(min(interval, SCRAPE_TIMEOUT_SECONDS))
