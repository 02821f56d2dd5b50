"""Conditions that tell where an alert can yield anything, without what rules would record for it.

`slo:…:ratio_rate30m / 0.01 > 6` reads a series that has to be computed, stored and read again at
every instant, with the two that it is made of. Written out, and without what is 0 where there is
nothing, it is one expression over raw series that yields something at the same instants:

    sum(rate(errors[30m])) / (sum(rate(events[30m])) > 0) / 0.01 > 6

Only whether something is yielded must be the same, and more is allowed: the alert itself is
evaluated wherever the condition holds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from opsconductor.monitoring.mutation.tree import (
    Aggregate,
    Binary,
    Call,
    ExpressionError,
    Node,
    Number,
    Selector,
    Subquery,
    children,
    nodes,
    parse,
    text,
    with_children,
)

MOST_SELECTORS = 50
"""A condition that would read more than this is not written out."""
_ABOVE = frozenset({">", ">="})
_SETS = frozenset({"and", "or", "unless"})
_ON = re.compile(r"on \((?P<labels>[^)]*)\)")
_LABEL_FUNCTIONS = frozenset({"absent", "absent_over_time", "label_join", "label_replace"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a selector reads if a rule records it: the rule's labels, and its expression.

    `written_out` says that its expression may stand in the selector's place.
    """

    expr: str
    labels: Mapping[str, str]
    written_out: bool


Recordings = Callable[[Selector], Recorded | None]
"""The one rule that records what a selector reads; None where it reads raw series."""


class _Kept(Exception):  # noqa: N818  no error: the condition stays as it is
    """The condition cannot be written out so that it certainly holds at the same instants."""


class _Labels(Enum):
    """Whether a part's series have the labels that the recording rules add."""

    NUMBER = auto()
    WITHOUT = auto()
    WITH = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class _Part:
    """A node written out; `touched` where something below it reads, or once read, a recording."""

    node: Node
    labels: _Labels
    touched: bool = False


def condition(expression: str, recordings: Recordings) -> str:
    """The expression written out as far as that is safe; the same text where it is not.

    What is written out: `x > c` and `x >= c` for a `c` that 0 does not reach. What cannot be parsed
    stays as it is.
    """
    try:
        tree = parse(expression)
        match tree:
            case Binary(op=op, right=Number(limit), matching="") if op in _ABOVE and (
                limit > 0 or (limit == 0 and op == ">")
            ):
                writer = _Writer(recordings, _added(tree, recordings))
                shown = writer.nonzero(tree.left)
            case _:
                return expression
    except (_Kept, ExpressionError):
        return expression
    return text(replace(tree, left=shown.node)) if writer.wrote else expression


def _added(tree: Node, recordings: Recordings) -> Mapping[str, str]:
    """The labels that the first recording in the expression adds."""
    return next((one.labels for one in _recordings_below(tree, recordings)), {})


def _recordings_below(tree: Node, recordings: Recordings) -> list[Recorded]:
    found = (recordings(one) for one in nodes(tree) if isinstance(one, Selector))
    return [one for one in found if one]


class _Writer:
    """Writes out one condition; all recording rules that have a part in it add the same labels."""

    def __init__(self, recordings: Recordings, added: Mapping[str, str]) -> None:
        self._recordings = recordings
        self._added = added
        self._size = 0
        self.wrote = False

    def nonzero(self, node: Node) -> _Part:
        """The node written out, but for parts whose values are all 0 or NaN."""
        match node:
            case Selector():
                return self._selected(node, self.nonzero)
            case Binary(op="or", right=Binary(op="*", right=Number(0))):
                return self.nonzero(node.left)
            case Binary(op="*" | "/"):
                return self._made(node, (self.nonzero(node.left), self.all(node.right)))
            case Aggregate(op="max" | "sum", parameter=None):
                return self._made(node, (self.nonzero(node.inner),))
            case _:
                return self.all(node)

    def all(self, node: Node) -> _Part:
        """The node written out, with every series that it has."""
        if isinstance(node, Selector):
            return self._selected(node, self.all)
        if isinstance(node, Subquery) and _recordings_below(node, self._recordings):
            raise _Kept  # they are read at other instants
        return self._made(node, tuple(self.all(child) for child in children(node)))

    def _selected(self, node: Selector, written: Callable[[Node], _Part]) -> _Part:
        self._size += 1
        recorded = self._recordings(node)
        if self._size > MOST_SELECTORS or (recorded and recorded.labels != self._added):
            raise _Kept
        if recorded is None:
            return _Part(node, _Labels.UNKNOWN if self._added else _Labels.WITHOUT)
        if not recorded.written_out:
            return _Part(node, _Labels.WITH if self._added else _Labels.WITHOUT, touched=True)
        inside = written(parse(recorded.expr))
        if inside.labels is _Labels.UNKNOWN or not self._added.keys() >= {
            one.label for one in node.matchers
        }:
            raise _Kept
        self.wrote = True
        return replace(inside, touched=True)

    def _made(self, node: Node, parts: tuple[_Part, ...]) -> _Part:
        """The node over these parts. What was touched must be matched and grouped as before."""
        touched = any(one.touched for one in parts)
        if touched and not self._safe(node, parts):
            raise _Kept
        made = with_children(node, tuple(one.node for one in parts))
        return _Part(made, self._labels(node, parts), touched)

    def _safe(self, node: Node, parts: tuple[_Part, ...]) -> bool:
        match node:
            case Call(function=function):
                return function not in _LABEL_FUNCTIONS
            case Aggregate(op="max"):
                return True
            case Aggregate(grouping=grouping, labels=labels):
                return grouping != "without" and not self._added.keys() & {*labels}
            case Binary():
                return self._listed_without(node) or _only(parts) is not _Labels.UNKNOWN
            case _:
                return True

    def _labels(self, node: Node, parts: tuple[_Part, ...]) -> _Labels:
        match node:
            case Aggregate(grouping=grouping, labels=labels):
                told = grouping != "without" and not self._added.keys() & {*labels}
                return _Labels.WITHOUT if told or not self._added else _Labels.UNKNOWN
            case Call(function="vector"):
                return _Labels.WITHOUT
            case Call(function=function) if function in _LABEL_FUNCTIONS:
                return _Labels.UNKNOWN
            case Binary(op=op) if op not in _SETS and self._listed_without(node):
                return _Labels.WITHOUT
            case _:
                return _only(parts)

    def _listed_without(self, node: Binary) -> bool:
        """Whether the sides are matched on labels that are listed, and none of them is added."""
        listed = _ON.fullmatch(node.matching)
        return listed is not None and not self._added.keys() & {
            name.strip() for name in listed["labels"].split(",")
        }


def _only(parts: Iterable[_Part]) -> _Labels:
    """What all the parts that are no numbers have."""
    kinds = {one.labels for one in parts} - {_Labels.NUMBER}
    if not kinds:
        return _Labels.NUMBER
    return kinds.pop() if len(kinds) == 1 else _Labels.UNKNOWN
