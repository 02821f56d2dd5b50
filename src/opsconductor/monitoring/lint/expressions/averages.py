"""Averages of what cannot be averaged: ratios and quantiles."""

from collections.abc import Iterator

from promql_parser import AggregateExpr, Call, Expr

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import record
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.promql.computed import computed

AVERAGE_OF_RATIOS = Kind(
    id="average-of-ratios",
    title="An average of ratios",
    level=Level.WARNING,
    why=(
        "The minute in which one of two requests failed counts as much as the minute in which one "
        "of ten thousand did. The average says nothing of the share of requests that failed."
    ),
    remedy=(
        "Record numerator and denominator, and divide their sums: "
        "`sum_over_time(errors[1d]) / sum_over_time(requests[1d])`."
    ),
    bad=record(
        "service_slo:sli_errors_per_sli_events:ratio_rate12h",
        "avg_over_time(slo:sli_errors_per_sli_events:ratio_rate5m[12h])",
    ),
    good=record(
        "service_slo:sli_errors_per_sli_events:ratio_rate12h",
        "sum_over_time(slo:sli_errors:rate5m[12h])\n"
        "/ (sum_over_time(slo:sli_events:rate5m[12h]) > 0)",
    ),
)
AVERAGE_OF_QUANTILES = Kind(
    id="average-of-quantiles",
    title="An average of quantiles",
    level=Level.WARNING,
    why=(
        "The 95th percentiles of two processes do not tell the 95th percentile of both: it depends "
        "on how many requests each had and how they were spread. The average is a number that no "
        "request was ever near."
    ),
    remedy="Add up the buckets first: `histogram_quantile(0.95, sum by (le) (rate(…[5m])))`.",
    bad=record(
        "job:ai_request_duration_seconds:p95",
        "avg by (job) (\n  histogram_quantile(0.95,\n"
        "    sum by (job, tool, le) (rate(ai_request_duration_seconds_bucket[5m])))\n)",
    ),
    good=record(
        "job:ai_request_duration_seconds:p95",
        "histogram_quantile(0.95,\n"
        "  sum by (job, le) (rate(ai_request_duration_seconds_bucket[5m])))",
    ),
)
KINDS: tuple[Kind, ...] = (AVERAGE_OF_RATIOS, AVERAGE_OF_QUANTILES)

_AGGREGATIONS = frozenset({"avg", "sum"})
_FUNCTIONS = frozenset({"avg_over_time", "sum_over_time"})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Averages and sums over series or over time."""
    for node in analysis.nodes:
        averaged = _averaged(node)
        if averaged is None:
            continue
        name, inner = averaged
        holds = computed(inner, analysis.schema)
        if holds in {"ratio", "quantile"}:
            kind = AVERAGE_OF_RATIOS if holds == "ratio" else AVERAGE_OF_QUANTILES
            yield analysis.finding(kind, f"`{name}` reads {wording.expression(inner)}, a {holds}.")


def _averaged(node: Expr) -> tuple[str, Expr] | None:
    if isinstance(node, AggregateExpr) and str(node.op) in _AGGREGATIONS:
        # A sum that keeps labels may only drop the others, a series for each group.
        grouped = str(node.op) == "sum" and node.modifier is not None
        return None if grouped else (str(node.op), node.expr)
    if isinstance(node, Call) and node.func.name in _FUNCTIONS:
        return node.func.name, node.args[0]
    return None
