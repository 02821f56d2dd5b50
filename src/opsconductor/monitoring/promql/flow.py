"""Label flow: which series, with which labels and values, each node of an expression may yield.

What it says is sound: a node without shapes yields nothing in Prometheus, and every series that
Prometheus returns fits one of the shapes. Where something cannot be known, the shape says less.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
)

from opsconductor.monitoring.promql.aggregation import aggregated
from opsconductor.monitoring.promql.function_call import called
from opsconductor.monitoring.promql.matching import combined
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.selection import selected
from opsconductor.monitoring.promql.shape import ANYTHING, NAME, Shape
from opsconductor.monitoring.promql.syntax import walk
from opsconductor.monitoring.promql.yields import SCALAR, Yield, yielded

__all__ = ["NAME", "Flow", "Shape", "Yield", "flow"]


@dataclass(frozen=True, slots=True)
class Flow:
    """What every node of one tree yields. The tree has to live as long."""

    yields: Mapping[int, Yield]

    def __getitem__(self, node: Expr) -> Yield:
        """What a node of the tree yields. Raises `KeyError` for a node of another tree."""
        return self.yields[id(node)]


def flow(tree: Expr, schema: Schema) -> Flow:
    """What each node yields, given the series that exist."""
    yields: dict[int, Yield] = {}
    for node in reversed(tuple(walk(tree))):  # parents come first in a walk, so last here
        yields[id(node)] = _yield(node, yields, schema)
    return Flow(yields)


def _yield(node: Expr, known: Mapping[int, Yield], schema: Schema) -> Yield:  # noqa: PLR0911  one answer for each kind of node
    match node:
        case VectorSelector():
            return yielded(selected(node, schema))
        case MatrixSelector():
            return known[id(node.vector_selector)]
        case ParenExpr() | SubqueryExpr():
            return known[id(node.expr)]
        case NumberLiteral() | StringLiteral():
            return SCALAR
        case UnaryExpr():
            operand = known[id(node.expr)]
            return operand if operand.scalar else operand.nameless()
        case AggregateExpr():
            return aggregated(node, known[id(node.expr)])
        case Call():
            return called(node, [known[id(argument)] for argument in node.args])
        case BinaryExpr():
            return combined(node, known[id(node.lhs)], known[id(node.rhs)])
        case _:
            return Yield((ANYTHING,))
