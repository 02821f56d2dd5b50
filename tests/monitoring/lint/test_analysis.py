"""An expression is analysed once for each text and schema."""

import pytest
from promql_parser import BinaryExpr, VectorSelector

from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import PromQLError

SCHEMA = Schema({}, "a test")


def query(text: str) -> Query:
    """An alert's expression."""
    return Query(text=text, role=Role.ALERT, position=Position("rules.yml", 1), subject="alert A")


def test_nodes_know_what_stands_above_them() -> None:
    """A check finds the operation around a selector, whatever lies between."""
    analysis = analyse(query("sum(rate(x[5m])) / y"), SCHEMA)
    x, y = analysis.of(VectorSelector)
    assert list(analysis.above(x))[-1] is analysis.tree
    assert analysis.parent(y) is analysis.tree
    assert isinstance(analysis.tree, BinaryExpr)
    assert analysis.parent(analysis.tree) is None


def test_the_same_text_is_analysed_once() -> None:
    """A second query of the same text shares the work, and one of another schema does not."""
    first, second = analyse(query("x + y"), SCHEMA), analyse(query("x + y"), SCHEMA)
    other = analyse(query("x + y"), Schema({}, "a test"))
    assert first.flow is second.flow
    assert first.flow is not other.flow


def test_a_text_that_is_no_expression_is_refused() -> None:
    """The caller learns it as a PromQLError."""
    with pytest.raises(PromQLError):
        analyse(query("sum("), SCHEMA)
