"""An indicator's query over a window: a placeholder filled in, or counters wrapped in `rate()`.

Two spellings are understood. A query with a placeholder in its range selectors,
`sum(rate(requests_total[$window]))`, has the window put in its place; `increase` is read as `rate`,
which differs by a constant factor only. A query of plain selectors, `requests_total{code="500"}`,
gets each selector wrapped. A query with a window of its own is refused, for it would be the same
over every window.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import promql_parser as promql

from opsconductor.monitoring.slo.selector_text import Printer

PLACEHOLDERS = ("{{.window}}", "{{ .window }}", "${window}", "$window")
"""How a window is left open in a query."""
TRIAL = timedelta(seconds=433)
"""A window to check a query with; nobody writes this one, so a range of it is the placeholder's."""

Wrap = Literal["rate", "sum_over_time", "last"]
"""What a plain selector becomes: `last` leaves it as it is."""


class QueryError(ValueError):
    """The query cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class QueryText:
    """A checked query.

    `open` tells that it has a placeholder, `aggregated` that it loses labels, `summed` that it is
    one sum over everything already.
    """

    text: str
    open: bool
    aggregated: bool
    summed: bool = False

    def over(self, window: str, wrap: Wrap = "rate") -> str:
        """The query over a window such as `5m`."""
        tree = _parsed(_filled(self.text, window))
        if self.open or wrap == "last":
            return Printer(lambda selector, offset: f"{selector}{offset}").text(tree)
        return Printer(lambda selector, offset: f"{wrap}({selector}[{window}]{offset})").text(tree)


def query_text(text: str, *, value: bool = False) -> QueryText:
    """Check a query; a `value` may have windows of its own. Raises `QueryError`."""
    is_open = any(placeholder in text for placeholder in PLACEHOLDERS)
    tree = _parsed(_filled(text, f"{TRIAL.seconds}s"))
    nodes = _nodes(tree)
    if not any(isinstance(n, promql.VectorSelector | promql.MatrixSelector) for n in nodes):
        raise QueryError("the query reads no series")
    if isinstance(tree, promql.MatrixSelector | promql.SubqueryExpr):
        raise QueryError("the query gives a range, not a value; name the counter, or use rate()")
    ranges = set(_ranges(nodes))
    if is_open and TRIAL not in ranges:
        raise QueryError("$window stands for a range: write it in brackets, as in rate(x[$window])")
    if ranges - {TRIAL} and not value:
        raise QueryError(
            "the query has a window of its own and would be the same over every window; "
            "write $window in its place, or name only the counter"
        )
    if any(_at_modifier(n) for n in nodes):
        raise QueryError("an @ modifier pins the query to one moment; remove it")
    aggregated = any(isinstance(n, promql.AggregateExpr) for n in nodes)
    summed = isinstance(tree, promql.AggregateExpr) and _is_plain_sum(tree)
    return QueryText(text, is_open, aggregated, summed)


def check(expression: str) -> None:
    """Raise `QueryError` where a finished expression is no PromQL."""
    _parsed(expression)


def _parsed(text: str) -> promql.Expr:
    try:
        return promql.parse(text)
    except ValueError as error:
        raise QueryError(f"no PromQL: {error}") from None


def _is_plain_sum(tree: promql.AggregateExpr) -> bool:
    return str(tree.op) == "sum" and tree.modifier is None


def _filled(text: str, window: str) -> str:
    for placeholder in PLACEHOLDERS:
        text = text.replace(placeholder, window)
    return text


def _nodes(tree: promql.Expr) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(tree, pre_visit=found.append)
    return found


def _ranges(nodes: list[promql.Expr]) -> Iterator[timedelta]:
    for node in nodes:
        if isinstance(node, promql.MatrixSelector | promql.SubqueryExpr) and node.range is not None:
            yield node.range


def _at_modifier(node: promql.Expr) -> bool:
    if isinstance(node, promql.MatrixSelector):
        return node.vector_selector.at is not None
    return isinstance(node, promql.VectorSelector | promql.SubqueryExpr) and node.at is not None
