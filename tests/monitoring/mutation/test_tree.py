"""PromQL taken apart and put together again."""

import pytest

from opsconductor.monitoring.mutation.tree import (
    ExpressionError,
    Number,
    Selector,
    nodes,
    parse,
    renamed,
    text,
    variants,
)

EXPRESSIONS = [
    'sum by (service) (rate(a_total{reason=~"x|y", code!="2"}[5m])) / (b > 0) or b * 0',
    "a / on (x, y) group_left (z) b",
    "a unless ignoring (x) b",
    "a > bool 3",
    "quantile without (x) (0.5, a)",
    "-a ^ -b",
    "max_over_time(rate(a[5m])[1h:1m] offset 5m)",
    "a offset -5m",
    'a{b="c\\"d\\\\"}',
    "a - (b - c)",
    "a / b / c",
    "time() - max(timestamp(up)) > 120 or absent(up) * 300",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_survives_being_taken_apart(expression: str) -> None:
    """Written and read again, the tree is the same."""
    tree = parse(expression)
    assert parse(text(tree)) == tree


def test_precedence_is_kept_without_the_parentheses() -> None:
    """What binds closer is an operand of what binds less."""
    assert text(parse("a + b * c")) == "a + (b * c)"
    assert text(parse("(a + b) * c")) == "(a + b) * c"


@pytest.mark.parametrize("expression", ["", "a +", "rate(a)", "sum by (a b)", "a @ 5"])
def test_what_cannot_be_taken_apart_is_refused(expression: str) -> None:
    """No PromQL, and PromQL that could not be put together again, end in an error of ours."""
    with pytest.raises(ExpressionError):
        parse(expression)


def test_each_variant_has_one_change() -> None:
    """Every number is changed once, and never two at a time."""

    def doubled(node: object) -> list[tuple[str, Number]]:
        return [("doubled", Number(node.value * 2))] if isinstance(node, Number) else []

    found = [text(tree) for _, tree in variants(parse("a * 2 > 3"), lambda n: iter(doubled(n)))]
    assert found == ["(a * 4) > 3", "(a * 2) > 6"]


def test_selectors_are_renamed_everywhere() -> None:
    """A recorded series that is renamed is renamed in ranges and in operands alike."""
    tree = renamed(parse("rate(a[5m]) / a > b"), lambda name: name.replace("a", "c"))
    assert [node.name for node in nodes(tree) if isinstance(node, Selector)] == ["c", "c", "b"]
