"""What an alert compares: the comparisons that decide, and what pulls their value up or down."""

from collections.abc import Iterator
from dataclasses import dataclass

from promql_parser import AggregateExpr, BinaryExpr, Call, Expr, NumberLiteral, UnaryExpr

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.promql.matching import COMPARISONS, matching_of
from opsconductor.monitoring.promql.syntax import bare, children

RATES = frozenset({"rate", "increase", "irate"})
"""Functions of a counter's events."""
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_GROWING_AGGREGATIONS = frozenset({"sum", "avg", "min", "max", "count", "group"})
_GROWING_FUNCTIONS = frozenset(
    {
        *("rate", "increase", "irate", "sum_over_time", "avg_over_time", "min_over_time"),
        *("max_over_time", "last_over_time", "count_over_time", "clamp", "clamp_min", "clamp_max"),
        *("round", "ceil", "floor", "sqrt", "ln", "log2", "log10", "exp", "scalar"),
    }
)
"""The more goes in, the more comes out."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`value operator bound`, the number standing right."""

    node: BinaryExpr
    value: Expr
    operator: str
    bound: float

    @property
    def fires_low(self) -> bool:
        """Whether a small value is the bad one."""
        return self.operator in {"<", "<="}

    @property
    def fires_high(self) -> bool:
        """Whether a large value is the bad one."""
        return self.operator in {">", ">="}


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a value is made of, and whether more of it makes the value larger.

    `beside` are the operands that it was divided by, or added to, on the way: what stays when it
    vanishes.
    """

    node: Expr
    raises: bool
    beside: tuple[Expr, ...]
    divides: bool = False


def comparisons(analysis: Analysis) -> Iterator[Comparison]:
    """The comparisons with a number that decide whether the alert fires."""
    waiting = [analysis.tree]
    while waiting:
        node = bare(waiting.pop())
        if not isinstance(node, BinaryExpr):
            continue
        operator = str(node.op)
        if operator in {"and", "or", "unless"}:
            waiting += [node.lhs] if operator == "unless" else [node.rhs, node.lhs]
        elif operator in COMPARISONS and not matching_of(node).bool_modifier:
            right, left = number(node.rhs), number(node.lhs)
            if right is not None:
                yield Comparison(node, bare(node.lhs), operator, right)
            elif left is not None:
                yield Comparison(node, bare(node.rhs), _MIRRORED[operator], left)


def number(node: Expr) -> float | None:
    """The number that a node of numbers alone stands for."""
    node = bare(node)
    match node:
        case NumberLiteral():
            return node.val
        case UnaryExpr():
            inner = number(node.expr)
            return None if inner is None else -inner
        case BinaryExpr():
            left, right = number(node.lhs), number(node.rhs)
            if left is None or right is None:
                return None
            return _reckoned(str(node.op), left, right)
        case _:
            return None


def parts(value: Expr) -> Iterator[Part]:
    """What the value is made of, down to where more or less cannot be said any longer.

    Only what has to be there is given: nothing on either side of an `or`.
    """
    waiting = [Part(value, raises=True, beside=())]
    while waiting:
        part = waiting.pop()
        below = _below(part)
        if below:
            waiting += reversed(below)
        elif number(part.node) is None:
            yield part


def _below(part: Part) -> list[Part]:
    """The parts of a part; none where it is not to be taken apart."""
    node = bare(part.node)
    match node:
        case UnaryExpr():
            return [Part(node.expr, not part.raises, part.beside, part.divides)]
        case AggregateExpr() if str(node.op) in _GROWING_AGGREGATIONS:
            return [Part(node.expr, part.raises, part.beside, part.divides)]
        case Call() if node.func.name in _GROWING_FUNCTIONS and children(node):
            return [Part(node.args[0], part.raises, part.beside, part.divides)]
        case BinaryExpr():
            return _operands(part, node)
        case _:
            return []


def _operands(part: Part, node: BinaryExpr) -> list[Part]:
    operator = str(node.op)
    if operator not in {"+", "-", "*", "/"}:
        return []
    raises = part.raises is not (operator in {"-", "/"})
    return [
        Part(node.lhs, part.raises, (*part.beside, node.rhs), part.divides),
        Part(node.rhs, raises, (*part.beside, node.lhs), part.divides or operator == "/"),
    ]


def _reckoned(operator: str, left: float, right: float) -> float | None:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            return left / right
        case _:
            return None
