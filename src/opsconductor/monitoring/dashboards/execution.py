"""The Execution dashboard: how many requests, how many fail and why, how long they take."""

from grafana_foundation_sdk.builders import dashboard, heatmap, timeseries
from grafana_foundation_sdk.models.common import AxisPlacement, LegendPlacement, StackingMode
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    VariableOption,
    VariableRefresh,
    VariableSort,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from opsconductor.contract import Reason
from opsconductor.contract.families import AI_REQUEST_DURATION, AI_REQUEST_ERRORS, AI_REQUESTS
from opsconductor.monitoring.dashboards import panels, queries
from opsconductor.monitoring.dashboards.frame import PROMETHEUS, console, executions, frame
from opsconductor.monitoring.dashboards.limits import limit
from opsconductor.monitoring.dashboards.percentiles import percentile_graph
from opsconductor.monitoring.dashboards.queries import TOOL
from opsconductor.monitoring.dashboards.trace_links import trace_links
from opsconductor.objectives import THRESHOLDS
from opsconductor.settings import Settings

UID = "opsconductor-execution"
ERROR_ALERT = "AIExecutionErrorRateHigh"
SLOW_ALERT = "AIExecutionLatencyP95High"
VERY_SLOW_ALERT = "AIExecutionLatencyP99Critical"
CURRENT_RATE = "current rate"
REASON_COLOURS: dict[str, str] = {
    Reason.TIMEOUT: "orange",
    Reason.CANCELLED: "yellow",
    Reason.UPSTREAM_ERROR: "purple",
    Reason.BAD_GATEWAY: "dark-purple",
    Reason.UNAVAILABLE: "dark-orange",
    Reason.INTERNAL: "dark-red",
    Reason.VALIDATION: "light-blue",
    Reason.TOOL_NOT_FOUND: "blue",
    Reason.DENIED: "dark-blue",
    Reason.APPROVAL_REQUIRED: "super-light-blue",
}
"""Warm where the service is answerable, blue where the caller is."""


def board(settings: Settings) -> dashboard.Dashboard:
    """Rows and panels from top to bottom."""
    return (
        frame(UID, "Execution", "Requests to run a tool: rate, errors, latency, traces.")
        .with_variable(executions())
        .with_variable(console(settings))
        .with_variable(_tool())
        .with_row(dashboard.Row("Request Overview").id(1))
        .with_panel(_request_rate().id(2))
        .with_panel(_error_rate(settings).id(3))
        .with_row(dashboard.Row("Latency Analysis").id(4))
        .with_panel(_duration(settings).id(5))
        .with_panel(_by_tool().id(6))
        .with_row(dashboard.Row("Distribution").id(7))
        .with_panel(_heatmap().id(8))
        .with_row(dashboard.Row("Debugging").id(9))
        .with_panel(trace_links().id(10))
    )


def _tool() -> dashboard.QueryVariable:
    values = f"label_values({AI_REQUESTS.name}, tool)"
    return (
        dashboard.QueryVariable("tool")
        .label("Tool")
        .description("Only requests to these tools.")
        .datasource(PROMETHEUS)
        .definition(values)
        .query({"qryType": 1, "query": values, "refId": "PrometheusVariableQueryEditor"})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(VariableOption(selected=True, text=["All"], value=["$__all"]))
    )


def _request_rate() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by status)",
        "Requests to run a tool that ended, each second, by outcome.",
        "reqps",
    ).with_target(
        queries.query(queries.rate_by("status", queries.selected(AI_REQUESTS, TOOL)), "{{status}}")
    )
    return panels.coloured(panel, {"success": "green", "error": "red"}).fill_opacity(15)


def _error_rate(settings: Settings) -> timeseries.Panel:
    threshold, top = THRESHOLDS[ERROR_ALERT], limit(settings, ERROR_ALERT)
    mistakes = settings.alerting.count_caller_mistakes
    counted = "" if mistakes else ", the caller's own mistakes left out"
    panel = (
        panels.graph(
            "Error Rate (by reason + %)",
            f"Line, left axis: failed share of the requests over {threshold.window // 60} minutes"
            f"{counted}, as {ERROR_ALERT} judges it; dashed: its limit of {top:.3g}. "
            "Bars, right axis: errors each second by reason.",
            "percentunit",
        )
        .with_target(
            queries.query(
                queries.error_ratio(threshold.window, count_caller_mistakes=mistakes), CURRENT_RATE
            )
        )
        .with_target(
            queries.query(
                queries.rate_by("reason", queries.selected(AI_REQUEST_ERRORS, TOOL)),
                "{{reason}}",
                "B",
            )
        )
        .axis_soft_max(2 * top)
        .override_by_query("B", _on_the_right())
    )
    panel = panels.coloured(panel, {CURRENT_RATE: "red", **REASON_COLOURS})
    return panels.with_limits(panel, [(None, "green"), (top, "red")]).override_by_name(
        CURRENT_RATE,
        [DynamicConfigValue("custom.lineWidth", 2), DynamicConfigValue("custom.fillOpacity", 0)],
    )


def _on_the_right() -> list[DynamicConfigValue]:
    return [
        DynamicConfigValue("unit", "reqps"),
        DynamicConfigValue("custom.axisPlacement", str(AxisPlacement.RIGHT)),
        DynamicConfigValue("custom.drawStyle", "bars"),
        DynamicConfigValue("custom.lineWidth", 0),
        DynamicConfigValue("custom.fillOpacity", 60),
        DynamicConfigValue("custom.stacking", {"mode": str(StackingMode.NORMAL), "group": "B"}),
        DynamicConfigValue("custom.thresholdsStyle", {"mode": "off"}),
        DynamicConfigValue("custom.axisSoftMax", 0.1),
    ]


def _duration(settings: Settings) -> timeseries.Panel:
    slow, very_slow = limit(settings, SLOW_ALERT), limit(settings, VERY_SLOW_ALERT)
    window = THRESHOLDS[SLOW_ALERT].window
    panel = percentile_graph(
        AI_REQUEST_DURATION,
        f"Time from a request to its answer over {window // 60} minutes. Dashed: {slow:g} s, the "
        f"limit of P95, and {very_slow:g} s, the limit of P99. A diamond is one request: it leads "
        "to the execution.",
        window,
        TOOL,
    )
    steps = [(None, "green"), (slow, "orange"), (very_slow, "red")]
    return panels.logarithmic(panels.with_limits(panel, steps), 0.001, 10)


def _by_tool() -> timeseries.Panel:
    panel = panels.graph(
        "Requests by Tool", "Requests each second by tool, on top of one another.", "reqps"
    ).with_target(
        queries.query(queries.rate_by("tool", queries.selected(AI_REQUESTS, TOOL)), "{{tool}}")
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
