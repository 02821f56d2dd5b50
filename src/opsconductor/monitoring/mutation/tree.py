"""PromQL as values that can be rebuilt with one part changed.

promql_parser's nodes can be read but not made, so its tree is copied into these. Parentheses are
not kept: `text` puts them around every operand that has operands itself, which means the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import promql_parser

from opsconductor.monitoring.durations import duration


class ExpressionError(Exception):
    """The text is no PromQL, or uses what cannot be copied; the message says which."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal."""

    value: float


@dataclass(frozen=True, slots=True)
class String:
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; `op` is one of = != =~ !~."""

    label: str
    op: str
    value: str

    def matches(self, value: str) -> bool:
        """Whether a label of this value, "" where it is absent, passes."""
        if "~" in self.op:
            found = re.fullmatch(self.value, value) is not None
        else:
            found = value == self.value
        return found is not self.op.startswith("!")


@dataclass(frozen=True, slots=True)
class Selector:
    """Series by name and matchers; a range selector where `window` (seconds) is given."""

    name: str
    matchers: tuple[Matcher, ...] = ()
    window: float | None = None
    offset: float = 0


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregation; `grouping` is "by", "without" or "" for neither."""

    op: str
    inner: "Node"
    grouping: str = ""
    labels: tuple[str, ...] = ()
    parameter: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; `matching` is what stands between operator and right side, such as `on (x)`."""

    op: str
    left: "Node"
    right: "Node"
    matching: str = ""


@dataclass(frozen=True, slots=True)
class Negated:
    """A unary minus."""

    inner: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Subquery:
    """An expression evaluated over a window, every `step` seconds (None: the default)."""

    inner: "Node"
    window: float
    step: float | None = None
    offset: float = 0


Node = Number | String | Selector | Aggregate | Binary | Negated | Call | Subquery


def parse(expression: str) -> Node:
    """The tree of a PromQL text. Raises `ExpressionError`."""
    try:
        return _copied(promql_parser.parse(expression))
    except ValueError as error:
        raise ExpressionError(f"no PromQL: {error}") from error


def _copied(node: Any) -> Node:  # noqa: C901, PLR0911  one kind of node a branch
    match type(node).__name__:
        case "NumberLiteral":
            return Number(node.val)
        case "StringLiteral":
            return String(node.val)
        case "ParenExpr":
            return _copied(node.expr)
        case "UnaryExpr":
            return Negated(_copied(node.expr))
        case "Call":
            return Call(node.func.name, tuple(_copied(each) for each in node.args))
        case "VectorSelector":
            return _selector(node, None)
        case "MatrixSelector":
            return _selector(node.vector_selector, node.range.total_seconds())
        case "AggregateExpr":
            return _aggregate(node)
        case "BinaryExpr":
            return Binary(str(node.op), _copied(node.lhs), _copied(node.rhs), _matching(node))
        case "SubqueryExpr" if node.at is None:
            step = node.step.total_seconds() if node.step else None
            return Subquery(
                _copied(node.expr), node.range.total_seconds(), step, _seconds(node.offset)
            )
        case other:
            raise ExpressionError(f"{other} with these parts cannot be taken apart: {node}")


def _seconds(offset: Any) -> float:
    return float(offset.total_seconds()) if offset is not None else 0


def _selector(node: Any, window: float | None) -> Selector:
    if node.at is not None or node.matchers.or_matchers:
        raise ExpressionError(f"a selector with @ or `or` cannot be taken apart: {node}")
    ops = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
    matchers = tuple(
        Matcher(each.name, ops[str(each.op).rpartition(".")[2]], each.value)
        for each in node.matchers.matchers
    )
    return Selector(node.name or "", matchers, window, _seconds(node.offset))


def _aggregate(node: Any) -> Aggregate:
    grouping, labels = "", ()
    if node.modifier is not None:
        grouping = "by" if str(node.modifier.type).endswith("By") else "without"
        labels = tuple(node.modifier.labels)
    parameter = None if node.param is None else _copied(node.param)
    return Aggregate(str(node.op), _copied(node.expr), grouping, labels, parameter)


def _matching(node: Any) -> str:
    """`bool`, `on`, `ignoring`, `group_left` and `group_right` as they are written."""
    return str(node.modifier).strip() if node.modifier is not None else ""


def text(node: Node) -> str:  # noqa: PLR0911  one kind of node a branch
    """The tree as PromQL."""
    match node:
        case Number():
            return repr(node.value).removesuffix(".0")
        case String():
            return _quoted(node.value)
        case Selector():
            return _selector_text(node)
        case Negated():
            return f"-{_operand(node.inner)}"
        case Call():
            return f"{node.function}({', '.join(map(text, node.arguments))})"
        case Aggregate():
            group = f" {node.grouping} ({', '.join(node.labels)}) " if node.grouping else ""
            parameter = f"{text(node.parameter)}, " if node.parameter is not None else ""
            return f"{node.op}{group}({parameter}{text(node.inner)})"
        case Binary():
            operator = f"{node.op} {node.matching}".rstrip()
            return f"{_operand(node.left)} {operator} {_operand(node.right)}"
        case Subquery():
            step = duration(node.step) if node.step else ""
            window = f"[{duration(node.window)}:{step}]"
            return f"{_operand(node.inner)}{window}{_offset(node.offset)}"


def _operand(node: Node) -> str:
    written = text(node)
    return f"({written})" if isinstance(node, Binary | Negated) else written


def _selector_text(node: Selector) -> str:
    inner = ", ".join(f"{each.label}{each.op}{_quoted(each.value)}" for each in node.matchers)
    braces = f"{{{inner}}}" if inner or not node.name else ""
    window = "" if node.window is None else f"[{duration(node.window)}]"
    return f"{node.name}{braces}{window}{_offset(node.offset)}"


def _offset(seconds: float) -> str:
    if not seconds:
        return ""
    return f" offset {'-' if seconds < 0 else ''}{duration(abs(seconds))}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a node, from left to right."""
    match node:
        case Aggregate(parameter=parameter) if parameter is not None:
            return (parameter, node.inner)
        case Aggregate() | Negated() | Subquery():
            return (node.inner,)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case _:
            return ()


def with_children(node: Node, given: tuple[Node, ...]) -> Node:
    """The node with other operands, as many as it has."""
    match node:
        case Aggregate(parameter=parameter) if parameter is not None:
            return replace(node, parameter=given[0], inner=given[1])
        case Aggregate() | Negated() | Subquery():
            return replace(node, inner=given[0])
        case Binary():
            return replace(node, left=given[0], right=given[1])
        case Call():
            return replace(node, arguments=given)
        case _:
            return node


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything below it, outermost first."""
    yield node
    for child in children(node):
        yield from nodes(child)


def variants(
    node: Node, change: Callable[[Node], Iterator[tuple[str, Node]]]
) -> Iterator[tuple[str, Node]]:
    """Every tree in which `change` has replaced exactly one node, with what it says it did."""
    yield from change(node)
    below = children(node)
    for index, child in enumerate(below):
        for what, changed in variants(child, change):
            yield what, with_children(node, (*below[:index], changed, *below[index + 1 :]))


def renamed(node: Node, names: Callable[[str], str]) -> Node:
    """The tree with the name of every selected series passed through `names`."""
    if isinstance(node, Selector):
        return replace(node, name=names(node.name))
    return with_children(node, tuple(renamed(child, names) for child in children(node)))
