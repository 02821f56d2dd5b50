"""The slips of the hand in an expression: what one changed part makes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.mutation.tree import (
    Aggregate,
    Binary,
    Call,
    Matcher,
    Node,
    Number,
    Selector,
    Subquery,
    text,
    variants,
)

COMPARATORS: Mapping[str, tuple[str, ...]] = {
    ">": (">=", "<"),
    ">=": (">", "<"),
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    "==": ("!=", ">"),
    "!=": ("==",),
}
SETS: Mapping[str, tuple[str, ...]] = {
    "and": ("or", "unless"),
    "or": ("and", "unless"),
    "unless": ("and", "or"),
}
ARITHMETIC: Mapping[str, tuple[str, ...]] = {"+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",)}
OPERATORS = {**COMPARATORS, **SETS, **ARITHMETIC}
DIRECTED = ("-", "/")
"""Operators whose operands can be confused with effect."""
AGGREGATES: Mapping[str, tuple[str, ...]] = {
    "sum": ("avg", "max"),
    "avg": ("sum", "max"),
    "max": ("min", "sum"),
    "min": ("max", "sum"),
    "count": ("sum",),
}
FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "rate": ("increase", "irate"),
    "increase": ("rate", "irate"),
    "irate": ("rate", "increase"),
    "delta": ("increase", "idelta"),
    "sum_over_time": ("avg_over_time", "max_over_time"),
    "avg_over_time": ("sum_over_time", "max_over_time"),
    "max_over_time": ("min_over_time", "avg_over_time"),
    "min_over_time": ("max_over_time", "avg_over_time"),
}
TAKEN_OFF = ("absent", "timestamp", "absent_over_time")
"""Functions of one vector that can be forgotten."""
NEIGHBOURS: Mapping[str, str] = {
    "service": "job",
    "tool": "service",
    "path": "service",
    "le": "job",
}
"""The label that is written by mistake for another; `instance` where none is named here."""
SLIPS = (1.1, 0.9, 10.0)
"""What a number is multiplied by: a little too lax, a little too strict, the point misplaced."""
WINDOW_SLIPS = (2.0, 0.5)
NEGATIONS: Mapping[str, str] = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


def changed(expression: Node) -> Iterator[tuple[str, Node]]:
    """Every expression with exactly one slip in it, with words for the slip."""
    yield from variants(expression, _slips)


def _slips(node: Node) -> Iterator[tuple[str, Node]]:
    match node:
        case Number():
            yield from _number(node)
        case Selector():
            yield from _selector(node)
        case Subquery():
            yield from _windows(node, node.window)
        case Aggregate():
            yield from _aggregate(node)
        case Binary():
            yield from _binary(node)
        case Call():
            yield from _call(node)


def _number(node: Number) -> Iterator[tuple[str, Node]]:
    values = [float(f"{node.value * slip:.12g}") for slip in SLIPS] if node.value else [1.0]
    for value in values:
        yield f"{text(node)} becomes {text(Number(value))}", Number(value)


def _windows(node: Selector | Subquery, window: float) -> Iterator[tuple[str, Node]]:
    for slip in WINDOW_SLIPS:
        written = f"[{duration(window)}] becomes [{duration(window * slip)}]"
        yield f"{written} of {_head(node)}", replace(node, window=window * slip)


def _selector(node: Selector) -> Iterator[tuple[str, Node]]:
    if node.window is not None:
        yield from _windows(node, node.window)
    if node.offset:
        yield f"offset of {node.name} is dropped", replace(node, offset=0)
    for index, matcher in enumerate(node.matchers):
        before, after = node.matchers[:index], node.matchers[index + 1 :]
        label = f"{matcher.label}{matcher.op} of {node.name}"
        yield f"{label} is dropped", replace(node, matchers=before + after)
        for what, other in _matchers(matcher):
            yield f"{label} {what}", replace(node, matchers=(*before, other, *after))


def _matchers(matcher: Matcher) -> Iterator[tuple[str, Matcher]]:
    negated = NEGATIONS[matcher.op]
    yield f"becomes {negated}", replace(matcher, op=negated)
    alternatives = matcher.value.split("|")
    if "~" in matcher.op and len(alternatives) > 1:
        for each in alternatives:
            kept = "|".join(other for other in alternatives if other != each)
            yield f"loses {each}", replace(matcher, value=kept)
    else:
        yield "is misspelt", replace(matcher, value=f"{matcher.value}s")


def _aggregate(node: Aggregate) -> Iterator[tuple[str, Node]]:
    for op in AGGREGATES.get(node.op, ()):
        yield f"{node.op} becomes {op}", replace(node, op=op)
    yield f"{node.op} is dropped", node.inner
    for label in node.labels:
        others = tuple(other for other in node.labels if other != label)
        yield f"{node.grouping} loses {label}", replace(node, labels=others)
        wrong = NEIGHBOURS.get(label, "instance")
        if wrong not in node.labels:
            swapped = tuple(wrong if other == label else other for other in node.labels)
            yield f"{node.grouping} has {wrong} for {label}", replace(node, labels=swapped)
    if node.grouping:
        opposite = "without" if node.grouping == "by" else "by"
        yield f"{node.grouping} becomes {opposite}", replace(node, grouping=opposite)


def _binary(node: Binary) -> Iterator[tuple[str, Node]]:
    where = f"before {_head(node.right)}"
    for op in OPERATORS.get(node.op, ()):
        yield f"{node.op} becomes {op} {where}", replace(node, op=op)
    if node.op in DIRECTED:
        swapped = replace(node, left=node.right, right=node.left)
        yield f"the sides of {node.op} are swapped {where}", swapped
    if node.op in SETS:
        yield f"the right side of {node.op} is dropped {where}", node.left
        yield f"the left side of {node.op} is dropped {where}", node.right
    if node.matching and node.op not in SETS:
        yield f"{node.matching} is dropped {where}", replace(node, matching="")


def _call(node: Call) -> Iterator[tuple[str, Node]]:
    inside = _head(node.arguments[-1]) if node.arguments else ""
    for function in FUNCTIONS.get(node.function, ()):
        yield f"{node.function} becomes {function} of {inside}", replace(node, function=function)
    if node.function in TAKEN_OFF:
        yield f"{node.function} of {inside} is dropped", node.arguments[0]


def _head(node: Node) -> str:
    """What an expression is about, in a word or two: its first series, or its number."""
    match node:
        case Selector():
            return node.name or text(node)
        case Aggregate() | Subquery():
            return _head(node.inner)
        case Call():
            return _head(node.arguments[-1]) if node.arguments else f"{node.function}()"
        case Binary():
            return _head(node.left)
        case _:
            return text(node)
