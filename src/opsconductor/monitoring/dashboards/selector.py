"""The Selector dashboard: how searches for a tool fare, and the cache and database behind them."""

from grafana_foundation_sdk.builders import bargauge, dashboard, stat, table, timeseries
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

from opsconductor.contract.families import (
    SELECTOR_BUILD_INFO,
    SELECTOR_CACHE_ENTRIES,
    SELECTOR_CACHE_TTL,
    SELECTOR_REQUEST_DURATION,
    SELECTOR_REQUESTS,
)
from opsconductor.monitoring.dashboards import panels, queries
from opsconductor.monitoring.dashboards.frame import PROMETHEUS, frame
from opsconductor.monitoring.dashboards.limits import limit
from opsconductor.monitoring.dashboards.percentiles import percentile_graph
from opsconductor.objectives import THRESHOLDS
from opsconductor.settings import Settings

UID = "opsconductor-selector"
DATABASE_ALERT = "SelectorErrorBurst"
SLOW_ALERT = "SelectorLatencyHigh"
EVICTION_ALERT = "SelectorCacheEvictionRateHigh"
HIT_RATE_STEPS: panels.Steps = ((None, "red"), (0.3, "orange"), (0.6, "green"))
"""Ours: below a third the cache hardly helps, from 60 % on most searches spare the database."""
_BUILD_COLUMNS = {"version": "Version", "git_commit": "Git Commit", "built_at": "Built At"}


def board(settings: Settings) -> dashboard.Dashboard:
    """Rows and panels from top to bottom."""
    return (
        frame(UID, "Selector", "Searches for a tool: rate, cache, database, latency.")
        .with_row(dashboard.Row("Request Overview").id(1))
        .with_panel(_by_status().id(2))
        .with_panel(_by_source().id(3))
        .with_row(dashboard.Row("Health Metrics").id(4))
        .with_panel(_hit_rate().id(5))
        .with_panel(_database_errors(settings).id(6))
        .with_panel(_entries(settings).id(7))
        .with_panel(_ttl(settings).id(8))
        .with_row(dashboard.Row("Performance").id(9))
        .with_panel(_duration(settings).id(10))
        .with_panel(_evictions(settings).id(11))
        .with_row(dashboard.Row("Build Info").id(12))
        .with_panel(_build_info().id(13))
    )


def _by_status() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by status)", "Searches for a tool each second, by outcome.", "reqps"
    ).with_target(
        queries.query(queries.rate_by("status", queries.selected(SELECTOR_REQUESTS)), "{{status}}")
    )
    return panels.coloured(panel, {"ok": "green", "error": "red"}).fill_opacity(15)


def _by_source() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by source)",
        "Searches each second by where the answer came from: the database (fresh), the cache, or "
        "the last known answer while the database is down (degraded).",
        "reqps",
    ).with_target(
        queries.query(queries.rate_by("source", queries.selected(SELECTOR_REQUESTS)), "{{source}}")
    )
    colours = {"fresh": "blue", "cache": "green", "degraded": "orange"}
    return panels.coloured(panel, colours).fill_opacity(15)


def _hit_rate() -> bargauge.Panel:
    return (
        panels.bar(
            "Cache Hit Rate",
            "Share of the searches in the time range that the cache answered.",
            "percentunit",
        )
        .max(1)
        .decimals(0)
        .no_value("no searches")
        .thresholds(panels.thresholds(HIT_RATE_STEPS))
        .with_target(queries.latest(queries.cache_hit_ratio(), "hit rate"))
    )


def _database_errors(settings: Settings) -> stat.Panel:
    threshold, most = THRESHOLDS[DATABASE_ALERT], limit(settings, DATABASE_ALERT)
    # The alert fires above its limit; a Grafana step begins at its value.
    steps = panels.thresholds([(None, "green"), (most + 0.5, "red")])
    return (
        panels.value(
            "DB Errors",
            f"Searches that the database failed in the last {threshold.window // 60} minutes; "
            f"{DATABASE_ALERT} fires above {most:g}.",
            "short",
        )
        .decimals(0)
        .thresholds(steps)
        .with_target(queries.query(queries.database_errors(threshold.window), "errors"))
    )


def _entries(settings: Settings) -> bargauge.Panel:
    most = settings.selector.cache_max_entries
    return (
        panels.bar(
            "Cache Entries",
            f"Answers in the cache that have not expired; the bar is full at {most}, when the "
            "least recently used one has to go.",
            "none",
        )
        .max(most)
        .decimals(0)
        .thresholds(panels.thresholds([(None, "blue"), (0.9 * most, "orange")]))
        .with_target(queries.latest(f"sum({SELECTOR_CACHE_ENTRIES.name})", "entries"))
    )


def _ttl(settings: Settings) -> bargauge.Panel:
    usual = settings.selector.cache_ttl_seconds
    return (
        panels.bar(
            "Cache TTL",
            f"How long the cache keeps an answer; the bar is full at the {usual:g} s of the "
            "settings.",
            "suffix:s",
        )
        .max(usual)
        .decimals(0)
        .thresholds(panels.thresholds([(None, "blue")]))
        .with_target(queries.latest(f"max({SELECTOR_CACHE_TTL.name})", "ttl"))
    )


def _duration(settings: Settings) -> timeseries.Panel:
    slow, window = limit(settings, SLOW_ALERT), THRESHOLDS[SLOW_ALERT].window
    panel = percentile_graph(
        SELECTOR_REQUEST_DURATION,
        f"Time from a search to its answer over {window // 60} minutes. Dashed: {slow:g} s, the "
        f"limit of P95. A diamond is one search.",
        window,
    )
    steps: panels.Steps = [(None, "green"), (slow, "orange")]
    return panels.logarithmic(panels.with_limits(panel, steps), 0.0001, 1)


def _evictions(settings: Settings) -> timeseries.Panel:
    threshold, most = THRESHOLDS[EVICTION_ALERT], limit(settings, EVICTION_ALERT)
    panel = panels.graph(
        "Cache Eviction Rate",
        "Answers each second that left the cache because it was full, over "
        f"{threshold.window // 60} minutes. Dashed: {most:g}/s, where {EVICTION_ALERT} fires.",
        "ops",
    ).with_target(queries.query(queries.evictions(threshold.window), "evictions"))
    panel = panels.coloured(panel, {"evictions": "purple"}).axis_soft_max(1.2 * most)
    return panels.with_limits(panel, [(None, "green"), (most, "orange")])


def _build_info() -> table.Panel:
    labels = ", ".join(_BUILD_COLUMNS)
    return (
        panels.rows("Build Info", "The build that is running.", height=3)
        .datasource(PROMETHEUS)
        .with_target(
            queries.latest(f"max by ({labels}) ({SELECTOR_BUILD_INFO.name})", "", table=True)
        )
        .transformations(
            [
                DataTransformerConfig(
                    "organize",
                    options={
                        "excludeByName": {"Time": True, "Value": True},
                        "includeByName": {},
                        "indexByName": {name: at for at, name in enumerate(_BUILD_COLUMNS)},
                        "renameByName": _BUILD_COLUMNS,
                    },
                )
            ]
        )
    )
