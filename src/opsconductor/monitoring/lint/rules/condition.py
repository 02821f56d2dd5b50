"""An alert's condition taken apart: comparisons with numbers, joined by `and`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from promql_parser import BinaryExpr, Expr, NumberLiteral, UnaryExpr

from opsconductor.monitoring.promql.syntax import bare

Direction = Literal["above", "below"]
_COMPARISONS: dict[str, tuple[Direction, bool]] = {
    ">": ("above", True),
    ">=": ("above", False),
    "<": ("below", True),
    "<=": ("below", False),
}
_MIRRORED: dict[Direction, Direction] = {"above": "below", "below": "above"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition: `subject` compared with `bound`, or any expression without one."""

    subject: str
    direction: Direction | None = None
    bound: float = 0
    strict: bool = False

    def implies(self, other: "Part") -> bool:
        """Whether `other` holds wherever this holds."""
        if self.subject != other.subject or self.direction != other.direction:
            return False
        if self.direction is None or self.bound == other.bound:
            return self.strict or not other.strict
        return (self.bound > other.bound) is (self.direction == "above")


def parts(tree: Expr) -> tuple[Part, ...]:
    """The parts that all have to hold, the one first that gives the alert its labels and value."""
    node = bare(tree)
    if isinstance(node, BinaryExpr) and str(node.op) == "and" and _plain(node):
        return (*parts(node.lhs), *parts(node.rhs))
    return (_part(node),)


def implies(narrow: Sequence[Part], wide: Sequence[Part]) -> bool:
    """Whether the wide condition gives every series that the narrow one gives."""
    return narrow[0].implies(wide[0]) and all(
        any(one.implies(other) for one in narrow) for other in wide[1:]
    )


def _part(node: Expr) -> Part:
    if isinstance(node, BinaryExpr) and _plain(node) and str(node.op) in _COMPARISONS:
        direction, strict = _COMPARISONS[str(node.op)]
        right, left = _number(node.rhs), _number(node.lhs)
        if right is not None:
            return Part(_text(node.lhs), direction, right, strict)
        if left is not None:
            return Part(_text(node.rhs), _MIRRORED[direction], left, strict)
    return Part(_text(node))


def _plain(node: BinaryExpr) -> bool:
    """Without `bool`, `on` or `ignoring`."""
    return node.modifier is None or not (node.modifier.return_bool or node.modifier.matching)


def _text(node: Expr) -> str:
    return bare(node).prettify()


def _number(node: Expr) -> float | None:
    node = bare(node)
    match node:
        case NumberLiteral():
            return node.val
        case UnaryExpr():
            inner = _number(node.expr)
            return None if inner is None else -inner
        case BinaryExpr() if str(node.op) == "*":
            left, right = _number(node.lhs), _number(node.rhs)
            return None if left is None or right is None else left * right
        case _:
            return None
