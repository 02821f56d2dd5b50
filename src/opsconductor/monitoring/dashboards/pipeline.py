"""The Pipeline dashboard: sentences, the stages they pass through, and the language model."""

from grafana_foundation_sdk.builders import heatmap, timeseries
from grafana_foundation_sdk.models.common import LegendPlacement
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from opsconductor.contract import recorded
from opsconductor.contract.families import (
    GEN_AI_OPERATION_DURATION,
    GEN_AI_TOKEN_USAGE,
    PIPELINE_REQUEST_DURATION,
    PIPELINE_REQUESTS,
    PIPELINE_STAGE_DURATION,
    PIPELINE_STAGE_ERRORS,
)
from opsconductor.monitoring.dashboards import panels, queries
from opsconductor.monitoring.dashboards.frame import frame
from opsconductor.monitoring.dashboards.judged import led_to_runbooks
from opsconductor.monitoring.dashboards.layout import Board, Row
from opsconductor.monitoring.dashboards.percentiles import percentile_graph
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import matched
from opsconductor.objectives import BURN_TIERS, MINUTE

UID = "opsconductor-pipeline"
PIPELINE_SUCCESS = 'slo="pipeline-success"'
"""The objective whose error ratio and allowance are drawn."""
WINDOW = 5 * MINUTE
NO_FAILURE = "no stage failed in this time range"
NO_MODEL = "no language model is configured"
"""Why the last row may be empty."""


def board(given: RuleSettings) -> Board:
    """Rows and panels from top to bottom."""
    about = "Sentences and their answers: rate, errors, time by stage, the language model."
    return Board(
        frame(given.settings, UID, "Pipeline", about),
        (
            Row("Request Overview", (_request_rate(), _error_rate(given))),
            Row("Latency Analysis", (_duration(given), _stage_duration())),
            Row("Distribution", (_heatmap(),)),
            Row("Stages", (_stage_time(), _stage_errors())),
            Row("Language Model", (_model_duration(), _model_tokens())),
        ),
    )


def _request_rate() -> timeseries.Panel:
    panel = panels.graph(
        "Request Rate (by status)", "Sentences answered each second, by outcome.", "reqps"
    ).with_target(queries.query(queries.rate_by("status", PIPELINE_REQUESTS.name), "{{status}}"))
    return panels.coloured(panel, {"success": "green", "error": "red"}).fill_opacity(15)


def _error_rate(given: RuleSettings) -> timeseries.Panel:
    ratio = matched(recorded.ERROR_RATIO[WINDOW].name, PIPELINE_SUCCESS)
    allowed = f"1 - {matched(recorded.OBJECTIVE.name, PIPELINE_SUCCESS)}"
    panel = (
        panels.graph(
            "Error Rate",
            f"Failed share of the sentences over {WINDOW // MINUTE} minutes, as the objective "
            "pipeline-success records it; allowed: the share that it permits. The burn-rate alerts "
            "judge how far the one is above the other, see the dashboard SLO.",
            "percentunit",
        )
        .with_target(queries.query(f"max({ratio})", "error rate"))
        .with_target(queries.query(f"max({allowed})", "allowed", "B"))
        .axis_soft_max(0.02)
        .override_by_name("allowed", panels.dashed())
    )
    panel = panels.coloured(panel, {"error rate": "red", "allowed": "text"})
    return led_to_runbooks(panel, given, *(tier.alert for tier in BURN_TIERS[:2]))


def _duration(given: RuleSettings) -> timeseries.Panel:
    window = given.scale.window(WINDOW)
    panel = percentile_graph(
        queries.percentiles(PIPELINE_REQUEST_DURATION, window),
        f"Time from a sentence to its answer over {window}. A diamond is one sentence: it leads to "
        "its execution.",
    )
    return panels.logarithmic(panel, 0.001, 10)


def _stage_duration() -> timeseries.Panel:
    expression = queries.quantile_by("stage", 0.95, PIPELINE_STAGE_DURATION)
    panel = panels.graph(
        "Stage Duration (P95)",
        "The time that 95 % of the runs of each stage stay below.",
        "s",
    ).with_target(queries.query(expression, "{{stage}}", exemplar=True))
    return panels.logarithmic(panel.fill_opacity(0), 0.0001, 1)


def _heatmap() -> heatmap.Panel:
    return (
        panels.density(
            "Duration Heatmap",
            "How many sentences took how long: a row is a bucket of durations, named by its upper "
            "bound; the darker a cell, the more sentences.",
            "s",
        )
        .max_data_points(120)
        .with_target(
            queries.query(queries.bucket_counts(PIPELINE_REQUEST_DURATION), "{{le}}").format(
                PromQueryFormat.HEATMAP
            )
        )
    )


def _stage_time() -> timeseries.Panel:
    panel = panels.graph(
        "Time by Stage",
        "The share of the time that stages are at work, on top of one another: 100 % is one "
        "sentence at a time without a pause, more are several at once.",
        "percentunit",
    ).with_target(
        queries.query(queries.rate_by("stage", PIPELINE_STAGE_DURATION.total), "{{stage}}")
    )
    return panels.stacked(panel).legend(panels.legend(LegendPlacement.RIGHT))


def _stage_errors() -> timeseries.Panel:
    labels, name = "stage, reason", PIPELINE_STAGE_ERRORS.name
    rate = queries.rate_by(labels, name)
    some = f"sum by ({labels}) (increase({name}[$__range])) > 0"
    return (
        panels.graph(
            "Stage Errors (by stage and reason)",
            "Stages that failed each second; what did not fail in the time range is left out. A "
            "sentence that asks for what no tool does fails no stage: it is answered.",
            "ops",
        )
        .no_value(NO_FAILURE)
        .with_target(queries.query(f"{rate} and {some}", "{{stage}} {{reason}}"))
        .legend(panels.legend(LegendPlacement.RIGHT))
    )


def _model_duration() -> timeseries.Panel:
    panel = percentile_graph(
        {
            name: queries.quantile_by("gen_ai_request_model", share, GEN_AI_OPERATION_DURATION)
            for name, share in (("P50", 0.5), ("P95", 0.95), ("P99", 0.99))
        },
        "Time from a request to the language model to its answer, by model. Empty while "
        f"{NO_MODEL}.",
        title="Operation Duration (P50/P95/P99)",
        legend="{{gen_ai_request_model}}",
    )
    return panels.logarithmic(panel, 0.01, 100).no_value(NO_MODEL)


def _model_tokens() -> timeseries.Panel:
    tokens = queries.rate_by("gen_ai_request_model, gen_ai_token_type", GEN_AI_TOKEN_USAGE.total)
    panel = panels.graph(
        "Tokens (by model and type)",
        f"Tokens each second that models read and wrote. Empty while {NO_MODEL}.",
        "cps",
    ).with_target(queries.query(tokens, "{{gen_ai_request_model}} {{gen_ai_token_type}}"))
    return panel.no_value(NO_MODEL)
