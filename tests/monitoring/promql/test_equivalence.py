"""Which expressions are the same but for the way they are written."""

import pytest

from opsconductor.monitoring.promql.equivalence import normal_form
from opsconductor.monitoring.promql.syntax import parse


def form(text: str) -> str:
    """The normal form of a text."""
    return normal_form(parse(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum by (a, b) (rate(x[5m]))", "sum(rate(x[300s]))  by (b,a)"),
        ('x{a="1",b=~"2"}', "x{b=~'2', a=\"1\"}"),
        ('{__name__="x", a="1"}', 'x{a="1"}'),
        ("a + b", "(b) + (a)"),
        ("2 * x", "x * 2"),
        ("x > 5", "5 < x"),
        ("x >= bool 5", "5 <= bool x"),
        ("x / on (b, a) y", "x / on(a,b) y"),
        ("sum(x)", "sum by () (x)"),
        ("x * ignoring() y", "x * y"),
        ("((x))", "x"),
        ("x[1h:1m]", "x[60m:60s]"),
        ("x offset 1h", "x offset 60m"),
        ("1e3", "1000"),
        ('"a"', "'a'"),
        ("topk(3, x)", "topk( 3, (x))"),
    ],
)
def test_spellings_of_the_same_expression_have_one_form(one: str, other: str) -> None:
    """A panel that repeats a recorded expression must be recognised however it is spelt."""
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a - b", "b - a"),
        ("a / b", "b / a"),
        ("a and b", "b and a"),
        ("a or b", "b or a"),
        ("a > b", "b < a"),
        ("x", "-x"),
        ("sum(x)", "sum without () (x)"),
        ("sum by (a) (x)", "sum without (a) (x)"),
        ("sum(x)", "avg(x)"),
        ('x{a="1"}', 'x{a!="1"}'),
        ('x{a="1"}', 'x{a=~"1"}'),
        ("x[5m]", "x[5m:]"),
        ("x", "x offset 5m"),
        ("x @ 5", "x"),
        ("x @ start()", "x @ end()"),
        ("x > 5", "x > bool 5"),
        ("x * on () y", "x * y"),
        ("x * on (a) group_left y", "x * on (a) group_right y"),
        ("x * on (a) group_left y", "y * on (a) group_left x"),
        ("topk(3, x)", "topk(4, x)"),
        ("rate(x[5m])", "rate(x[1m])"),
        ("1 - (2 - 3)", "(1 - 2) - 3"),
    ],
)
def test_different_expressions_have_different_forms(one: str, other: str) -> None:
    """A recorded series must not be offered in place of something else."""
    assert form(one) != form(other)
