"""never-matches, ambiguous-match: operations whose sides do not go together."""

from collections.abc import Iterator

from promql_parser import AggregateExpr, BinaryExpr, Expr

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.promql.aggregation import SELECTING
from opsconductor.monitoring.promql.matching import Matching, matching_of, pairs
from opsconductor.monitoring.promql.shape import NAME, Shape
from opsconductor.monitoring.promql.syntax import walk
from opsconductor.monitoring.promql.yields import Yield

NEVER_MATCHES = Kind(
    id="never-matches",
    title="An operation whose two sides can never match",
    level=Level.ERROR,
    why=(
        "Prometheus pairs series whose labels agree, all of them unless `on` or `ignoring` says "
        "which. Where no two series can agree the result is always empty: the alert never fires, "
        "and nothing reports that."
    ),
    remedy="Aggregate both sides to the same labels, or name the labels that count with `on`.",
    bad=alert(
        "rate(ai_request_errors_total[5m]) / rate(ai_requests_total[5m]) > 0.05\n"
        "and\nrate(ai_requests_total[5m]) > 1"
    ),
    good=alert(
        "sum by (tool) (rate(ai_request_errors_total[5m]))\n"
        "/ sum by (tool) (rate(ai_requests_total[5m])) > 0.05\n"
        "and\nsum by (tool) (rate(ai_requests_total[5m])) > 1"
    ),
)
AMBIGUOUS_MATCH = Kind(
    id="ambiguous-match",
    title="Several series match where only one may",
    level=Level.ERROR,
    why=(
        "Where several series of a side have the same matching labels Prometheus refuses the "
        "whole expression when it evaluates it. The rule is then failed, not false."
    ),
    remedy="Aggregate the side to the matching labels, or allow it with `group_left`.",
    bad=alert(
        "rate(ai_requests_total[5m])\n"
        "/ on (service, job, instance, tool) rate(ai_request_duration_seconds_count[5m]) > 2"
    ),
    good=alert(
        "sum by (tool) (rate(ai_requests_total[5m]))\n"
        "/ sum by (tool) (rate(ai_request_duration_seconds_count[5m])) > 2\n"
        "and\nsum by (tool) (rate(ai_requests_total[5m])) > 1"
    ),
)

KINDS: tuple[Kind, ...] = (NEVER_MATCHES, AMBIGUOUS_MATCH)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Each operation on two vectors."""
    for node in analysis.of(BinaryExpr):
        left, right = analysis.flow[node.lhs], analysis.flow[node.rhs]
        matching = matching_of(node)
        if str(node.op) == "or" or matching.filled or not (left.shapes and right.shapes):
            continue
        if next(pairs(matching, left, right), None) is None:
            yield _never(analysis, node, matching)
        else:
            yield from _ambiguous(analysis, node, matching)


def _never(analysis: Analysis, node: BinaryExpr, matching: Matching) -> Finding:
    left, right = analysis.flow[node.lhs], analysis.flow[node.rhs]
    one, other = left.shapes[0], right.shapes[0]
    label = matching.conflict(one, other)
    effect = "takes nothing away" if str(node.op) == "unless" else "is always empty"
    return analysis.finding(
        NEVER_MATCHES,
        f"{wording.expression(node.lhs)} has the labels {wording.labels(left)} and "
        f"{wording.expression(node.rhs)} has {wording.labels(right)}; "
        f"{_difference(label, one, other)}, so `{node.op}` {effect}.",
    )


def _difference(label: str, left: Shape, right: Shape) -> str:
    for side, here, there in (("left", left, right), ("right", right, left)):
        if here.may_have(label) and not there.may_have(label):
            return f"only the {side} side has `{label}`"
    return (
        f"`{label}` is {wording.listed(left[label].known or ())} on the left "
        f"and {wording.listed(right[label].known or ())} on the right"
    )


def _ambiguous(analysis: Analysis, node: BinaryExpr, matching: Matching) -> Iterator[Finding]:
    if matching.many == "both":
        return
    for side, operand in (("left", node.lhs), ("right", node.rhs)):
        label = "" if matching.many == side else _several(analysis, operand, matching)
        if label:
            yield analysis.finding(
                AMBIGUOUS_MATCH,
                f"{wording.expression(operand)} has several series that differ only in "
                f"`{label}`, which `{node.op}` does not match by; Prometheus refuses that.",
            )
            return


def _several(analysis: Analysis, operand: Expr, matching: Matching) -> str:
    """A label in which series differ that certainly exist and have the same matching labels."""
    vector = analysis.flow[operand]
    if vector.sparse or len(vector.shapes) != 1 or _chooses(operand):
        return ""
    certain = _certain_values(analysis, vector)
    unmatched = sorted(label for label in certain if label != NAME and not matching.counts(label))
    return next((label for label in unmatched if len(certain[label]) > 1), "")


def _certain_values(analysis: Analysis, vector: Yield) -> dict[str, frozenset[str]]:
    """Values that certainly exist side by side: of series exposed at 0, and of bounds."""
    (shape,) = vector.shapes
    metric = analysis.schema.metrics.get(next(iter(shape.metrics), ""))
    if metric is None or metric.optional or len(shape.metrics) != 1 or shape.open:
        return {}
    seeded = dict(metric.seeded or {})
    if metric.bounds:
        seeded["le"] = frozenset(metric.bounds)
    return {
        label: values & (shape[label].known or frozenset())
        for label, values in seeded.items()
        if shape.may_have(label)
    }


def _chooses(operand: Expr) -> bool:
    """Whether something in it keeps only some of the series."""
    return any(
        isinstance(node, AggregateExpr) and str(node.op) in SELECTING for node in walk(operand)
    )
