"""Which values the samples of an expression may have, by interval analysis of its tree."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil, floor, inf, pi
from typing import Any

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
)

from opsconductor.monitoring.promql import interval
from opsconductor.monitoring.promql.interval import UNKNOWN, Interval, between, exactly
from opsconductor.monitoring.promql.literal import number
from opsconductor.monitoring.promql.parts import share_of_whole
from opsconductor.monitoring.promql.schema import BUILT_IN, Metric, Schema
from opsconductor.monitoring.promql.syntax import bare, is_scalar, walk

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})

_SAME = frozenset({
    "min_over_time", "max_over_time", "avg_over_time", "last_over_time", "first_over_time",
    "sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "label_replace", "label_join",
    "vector",
})  # fmt: skip
"""Functions whose results lie within the values of their argument."""
_FIXED: Mapping[str, tuple[float, float]] = {
    "absent": (1, 1),
    "absent_over_time": (1, 1),
    "present_over_time": (1, 1),
    "count_over_time": (1, inf),
    "changes": (0, inf),
    "resets": (0, inf),
    "stddev_over_time": (0, inf),
    "stdvar_over_time": (0, inf),
    "mad_over_time": (0, inf),
    "time": (0, inf),
    "timestamp": (0, inf),
    "pi": (pi, pi),
    "day_of_month": (1, 31),
    "day_of_week": (0, 6),
    "day_of_year": (1, 366),
    "days_in_month": (28, 31),
    "hour": (0, 23),
    "minute": (0, 59),
    "month": (1, 12),
}
"""Functions whose results are bounded whatever their argument is."""
_WITHIN = frozenset({"min", "max", "avg", "topk", "bottomk", "limitk", "limit_ratio"})


def bounds(tree: Expr, schema: Schema) -> Interval:
    """The values that the expression's samples may have.

    Nothing is assumed of a series that the schema does not know, nor of a gauge beyond what its
    declaration says. What is said holds for every sample; it may be wider than needed.
    """
    of = _OF.get(type(tree))
    return UNKNOWN if of is None else of(tree, schema)


def metric_of(selector: VectorSelector, schema: Schema) -> Metric | None:
    """The one metric that a selector reads, where the schema knows it."""
    name = selector.name
    if name is None:
        named = [one for one in selector.matchers.matchers if one.name == "__name__"]
        if len(named) != 1 or named[0].op != MatchOp.Equal:
            return None
        name = named[0].value
    return schema.metrics.get(name)


def narrowed(left: Interval, operator: str, right: Interval) -> Interval:
    """What a comparison that filters leaves of its left side."""
    kept = replace(left, may_nan=left.may_nan and operator == "!=")
    match operator:
        case ">":
            positive = right.low >= 0
            return replace(kept.within(right.low, inf), nonzero=kept.nonzero or positive)
        case ">=":
            return kept.within(right.low, inf)
        case "<":
            return replace(kept.within(-inf, right.high), nonzero=kept.nonzero or right.high <= 0)
        case "<=":
            return kept.within(-inf, right.high)
        case "==":
            return kept.within(right.low, right.high)
        case _:
            zero = right.point and right.low == 0
            return replace(kept, nonzero=kept.nonzero or zero)


def _selected(selector: VectorSelector, schema: Schema) -> Interval:
    metric = metric_of(selector, schema)
    if metric is None:
        made = BUILT_IN.get(selector.name or "")
        return UNKNOWN if made is None else between(*made)
    if metric.kind == "unknown":
        return UNKNOWN
    surely = metric.low > -inf and metric.computed in {"", "total", "rate", "ratio"}
    may_nan = metric.nan or not surely
    return Interval(metric.low, metric.high, may_nan=may_nan, makes_nan=metric.nan)


def _called(call: Call, schema: Schema) -> Interval:
    name = call.func.name
    if name in _FIXED:
        return between(*_FIXED[name])
    if name == "histogram_quantile":
        return _histogram_quantile(call, schema)
    if name == "quantile_over_time":
        return _quantile(number(call.args[0]), bounds(call.args[1], schema))
    shape = _SHAPES.get(name)
    if shape is not None and call.args:
        return shape(bounds(call.args[0], schema))
    if name.startswith("clamp"):
        return _clamped(call, bounds(call.args[0], schema))
    return UNKNOWN


def _rate(one: Interval) -> Interval:
    return between(0, inf) if one.low >= 0 else UNKNOWN


def _root(one: Interval) -> Interval:
    return between(0, inf) if one.low >= 0 and not one.may_nan else Interval(0, inf)


def _absolute(one: Interval) -> Interval:
    low = 0 if one.low <= 0 <= one.high else min(abs(one.low), abs(one.high))
    return replace(one, low=low, high=max(abs(one.low), abs(one.high)))


def _floor(one: Interval) -> Interval:
    low = floor(one.low) if one.low > -inf else -inf
    return replace(one, low=low, high=floor(one.high) if one.high < inf else inf, nonzero=False)


def _ceil(one: Interval) -> Interval:
    high = ceil(one.high) if one.high < inf else inf
    return replace(one, low=ceil(one.low) if one.low > -inf else -inf, high=high, nonzero=False)


def _sum(of: Interval) -> Interval:
    if of.point and of.low == 0:
        return of  # however many zeros
    if of.low >= 0:
        return Interval(of.low, inf, of.nonzero, of.may_nan, of.makes_nan)
    if of.high <= 0:
        return Interval(-inf, of.high, of.nonzero, of.may_nan, of.makes_nan)
    return Interval(may_nan=of.may_nan, makes_nan=of.makes_nan)


_SHAPES: Mapping[str, Callable[[Interval], Interval]] = {
    "abs": _absolute,
    "floor": _floor,
    "ceil": _ceil,
    "sqrt": _root,
    "exp": lambda one: Interval(0, inf, may_nan=one.may_nan),
    "sgn": lambda one: Interval(-1, 1, may_nan=one.may_nan),
    "scalar": lambda one: replace(one, may_nan=True),
    "sum_over_time": _sum,
    "rate": _rate,
    "increase": _rate,
    "irate": _rate,
    **dict.fromkeys(_SAME, lambda one: one),
}


def _clamped(call: Call, argument: Interval) -> Interval:
    limits = [number(one) for one in call.args[1:]]
    if any(limit is None for limit in limits) or not limits:
        return UNKNOWN
    known = [limit for limit in limits if limit is not None]
    name = call.func.name
    low = -inf if name == "clamp_max" else known[0]
    high = inf if name == "clamp_min" else known[-1]
    return replace(
        argument,
        low=min(max(argument.low, low), high),
        high=max(min(argument.high, high), low),
        nonzero=argument.nonzero and low <= 0 <= high and low != 0 != high,
    )


def _quantile(quantile: float | None, of: Interval) -> Interval:
    """Outside 0 to 1 Prometheus answers with an infinity."""
    return of if quantile is not None and 0 <= quantile <= 1 else UNKNOWN


def _histogram_quantile(call: Call, schema: Schema) -> Interval:
    """Interpolated between bounds: never above the last finite one, NaN without observations."""
    quantile, ends = number(call.args[0]), histogram_ends(call.args[1], schema)
    if quantile is None or not 0 <= quantile <= 1 or ends is None:
        return replace(UNKNOWN, makes_nan=True)
    return Interval(*ends, makes_nan=True)


def histogram_ends(buckets: Expr, schema: Schema) -> tuple[float, float] | None:
    """The least and the largest value that a quantile of these buckets may have."""
    finite: list[float] = []
    for node in walk(buckets):
        if isinstance(node, VectorSelector):
            metric = metric_of(node, schema)
            if metric is None or not metric.bounds or (metric.open and "le" not in metric.labels):
                return None
            finite += [float(bound) for bound in metric.bounds if float(bound) < inf]
    if not finite:
        return None
    return min(0.0, *finite), max(finite)


def _aggregated(tree: AggregateExpr, schema: Schema) -> Interval:
    operator, of = str(tree.op), bounds(tree.expr, schema)
    if operator in _COUNTS:
        return between(*_COUNTS[operator])
    if operator == "sum":
        return _sum(of)
    if operator == "quantile" and tree.param is not None:
        return _quantile(number(tree.param), of)
    if operator in {"stddev", "stdvar"}:
        return replace(of, low=0, high=inf, nonzero=False)
    return of if operator in _WITHIN else UNKNOWN


_COUNTS = {"count": (1, inf), "count_values": (1, inf), "group": (1, 1)}


def _combined(tree: BinaryExpr, schema: Schema) -> Interval:
    operator = str(tree.op)
    left, right = bounds(tree.lhs, schema), bounds(tree.rhs, schema)
    if operator in COMPARISONS:
        if tree.modifier is not None and tree.modifier.return_bool:
            return between(0, 1)
        if is_scalar(tree.lhs):  # the series on the right are what is kept
            return narrowed(right, MIRRORED[operator], left)
        return narrowed(left, operator, right)
    if operator == "/":
        return _quotient(tree, left, right)
    arithmetic = _ARITHMETIC.get(operator)
    return UNKNOWN if arithmetic is None else arithmetic(left, right)


def _quotient(tree: BinaryExpr, left: Interval, right: Interval) -> Interval:
    """A part divided by its whole is a share, which a factor may turn into percent."""
    quotient = interval.divided(left, right)
    factor, part = _scaled(tree.lhs)
    if left.low >= 0 and factor > 0 and share_of_whole(part, tree.rhs):
        return quotient.within(0, factor)
    return quotient


def _scaled(tree: Expr) -> tuple[float, Expr]:
    """The constant that an expression is multiplied with, and the rest of it."""
    tree = bare(tree)
    if isinstance(tree, BinaryExpr) and str(tree.op) == "*":
        for factor, rest in ((tree.lhs, tree.rhs), (tree.rhs, tree.lhs)):
            value = number(factor)
            if value is not None:
                return value, rest
    return 1, tree


def _power(one: Interval, _other: Interval) -> Interval:
    return Interval(0 if one.low >= 0 else -inf, inf)


def _remainder(one: Interval, _other: Interval) -> Interval:
    """It has the sign of the dividend and is no larger."""
    return Interval(min(one.low, 0), max(one.high, 0))


MIRRORED: Mapping[str, str] = {
    ">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!=",
}  # fmt: skip
"""The comparison that says the same with its sides exchanged."""
_ARITHMETIC: Mapping[str, Callable[[Interval, Interval], Interval]] = {
    "and": lambda one, _: one,
    "unless": lambda one, _: one,
    "or": interval.hull,
    "+": interval.added,
    "-": lambda one, other: interval.added(one, interval.negative(other)),
    "*": interval.multiplied,
    "^": _power,
    "%": _remainder,
}
_OF: Mapping[type, Callable[[Any, Schema], Interval]] = {
    ParenExpr: lambda tree, schema: bounds(tree.expr, schema),
    SubqueryExpr: lambda tree, schema: bounds(tree.expr, schema),
    NumberLiteral: lambda tree, _: exactly(tree.val),
    UnaryExpr: lambda tree, schema: interval.negative(bounds(tree.expr, schema)),
    VectorSelector: _selected,
    MatrixSelector: lambda tree, schema: _selected(tree.vector_selector, schema),
    Call: _called,
    AggregateExpr: _aggregated,
    BinaryExpr: _combined,
}
