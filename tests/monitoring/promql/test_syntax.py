"""PromQL text becomes a tree or a readable error, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from promql_parser import BinaryExpr, Expr, VectorSelector

from opsconductor.monitoring.promql.syntax import (
    LONGEST,
    MOST_OPERATIONS,
    PromQLError,
    children,
    parse,
    walk,
)


def test_nodes_are_walked_parents_first_in_the_order_of_the_text() -> None:
    """A check sees each node once, and a node before what stands in it."""
    tree = parse("sum by (a) (rate(x[5m])) / max_over_time((-y)[1h:1m]) + topk(scalar(z), w)")
    names = [type(node).__name__ for node in walk(tree)]
    selectors = [node.name for node in walk(tree) if isinstance(node, VectorSelector)]
    assert selectors == ["x", "y", "z", "w"]
    assert names[:4] == ["BinaryExpr", "BinaryExpr", "AggregateExpr", "Call"]
    assert {"MatrixSelector", "SubqueryExpr", "UnaryExpr", "ParenExpr"} <= set(names)


def test_children_of_an_operation_are_its_sides() -> None:
    """The sides come left before right."""
    tree = parse("a / b")
    assert isinstance(tree, BinaryExpr)
    assert children(tree) == (tree.lhs, tree.rhs)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no expression"),
        (" \n ", "no expression"),
        ("x\0", "unexpected character"),
        ("sum(", "unclosed"),
        ("rate(x)", "expected type matrix"),
        ('x{a=~"("}', "illegal regex"),
        ('x{a="1" or b="2"}', "no `or` between matchers"),
        ("\ud800", "not valid Unicode"),
        ("x" * (LONGEST + 1), "characters"),
        ('x{a=~"(\x1b[31m"}', "\\x1b"),
    ],
)
def test_what_is_no_expression_says_why_in_one_line(text: str, words: str) -> None:
    """The error carries the text and one short printable line."""
    with pytest.raises(PromQLError) as raised:
        parse(text)
    assert words in raised.value.message
    assert raised.value.text == text
    assert raised.value.message.isprintable()
    assert len(raised.value.message) < 250


@pytest.mark.parametrize(
    ("before", "after"),
    [("(", ")"), ("-", ""), ("abs(", ")"), ("x + ", ""), ("x or ", ""), ("x ^ ", "")],
)
def test_nesting_without_end_is_refused_before_it_reaches_the_parser(
    before: str, after: str
) -> None:
    """Deep texts would overflow the parser's stack and end the process."""
    for depth in (MOST_OPERATIONS + 1, 10_000, 100_000):
        with pytest.raises(PromQLError):
            parse(before * depth + "x" + after * depth)


def test_nesting_hidden_behind_quotes_and_braces_is_counted() -> None:
    """Strings and matchers do not hide what follows them."""
    for start in ("`\\` + ", '"\\"" + ', "x{a='{'} + ", "# '\nx + "):
        with pytest.raises(PromQLError, match="operators and parentheses"):
            parse(start + "(" * 5000 + "x" + ")" * 5000)


def test_a_long_expression_that_is_not_deep_is_read() -> None:
    """Many matchers and long strings are no nesting."""
    matchers = ",".join(f'a{n}=~"(x|y|z)-{n}"' for n in range(300))
    assert isinstance(parse(f"x{{{matchers}}}"), VectorSelector)


def test_the_older_name_of_a_function_is_known() -> None:
    """`holt_winters` is what Prometheus 2 calls it."""
    parse("holt_winters(x[5m], 0.1, 0.2)")


@given(
    st.text()
    | st.binary().map(lambda data: data.decode("latin-1"))
    | st.text(alphabet="()[]{}\"'`\\=~!<>+-*/%^@:,. \n#0159smhxa_")
)
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    """No text leads to anything but a tree or a PromQLError."""
    outcome = _outcome(text)
    if isinstance(outcome, str):
        assert outcome.isprintable()
    else:
        assert next(walk(outcome)) is outcome


def _outcome(text: str) -> Expr | str:
    try:
        return parse(text)
    except PromQLError as error:
        return error.message
