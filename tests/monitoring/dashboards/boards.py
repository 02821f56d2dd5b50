"""The five boards as they are rendered from the default settings, and ways into them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from promql_parser import BinaryExpr, Call, Expr, NumberLiteral, VectorSelector

from opsconductor.monitoring.dashboards import dashboards
from opsconductor.monitoring.promql.syntax import bare, parse, walk
from opsconductor.settings import Settings

Board = dict[str, Any]
Panel = dict[str, Any]

TEXTS = dashboards(Settings())
BOARDS: dict[str, Board] = {name: json.loads(text) for name, text in TEXTS.items()}
EXECUTION = BOARDS["opsconductor-execution.json"]
SELECTOR = BOARDS["opsconductor-selector.json"]
PIPELINE = BOARDS["opsconductor-pipeline.json"]
SLO = BOARDS["opsconductor-slo.json"]
STACK = BOARDS["opsconductor-stack.json"]

GUARD = ">="
"""Alerts ask by `>=` whether there is enough traffic to judge by; that is no signal."""
_FROM_VARIABLES = re.compile(r',? ?\w+=~"\$\w+"')


def panels(board: Board) -> list[Panel]:
    """The board's panels that show something."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def panel(board: Board, title: str) -> Panel:
    """The one panel of that title."""
    [found] = [one for one in panels(board) if one["title"] == title]
    return found


def expressions(one: Panel) -> list[str]:
    """The PromQL of a panel."""
    if one["datasource"]["type"] != "prometheus":
        return []
    return [target["expr"] for target in one["targets"]]


def every_expression(board: Board) -> Iterator[str]:
    """Every PromQL expression of the board: panels and annotations."""
    for one in panels(board):
        yield from expressions(one)
    yield from (note["expr"] for note in board["annotations"]["list"] if "expr" in note)


def tree(expression: str) -> Expr:
    """The expression with everything chosen in its variables."""
    text = _FROM_VARIABLES.sub("", expression)
    for name, window in (("$__rate_interval", "1m"), ("$__range", "30m")):
        text = text.replace(name, window)
    return parse(text)


def parts(expression: str) -> set[str]:
    """The expression and everything that it is made of, each written in one way."""
    return {str(bare(node)) for node in walk(tree(expression))}


def series(expression: str) -> set[str]:
    """The names of the series that the expression reads."""
    return {str(node.name) for node in walk(tree(expression)) if isinstance(node, VectorSelector)}


def limits(one: Panel) -> list[float]:
    """The values of the panel's thresholds, without the one that begins at minus infinity."""
    steps = one["fieldConfig"]["defaults"]["thresholds"]["steps"]
    return [step["value"] for step in steps if step["value"] is not None]


def compared(node: Expr) -> Iterator[tuple[str, float]]:
    """Every signal that an alert's expression compares with a number, guards left out."""
    node = bare(node)
    if not isinstance(node, BinaryExpr):
        assert isinstance(node, Call) or "absent" in str(node)
        return
    operator = str(node.op)
    if operator in {"and", "or"}:
        yield from compared(node.lhs)
        yield from compared(node.rhs)
    elif operator in {">", "<", "==", "<="}:
        limit = bare(node.rhs)
        assert isinstance(limit, NumberLiteral)
        yield str(bare(node.lhs)), limit.val
    else:
        assert operator == GUARD or "absent" in str(node)
