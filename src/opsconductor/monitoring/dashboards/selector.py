"""The Selector dashboard: how searches for a tool fare, and the cache and database behind them."""

from grafana_foundation_sdk.builders import bargauge, stat, table, timeseries
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

from opsconductor.contract.families import (
    SELECTOR_BUILD_INFO,
    SELECTOR_CACHE_ENTRIES,
    SELECTOR_CACHE_TTL,
    SELECTOR_REQUEST_DURATION,
    SELECTOR_REQUEST_ERRORS,
    SELECTOR_REQUESTS,
)
from opsconductor.monitoring.dashboards import panels, queries
from opsconductor.monitoring.dashboards.frame import PROMETHEUS, frame
from opsconductor.monitoring.dashboards.judged import Steps, led_to_runbooks, line, steps
from opsconductor.monitoring.dashboards.layout import Board, Row
from opsconductor.monitoring.dashboards.percentiles import percentile_graph
from opsconductor.monitoring.dashboards.reasons import REASON_COLOURS
from opsconductor.monitoring.rules import latency, selector
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.settings import Settings

UID = "opsconductor-selector"
HIT_RATE_STEPS: Steps = ((None, "red"), (0.3, "orange"), (0.6, "green"))
"""Ours: below a third the cache hardly helps, from 60 % on most searches spare the database."""
_BUILD_COLUMNS = {"version": "Version", "git_commit": "Git Commit", "built_at": "Built At"}


def board(given: RuleSettings) -> Board:
    """Rows and panels from top to bottom."""
    settings, about = given.settings, "Searches for a tool: rate, cache, database, latency."
    health = (_hit_rate(), _database_errors(given), _entries(settings), _ttl(settings))
    return Board(
        frame(settings, UID, "Selector", about),
        (
            Row("Request Overview", (_by_status(), _by_source())),
            Row("Health Metrics", health),
            Row("Performance", (_duration(given), _evictions(given))),
            Row("Build Info", (_build_info(),)),
            Row("Failed Searches", (failed_searches().span(panels.FULL),)),
        ),
    )


def failed_searches() -> timeseries.Panel:
    """Searches that ended with an error, by reason."""
    panel = panels.graph(
        "Failed Searches (by reason)",
        "Searches each second that ended with an error. Blue: the caller's mistake, which spends "
        "no error budget; warm: what the service answers for.",
        "reqps",
    ).with_target(
        queries.query(queries.rate_by("reason", SELECTOR_REQUEST_ERRORS.name), "{{reason}}")
    )
    return panels.coloured(panel, REASON_COLOURS).fill_opacity(15)


def _by_status() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by status)", "Searches for a tool each second, by outcome.", "reqps"
    ).with_target(queries.query(queries.rate_by("status", SELECTOR_REQUESTS.name), "{{status}}"))
    return panels.coloured(panel, {"ok": "green", "error": "red"}).fill_opacity(15)


def _by_source() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by source)",
        "Searches each second by where the answer came from: the database (fresh), the cache, or "
        "the last known answer while the database is down (degraded).",
        "reqps",
    ).with_target(queries.query(queries.rate_by("source", SELECTOR_REQUESTS.name), "{{source}}"))
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


def _database_errors(given: RuleSettings) -> stat.Panel:
    signal = selector.database_errors(given)
    panel = (
        panels.value(
            "DB Errors",
            f"Searches that the database failed in the last {given.window(signal.alert)}; "
            f"{signal.alert} fires above {signal.limit:g}.",
            "short",
        )
        .decimals(0)
        .thresholds(panels.thresholds(steps(signal, "red", whole=True)))
        .with_target(queries.query(signal.expr, "errors"))
    )
    return led_to_runbooks(panel, given, signal.alert)


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


def _duration(given: RuleSettings) -> timeseries.Panel:
    slow, window = (
        latency.duration_quantile(given, latency.SELECTOR),
        given.window(latency.SELECTOR),
    )
    panel = percentile_graph(
        {**queries.percentiles(SELECTOR_REQUEST_DURATION, window), "P95": slow.expr},
        f"Time from a search to its answer over {window}. Dashed: {slow.limit:g} s, the "
        "limit of P95. A diamond is one search.",
    )
    panel = panels.logarithmic(panels.with_limits(panel, line(slow, "orange")), 0.0001, 1)
    return led_to_runbooks(panel, given, slow.alert)


def _evictions(given: RuleSettings) -> timeseries.Panel:
    signal = selector.evictions(given)
    panel = panels.graph(
        "Cache Eviction Rate",
        f"Answers each second that left the cache because it was full, over "
        f"{given.window(signal.alert)}. Dashed: {signal.limit:g}/s, where {signal.alert} fires.",
        "ops",
    ).with_target(queries.query(signal.expr, "evictions"))
    panel = panels.coloured(panel, {"evictions": "purple"}).axis_soft_max(1.2 * signal.limit)
    panel = panels.with_limits(panel, line(signal, "orange"))
    return led_to_runbooks(panel, given, signal.alert)


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
