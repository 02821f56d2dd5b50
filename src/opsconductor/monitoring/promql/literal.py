"""Numbers that an expression spells out, worked out before anything is evaluated."""

from collections.abc import Callable, Mapping
from math import fmod
from math import pow as pow_
from operator import add, mul, sub, truediv

from promql_parser import BinaryExpr, Expr, NumberLiteral, UnaryExpr

from opsconductor.monitoring.promql.syntax import bare


def number(tree: Expr) -> float | None:
    """The number that an expression of literals is."""
    tree = bare(tree)
    if isinstance(tree, NumberLiteral):
        return tree.val
    if isinstance(tree, UnaryExpr):
        operand = number(tree.expr)
        return None if operand is None else -operand
    if not isinstance(tree, BinaryExpr) or str(tree.op) not in _OF_NUMBERS:
        return None
    left, right = number(tree.lhs), number(tree.rhs)
    if left is None or right is None:
        return None
    try:
        return _OF_NUMBERS[str(tree.op)](left, right)
    except (ArithmeticError, ValueError):
        return None  # infinite or NaN: no threshold that anything is said of


_OF_NUMBERS: Mapping[str, Callable[[float, float], float]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": truediv,
    "%": fmod,
    "^": pow_,
}
