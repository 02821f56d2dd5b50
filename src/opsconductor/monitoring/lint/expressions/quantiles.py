"""Quantiles of histograms: without their bounds, of mixed histograms, inside coarse buckets."""

from collections.abc import Iterator
from math import inf

from promql_parser import AggregateExpr, BinaryExpr, Call, Expr, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.comparison import Comparison, comparison
from opsconductor.monitoring.lint.expressions.example import alert, record
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.promql.bounds import metric_of
from opsconductor.monitoring.promql.schema import Metric, Schema
from opsconductor.monitoring.promql.syntax import bare, walk

COARSE = 2.0
"""A bucket whose upper bound is more than twice its lower one is coarse. A quantile in it is
interpolated as if the observations were spread evenly, so it may be wrong by nearly this factor
(Prometheus documentation, "Histograms and summaries", errors of quantile estimation); bounds that
double are what scales are commonly made of."""

QUANTILE_WITHOUT_LE = Kind(
    id="quantile-without-le",
    title="A quantile of buckets without their bounds",
    level=Level.ERROR,
    why=(
        "`histogram_quantile` needs the buckets with their label `le`. Where an aggregation has "
        "taken it away, or the series are no buckets, it gives nothing."
    ),
    remedy="Keep the bound: `histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))`.",
    bad=record(
        "service:ai_request_duration_seconds:p95",
        "histogram_quantile(0.95,\n"
        "  sum by (service) (rate(ai_request_duration_seconds_bucket[5m])))",
    ),
    good=record(
        "service:ai_request_duration_seconds:p95",
        "histogram_quantile(0.95,\n"
        "  sum by (service, le) (rate(ai_request_duration_seconds_bucket[5m])))",
    ),
)
QUANTILE_MIXED_BUCKETS = Kind(
    id="quantile-mixed-buckets",
    title="A quantile over histograms with different buckets",
    level=Level.ERROR,
    why=(
        "Buckets are added up by their bound. A bound that only one of the histograms has counts "
        "the observations of that one alone, so the sums are no longer cumulative and the quantile "
        "is wrong."
    ),
    remedy="Take the quantile of each histogram by itself, or give them the same buckets.",
    bad=record(
        "job:request_duration_seconds:p95",
        "histogram_quantile(0.95, sum by (job, le) (\n"
        '  rate({__name__=~"(ai|selector)_request_duration_seconds_bucket"}[5m])))',
    ),
    good=record(
        "job:request_duration_seconds:p95",
        "histogram_quantile(0.95, sum by (job, le) (\n"
        "  rate(ai_request_duration_seconds_bucket[5m])))",
    ),
)
QUANTILE_IN_COARSE_BUCKET = Kind(
    id="quantile-in-coarse-bucket",
    title="A threshold inside a coarse bucket",
    level=Level.WARNING,
    why=(
        "Within a bucket the quantile is interpolated: with bounds at 10 s and 30 s and all slow "
        "requests at 11 s, the 95th percentile may come out as 29 s. A threshold in between is "
        "crossed by where the bounds are, not by how slow the requests are."
    ),
    remedy="Move the threshold to a bucket bound, or add a bound near it.",
    bad=alert(
        "histogram_quantile(0.95,\n  sum by (le) (rate(ai_request_duration_seconds_bucket[5m])))"
        " > 20",
        name="AIExecutionLatencyP95High",
    ),
    good=alert(
        "histogram_quantile(0.95,\n  sum by (le) (rate(ai_request_duration_seconds_bucket[5m])))"
        " > 10",
        name="AIExecutionLatencyP95High",
    ),
)
KINDS: tuple[Kind, ...] = (
    QUANTILE_WITHOUT_LE,
    QUANTILE_MIXED_BUCKETS,
    QUANTILE_IN_COARSE_BUCKET,
)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Every call of `histogram_quantile`, and every comparison of one with a number."""
    for call in analysis.of(Call):
        if call.func.name == "histogram_quantile":
            yield from _without_bound(analysis, call.args[1])
            yield from _mixed(analysis, call.args[1])
    for node in analysis.of(BinaryExpr):
        found = comparison(node)
        if found is not None and found.value is not None:
            yield from _coarse(analysis, found, found.value)


def _without_bound(analysis: Analysis, buckets: Expr) -> Iterator[Finding]:
    """Native histograms have no `le`, so the series have to be known as classic ones."""
    yields = analysis.flow[buckets]
    selectors = [node for node in walk(buckets) if isinstance(node, VectorSelector)]
    if yields.never or yields.may_have("le") or not selectors:
        return
    if all(_is_classic(selector, analysis.schema) for selector in selectors):
        lost = any(isinstance(node, AggregateExpr) for node in walk(buckets))
        how = "the aggregation takes `le` away" if lost else "no such series has the label `le`"
        yield analysis.finding(QUANTILE_WITHOUT_LE, f"In {wording.expression(buckets)} {how}.")


def _is_classic(selector: VectorSelector, schema: Schema) -> bool:
    metric = metric_of(selector, schema)
    if metric is None or metric.kind == "unknown":
        return (selector.name or "").endswith("_bucket")
    return metric.kind != "histogram" or bool(metric.part)


def _mixed(analysis: Analysis, buckets: Expr) -> Iterator[Finding]:
    names = sorted(analysis.flow[buckets].metrics)
    metrics = [analysis.schema.metrics.get(name) for name in names]
    known = [metric for metric in metrics if metric is not None and metric.bounds]
    if len({metric.bounds for metric in known}) > 1 and _added_up(buckets):
        listed = " and ".join(f"`{metric.name}`" for metric in known)
        yield analysis.finding(QUANTILE_MIXED_BUCKETS, f"The bounds of {listed} differ.")


def _added_up(tree: Expr) -> bool:
    """Whether the buckets of several series become one."""
    for node in walk(tree):
        if isinstance(node, AggregateExpr):
            return True
        if isinstance(node, BinaryExpr) and str(node.op) == "+":
            return True
    return False


def _coarse(analysis: Analysis, found: Comparison, threshold: float) -> Iterator[Finding]:
    call = bare(found.subject)
    if not isinstance(call, Call) or call.func.name != "histogram_quantile":
        return
    bounds = _common_bounds(analysis, call.args[1])
    below = max((bound for bound in bounds if bound <= threshold), default=0.0)
    above = min((bound for bound in bounds if bound >= threshold), default=inf)
    if below < threshold < above < inf and above > COARSE * below:
        yield analysis.finding(
            QUANTILE_IN_COARSE_BUCKET,
            f"{threshold:g} lies inside the bucket from {below:g} to {above:g}.",
        )


def _common_bounds(analysis: Analysis, buckets: Expr) -> list[float]:
    """The bounds of the one histogram, or of all where they have the same."""
    metrics: list[Metric | None] = [
        analysis.schema.metrics.get(name) for name in analysis.flow[buckets].metrics
    ]
    known = {metric.bounds for metric in metrics if metric is not None}
    return [float(bound) for bound in known.pop()] if len(known) == 1 else []
