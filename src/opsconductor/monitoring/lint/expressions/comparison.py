"""Comparisons, and how `and`, `or` and `unless` put an alert's condition together from them."""

from collections.abc import Iterator
from dataclasses import dataclass

from promql_parser import BinaryExpr, Expr

from opsconductor.monitoring.promql.bounds import COMPARISONS, MIRRORED
from opsconductor.monitoring.promql.literal import number
from opsconductor.monitoring.promql.syntax import bare


@dataclass(frozen=True, slots=True)
class Comparison:
    """`subject operator bound`; `value` is the bound's number where it is made of literals.

    A number on the left is moved to the right, as PromQL reads it.
    """

    node: BinaryExpr
    subject: Expr
    operator: str
    bound: Expr
    value: float | None
    filters: bool
    """It drops samples, rather than turning them into 0 and 1."""


def comparison(node: Expr) -> Comparison | None:
    """The node as a comparison, if it is one."""
    node = bare(node)
    if not isinstance(node, BinaryExpr) or str(node.op) not in COMPARISONS:
        return None
    operator = str(node.op)
    filters = node.modifier is None or not node.modifier.return_bool
    left, right = number(node.lhs), number(node.rhs)
    if left is not None and right is None:
        return Comparison(node, node.rhs, MIRRORED[operator], node.lhs, left, filters)
    return Comparison(node, node.lhs, operator, node.rhs, right, filters)


def alternatives(tree: Expr) -> Iterator[Expr]:
    """What an `or` chooses from: each of them alone makes an alert fire."""
    tree = bare(tree)
    if isinstance(tree, BinaryExpr) and str(tree.op) == "or":
        yield from alternatives(tree.lhs)
        yield from alternatives(tree.rhs)
    else:
        yield tree


def conjuncts(tree: Expr) -> Iterator[Expr]:
    """What has to hold together: the operands of `and`, the first one giving the value."""
    tree = bare(tree)
    if isinstance(tree, BinaryExpr) and str(tree.op) == "and":
        yield from conjuncts(tree.lhs)
        yield from conjuncts(tree.rhs)
    else:
        yield tree
