"""PromQL text as a tree. Whatever the text holds, the answer is a tree or a `PromQLError`."""

from collections.abc import Iterator
from functools import lru_cache

import promql_parser
from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    Function,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    ValueType,
    VectorSelector,
)

LONGEST = 65_536
"""Characters. The longest expression of a public rule set that we know has some 5,000."""
MOST_OPERATIONS = 400
"""Operators and opening parentheses. The parser and every walk descend once for each in the worst
case, and the parser's own stack ends at some 4,000, which would take the process down with it."""
_LONGEST_MESSAGE = 200
_CACHED = 4096

_OPERATORS = frozenset("+-*/%^<>=!([")
_WORD_OPERATORS = frozenset({"and", "or", "unless", "atan2"})

promql_parser.register_extra_functions(
    [  # Prometheus 2 has it; Prometheus 3 renamed it to double_exponential_smoothing.
        Function(
            "holt_winters",
            [ValueType.Matrix, ValueType.Scalar, ValueType.Scalar],
            ValueType.Vector,
        )
    ]
)


class PromQLError(ValueError):
    """A text that is no PromQL expression. `message` is one printable line."""

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text
        self.message = message


def parse(text: str) -> Expr:
    """The tree of an expression; the same object for the same text. Raises `PromQLError`."""
    result = _parsed(text)
    if isinstance(result, str):
        raise PromQLError(text, result)
    return result


def children(node: Expr) -> tuple[Expr, ...]:
    """The nodes directly below, in the order in which they are written."""
    match node:
        case BinaryExpr():
            return node.lhs, node.rhs
        case AggregateExpr():
            return (node.expr,) if node.param is None else (node.param, node.expr)
        case Call():
            return tuple(node.args)
        case MatrixSelector():
            return (node.vector_selector,)
        case ParenExpr() | UnaryExpr() | SubqueryExpr():
            return (node.expr,)
        case _:
            return ()


def walk(tree: Expr) -> Iterator[Expr]:
    """Every node, each before those below it, in the order in which they are written."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def bare(node: Expr) -> Expr:
    """The node inside however many parentheses."""
    while isinstance(node, ParenExpr):
        node = node.expr
    return node


def one_line(text: str) -> str:
    """The text on one line, without what a terminal or a log would stumble over."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


def is_scalar(node: Expr) -> bool:
    """Whether the expression is one number and no series."""
    match bare(node):
        case NumberLiteral():
            return True
        case UnaryExpr() as signed:
            return is_scalar(signed.expr)
        case BinaryExpr() as operation:
            return is_scalar(operation.lhs) and is_scalar(operation.rhs)
        case Call() as call:
            return bool(call.func.return_type == ValueType.Scalar)
        case _:
            return False


@lru_cache(maxsize=_CACHED)
def _parsed(text: str) -> Expr | str:
    """The tree, or why there is none."""
    if len(text) > LONGEST:
        return f"the expression has {len(text)} characters; {LONGEST} are the most that are read"
    if len(text) > MOST_OPERATIONS and _operations(text) > MOST_OPERATIONS:
        return f"more than {MOST_OPERATIONS} operators and parentheses in one expression"
    try:
        tree = promql_parser.parse(text)
    except ValueError as error:
        return _shortened(one_line(_reason(error)))
    except BaseException as error:  # a panic of the parser is no Exception
        if type(error).__name__ != "PanicException":
            raise
        return "the parser gave up on this text"
    return _unknown_to_prometheus(tree) or tree


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]}…"


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeError):
        return "the text is not valid Unicode"
    return str(error)


def _unknown_to_prometheus(tree: Expr) -> str:
    """What the parser reads and Prometheus does not."""
    for node in walk(tree):
        if isinstance(node, VectorSelector) and node.matchers.or_matchers:
            return "Prometheus has no `or` between matchers; use =~ with alternatives"
    return ""


def _operations(text: str) -> int:
    """At least as many as there are levels in the tree, without the parser's help."""
    plain = _outside_strings(text)
    words = "".join(char if char.isalnum() or char in "_:." else " " for char in plain)
    symbols = sum(char in _OPERATORS for char in plain)
    return symbols + sum(word.lower() in _WORD_OPERATORS for word in words.split())


def _outside_strings(text: str) -> str:
    """The text without strings, comments and what stands in braces."""
    kept: list[str] = []
    at, braces = 0, False
    while at < len(text):
        char = text[at]
        if char in "\"'`":
            at = _after_string(text, at)
            continue
        if char == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        braces = (braces or char == "{") and char != "}"
        if not braces:
            kept.append(char)
        at += 1
    return "".join(kept)


def _after_string(text: str, start: int) -> int:
    quote, at = text[start], start + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote != "`" else 1
    return at + 1
