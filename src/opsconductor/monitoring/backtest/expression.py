"""What an expression reads, and how it could be evaluated in parts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from promql_parser import (
    AggregateExpr,
    AtModifierType,
    BinaryExpr,
    Call,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
    parse,
    walk,
)

COUNTER_FUNCTIONS = frozenset({"rate", "irate", "increase"})
COMPARISONS = frozenset({">", ">=", "<", "<=", "==", "!="})
MOST_ALTERNATIVES = 16
"""An expression with more alternatives is not taken apart."""
_OPERATORS = (
    (MatchOp.Equal, "="),
    (MatchOp.NotEqual, "!="),
    (MatchOp.Re, "=~"),
    (MatchOp.NotRe, "!~"),
)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A selector's condition on one label; `operator` as PromQL writes it."""

    label: str
    operator: str
    value: str

    def allows(self, value: str) -> bool:
        """Whether a label of this value is selected. A pattern only Go understands allows all."""
        if self.operator in {"=", "!="}:
            return (value == self.value) == (self.operator == "=")
        try:
            found = re.fullmatch(self.value, value, re.DOTALL) is not None
        except re.error:
            return True
        return found == (self.operator == "=~")


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector of an expression.

    `text` is the instant selector without offset; `reach` how many milliseconds before the instant
    it reads (range, offset and enclosing subqueries together); `same_instant` whether it reads
    nothing but the value of the instant itself; `name` is None where the metric is not named by an
    exact match; `matchers` are those of the other labels. `counter` says that a function for
    counters reads it, `absent` that its absence is what is asked for.
    """

    name: str | None
    matchers: tuple[Matcher, ...]
    text: str
    reach: int
    same_instant: bool
    counter: bool
    absent: bool

    def may_read(self, name: str, labels: Mapping[str, str]) -> bool:
        """Whether series of the name that all have these labels, and unknown others, can match."""
        return self.name == name and all(
            one.allows(labels[one.label]) for one in self.matchers if one.label in labels
        )


@dataclass(frozen=True, slots=True)
class Signal:
    """The left-hand side of an alert's comparison with a number, and that number."""

    text: str
    operator: str
    limit: float


@dataclass(frozen=True, slots=True)
class _Around:
    """What encloses a node: the reach so far, and the function that reads it."""

    reach: int = 0
    same_instant: bool = True
    function: str = ""


