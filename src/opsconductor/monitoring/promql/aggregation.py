"""What an aggregation yields."""

from promql_parser import AggModifierType, AggregateExpr, StringLiteral

from opsconductor.monitoring.promql.schema import ANY
from opsconductor.monitoring.promql.shape import NAME, Shape
from opsconductor.monitoring.promql.syntax import bare
from opsconductor.monitoring.promql.yields import Yield

SELECTING = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""These give whole series of their operand and group only to choose among them."""


def grouping(node: AggregateExpr) -> tuple[bool, tuple[str, ...]]:
    """Whether the labels are the ones left out (`without`), and the labels."""
    if node.modifier is None:
        return False, ()
    return node.modifier.type == AggModifierType.Without, tuple(node.modifier.labels)


def aggregated(node: AggregateExpr, operand: Yield) -> Yield:
    """One series for each group, with the labels that the groups are told apart by."""
    if str(node.op) in SELECTING:
        return operand
    without, labels = grouping(node)
    counted = _counted_label(node)

    def group(shape: Shape) -> Shape:
        if without:
            with_value = shape.with_label(counted, ANY) if counted else shape
            return with_value.without((*labels, NAME))
        kept = shape.only(labels)
        return kept.with_label(counted, ANY) if counted else kept

    return operand.each(group)


def _counted_label(node: AggregateExpr) -> str:
    """The label in which `count_values` writes the value."""
    param = None if node.param is None else bare(node.param)
    return param.val if isinstance(param, StringLiteral) else ""
