"""The Execution dashboard: how many requests, how many fail and why, how long they take."""

from grafana_foundation_sdk.builders import heatmap, stat, timeseries
from grafana_foundation_sdk.models.common import LegendPlacement
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from opsconductor.contract.families import AI_REQUEST_DURATION, AI_REQUEST_ERRORS, AI_REQUESTS
from opsconductor.monitoring.dashboards import panels, queries
from opsconductor.monitoring.dashboards.frame import CONSOLE, choice, executions, frame
from opsconductor.monitoring.dashboards.judged import led_to_runbooks, line, steps
from opsconductor.monitoring.dashboards.layout import Board, Row
from opsconductor.monitoring.dashboards.percentiles import percentile_graph
from opsconductor.monitoring.dashboards.queries import TOOL
from opsconductor.monitoring.dashboards.reasons import REASON_COLOURS
from opsconductor.monitoring.dashboards.trace_links import trace_links
from opsconductor.monitoring.rules import availability, error_rate, latency
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import matched
from opsconductor.objectives import MIN_REQUESTS_PER_TOOL

UID = "opsconductor-execution"
CURRENT_RATE = "current rate"


def board(given: RuleSettings) -> Board:
    """Rows and panels from top to bottom."""
    about = "Requests to run a tool: rate, errors, latency, traces."
    tool = choice(
        "tool", "Tool", "Only requests to these tools.", f"label_values({AI_REQUESTS.name}, tool)"
    )
    return Board(
        frame(given.settings, UID, "Execution", about)
        .with_variable(executions())
        .with_variable(tool),
        (
            Row("Request Overview", (_request_rate(), _error_rate(given))),
            Row("Latency Analysis", (_duration(given), _by_tool())),
            Row("Distribution", (_heatmap(),)),
            Row("Debugging", (trace_links(),)),
            Row("Judged by Tool", (_errors_by_tool(given), _requests(given))),
        ),
    )


def _request_rate() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by status)",
        "Requests to run a tool that ended, each second, by outcome.",
        "reqps",
    ).with_target(
        queries.query(queries.rate_by("status", matched(AI_REQUESTS.name, TOOL)), "{{status}}")
    )
    return panels.coloured(panel, {"success": "green", "error": "red"}).fill_opacity(15)


def _error_rate(given: RuleSettings) -> timeseries.Panel:
    signal, window = error_rate.service_ratio(given), given.window(error_rate.ALERT)
    mistakes = given.settings.alerting.count_caller_mistakes
    counted = "" if mistakes else ", the caller's own mistakes left out"
    panel = (
        panels.graph(
            "Error Rate (by reason + %)",
            f"Line, left axis: failed share of the requests to all tools over {window}{counted}, "
            f"as {signal.alert} judges it; dashed: its limit of {signal.limit:.3g}. "
            "Bars, right axis: errors each second by reason, of the chosen tools.",
            "percentunit",
        )
        .with_target(queries.query(signal.expr, CURRENT_RATE))
        .with_target(
            queries.query(
                queries.rate_by("reason", matched(AI_REQUEST_ERRORS.name, TOOL)), "{{reason}}", "B"
            )
        )
        .axis_soft_max(2 * signal.limit)
        .override_by_query("B", [*panels.on_the_right("reqps", 0.1), *panels.bars_on_top()])
    )
    panel = panels.coloured(panel, {CURRENT_RATE: "red", **REASON_COLOURS})
    panel = panels.with_limits(panel, line(signal, "red")).override_by_name(
        CURRENT_RATE,
        [DynamicConfigValue("custom.lineWidth", 2), DynamicConfigValue("custom.fillOpacity", 0)],
    )
    failed = {"Failed executions": f"{CONSOLE}/executions?status=error"}
    return led_to_runbooks(panel, given, signal.alert, besides=failed)


def _duration(given: RuleSettings) -> timeseries.Panel:
    slow = latency.duration_quantile(given, latency.P95, TOOL)
    very_slow = latency.duration_quantile(given, latency.P99, TOOL)
    window = given.window(latency.P95)
    middle = latency.quantile(0.5, AI_REQUEST_DURATION, window, TOOL)
    panel = percentile_graph(
        {"P50": middle, "P95": slow.expr, "P99": very_slow.expr},
        f"Time from a request to its answer over {window}. Dashed: {slow.limit:g} s, the "
        f"limit of P95, and {very_slow.limit:g} s, the limit of P99. A diamond is one request: it "
        "leads to the execution.",
    )
    drawn = [*line(slow, "orange"), (very_slow.limit, "red")]
    panel = panels.logarithmic(panels.with_limits(panel, drawn), 0.001, 10)
    return led_to_runbooks(panel, given, slow.alert, very_slow.alert)


def _by_tool() -> timeseries.Panel:
    panel = panels.graph(
        "Requests by Tool", "Requests each second by tool, on top of one another.", "reqps"
    ).with_target(
        queries.query(queries.rate_by("tool", matched(AI_REQUESTS.name, TOOL)), "{{tool}}")
    )
    return panels.stacked(panel).legend(panels.legend(LegendPlacement.RIGHT))


def _heatmap() -> heatmap.Panel:
    return (
        panels.density(
            "Duration Heatmap",
            "How many requests took how long: a row is a bucket of durations, named by its upper "
            "bound; the darker a cell, the more requests.",
            "s",
        )
        .max_data_points(120)
        .with_target(
            queries.query(queries.bucket_counts(AI_REQUEST_DURATION, TOOL), "{{le}}").format(
                PromQueryFormat.HEATMAP
            )
        )
    )


def _errors_by_tool(given: RuleSettings) -> timeseries.Panel:
    signal = error_rate.tool_ratio(given, TOOL)
    panel = panels.graph(
        "Error Rate by Tool",
        f"Failed share of each chosen tool's runs over {given.window(signal.alert)}. Dashed: "
        f"{signal.limit:.3g}, where {signal.alert} fires for a tool with at least "
        f"{MIN_REQUESTS_PER_TOOL} runs in that time.",
        "percentunit",
    ).with_target(queries.query(signal.expr, "{{tool}}"))
    panel = (
        panel.axis_soft_max(2 * signal.limit).legend(panels.legend(LegendPlacement.RIGHT)).span(18)
    )
    return led_to_runbooks(panels.with_limits(panel, line(signal, "orange")), given, signal.alert)


def _requests(given: RuleSettings) -> stat.Panel:
    signal = availability.requests(given)
    window = given.window(signal.alert)
    panel = (
        panels.value(
            f"Requests in {window}",
            f"Users' requests to run a tool in the last {window}, the canary's left out; "
            f"{signal.alert} fires at {signal.limit:g}.",
            "none",
        )
        .height(panels.GRAPH_HEIGHT)
        .decimals(0)
        .thresholds(panels.thresholds(steps(signal, "blue", whole=True)))
        .with_target(queries.query(signal.expr, "requests"))
    )
    return led_to_runbooks(panel, given, signal.alert)