class Expression:
    """A parsed expression. Raises `ValueError` where it is not PromQL."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tree: Any = parse(text)
        self.selectors: tuple[Selector, ...] = tuple(_selectors(self._tree, _Around()))

    @property
    def rereads(self) -> bool:
        """Whether it has `timestamp()` of a selector.

        For that Prometheus reads each series anew from the beginning of the query at each instant,
        so that the time it takes grows with the square of the query's length.
        """
        return _has_timestamp(self._tree)

    def signal(self) -> Signal | None:
        """The first comparison with a number, read from the left; None where there is none."""
        return _signal(self._tree)

    def alternatives(self) -> tuple[tuple["Expression", ...], ...]:
        """The expression as alternatives of parts that must all yield something.

        `a and b` yields only where both do; `a or b` where one does; `a unless b` only where a
        does. One alternative of one part stands for an expression that cannot be taken apart.
        """
        found = _alternatives(self._tree)
        if len(found) > MOST_ALTERNATIVES or found == [[_text(self._tree)]]:
            return ((self,),)
        return tuple(tuple(Expression(part) for part in parts) for parts in found)


def _has_timestamp(tree: Any) -> bool:
    found: list[Any] = []

    def look(node: Any) -> None:
        if isinstance(node, Call) and node.func.name == "timestamp":
            found.append(node)

    walk(tree, look)
    return bool(found)


def _milliseconds(length: timedelta | None) -> int:
    return 0 if length is None else round(length.total_seconds() * 1000)


def _selectors(node: Any, around: _Around) -> Iterator[Selector]:
    match node:
        case VectorSelector():
            yield _selector(node, around, 0)
        case MatrixSelector():
            yield _selector(node.vector_selector, around, _milliseconds(node.range))
        case SubqueryExpr():
            yield from _selectors(node.expr, _inside_subquery(node, around))
        case Call():
            for argument in node.args:
                inside = _Around(around.reach, around.same_instant, node.func.name)
                yield from _selectors(argument, inside)
        case ParenExpr() | UnaryExpr():
            yield from _selectors(node.expr, around)
        case AggregateExpr() | BinaryExpr():
            plain = _Around(around.reach, around.same_instant)
            for part in _parts(node):
                yield from _selectors(part, plain)
        case NumberLiteral() | StringLiteral():
            return
        case _:
            raise ValueError(f"a kind of expression that is not known: {type(node).__name__}")


def _parts(node: AggregateExpr | BinaryExpr) -> Iterator[Any]:
    if isinstance(node, BinaryExpr):
        yield from (node.lhs, node.rhs)
    else:
        yield node.expr
        if node.param is not None:
            yield node.param


def _inside_subquery(node: SubqueryExpr, around: _Around) -> _Around:
    _refuse_moving_anchor(node.at)
    reach = around.reach + _milliseconds(node.range) + abs(_milliseconds(node.offset))
    return _Around(reach, same_instant=False)


def _selector(node: VectorSelector, around: _Around, window: int) -> Selector:
    offset = abs(_milliseconds(node.offset))
    matchers: Sequence[Any] = node.matchers.matchers
    exact = [one.value for one in matchers if one.name == "__name__" and one.op == MatchOp.Equal]
    _refuse_moving_anchor(node.at)
    return Selector(
        name=node.name or (exact[0] if exact else None),
        matchers=tuple(
            Matcher(one.name, _operator(one.op), one.value)
            for one in matchers
            if one.name != "__name__"
        ),
        text=_instant(node),
        reach=around.reach + window + offset,
        same_instant=around.same_instant and not window and not offset and node.at is None,
        counter=bool(window) and around.function in COUNTER_FUNCTIONS,
        absent=around.function in {"absent", "absent_over_time"},
    )


def _refuse_moving_anchor(at: Any) -> None:
    if at is not None and at.type != AtModifierType.At:
        raise ValueError("`@ start()` and `@ end()` cannot be judged: a rule has only one instant")


def _instant(node: VectorSelector) -> str:
    """The selector alone; written here, for the parser does not escape what it prints."""
    matchers = [
        f"{one.name}{_operator(one.op)}{_quoted(one.value)}" for one in node.matchers.matchers
    ]
    inner = f"{{{','.join(matchers)}}}" if matchers else ""
    return f"{node.name or ''}{inner}"


def _operator(op: MatchOp) -> str:
    return next(text for known, text in _OPERATORS if known == op)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _signal(node: Any) -> Signal | None:
    match node:
        case ParenExpr():
            return _signal(node.expr)
        case BinaryExpr() if str(node.op) in COMPARISONS and isinstance(node.rhs, NumberLiteral):
            return Signal(_text(node.lhs), str(node.op), node.rhs.val)
        case BinaryExpr() if str(node.op) in {"and", "or", "unless"}:
            return _signal(node.lhs) or (None if str(node.op) == "unless" else _signal(node.rhs))
        case _:
            return None


def _alternatives(node: Any) -> list[list[str]]:
    match node:
        case ParenExpr():
            return _alternatives(node.expr)
        case BinaryExpr() if str(node.op) == "or":
            return [*_alternatives(node.lhs), *_alternatives(node.rhs)]
        case BinaryExpr() if str(node.op) == "unless":
            return _alternatives(node.lhs)
        case BinaryExpr() if str(node.op) == "and":
            return [
                [*left, *right]
                for left in _alternatives(node.lhs)
                for right in _alternatives(node.rhs)
            ]
        case _:
            return [[_text(node)]]


def _text(node: Any) -> str:
    return str(node.prettify())
