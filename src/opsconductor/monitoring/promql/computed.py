"""What an expression holds: a sum of counters, a rate, a ratio, a quantile, or something else."""

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
)

from opsconductor.monitoring.promql.bounds import COMPARISONS, bounds, metric_of
from opsconductor.monitoring.promql.literal import number
from opsconductor.monitoring.promql.schema import Computed, Schema
from opsconductor.monitoring.promql.syntax import bare

RATES = frozenset({"rate", "increase", "irate"})
_KEPT_BY_FUNCTION = frozenset({
    "avg_over_time", "min_over_time", "max_over_time", "last_over_time", "clamp", "clamp_min",
    "clamp_max", "label_replace", "label_join", "sort", "sort_desc", "round", "abs", "ceil",
    "floor",
})  # fmt: skip
_KEPT_BY_AGGREGATION = frozenset({"min", "max", "avg", "topk", "bottomk", "limitk"})
_ADDED_UP = frozenset({"total", "rate"})
"""What is still the same kind of thing when it is summed; a sum of ratios or quantiles is not."""


def computed(tree: Expr, schema: Schema) -> Computed:
    """What the expression's samples are; empty for a scraped gauge as it is."""
    tree = bare(tree)
    match tree:
        case VectorSelector():
            return _selected(tree, schema)
        case MatrixSelector():
            return _selected(tree.vector_selector, schema)
        case SubqueryExpr() | UnaryExpr():
            return computed(tree.expr, schema)
        case AggregateExpr():
            return _aggregated(tree, schema)
        case Call():
            return _called(tree, schema)
        case _:
            return _combined(tree, schema) if isinstance(tree, BinaryExpr) else "other"


def _selected(selector: VectorSelector, schema: Schema) -> Computed:
    metric = metric_of(selector, schema)
    if metric is None or metric.kind == "unknown":
        return "other"
    if metric.computed:
        return metric.computed
    if metric.part == "quantile":
        return "quantile"
    return "total" if metric.kind in {"counter", "histogram", "summary"} else ""


def _aggregated(tree: AggregateExpr, schema: Schema) -> Computed:
    operator, inner = str(tree.op), computed(tree.expr, schema)
    if operator == "quantile":
        return "quantile"
    if operator == "sum":
        return inner if inner in _ADDED_UP else "other"
    return inner if operator in _KEPT_BY_AGGREGATION else "other"


def _called(tree: Call, schema: Schema) -> Computed:
    name = tree.func.name
    if name in RATES:
        return "rate"
    if name in {"histogram_quantile", "quantile_over_time"}:
        return "quantile"
    if name == "sum_over_time":
        return "rate" if computed(tree.args[0], schema) == "rate" else "other"
    return computed(tree.args[0], schema) if name in _KEPT_BY_FUNCTION else "other"


def _combined(tree: BinaryExpr, schema: Schema) -> Computed:
    operator = str(tree.op)
    left, right = computed(tree.lhs, schema), computed(tree.rhs, schema)
    if operator in COMPARISONS or operator in {"and", "unless"}:
        return left if number(tree.lhs) is None else right
    if operator == "or":
        filler = right in {left, "other"} or bounds(tree.rhs, schema).point
        return left if filler else "other"
    if operator in {"*", "/"} and number(tree.rhs) is not None:
        return left
    if operator == "*" and number(tree.lhs) is not None:
        return right
    return _of_two(operator, left, right, one=number(tree.lhs) == 1)


def _of_two(operator: str, left: Computed, right: Computed, *, one: bool) -> Computed:
    """What arithmetic makes of two; `one` where the left side is the number 1."""
    if left == right and left in _ADDED_UP:
        return {"/": "ratio", "+": left, "-": left}.get(operator, "other")
    return "ratio" if operator == "-" and one and right == "ratio" else "other"
