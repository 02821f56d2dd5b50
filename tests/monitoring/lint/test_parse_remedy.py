"""Expressions that the parser refuses come with what to write instead."""

import pytest
from tests.monitoring.lint.linting import linted

from opsconductor.monitoring.lint.parse_remedy import remedy
from opsconductor.monitoring.promql.syntax import PromQLError, parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("histogram_quantile(0.95, x_bucket[5m])", "sum by (le) (rate(x_bucket[5m]))"),
        ("sum(x[5m])", "rate(x[5m])"),
        ("x[5m] > 1", "before it is compared"),
        ("rate(x)", "innermost selector"),
        ("rate(sum(x))", "not `rate(sum(x))`"),
        ("rate(sum(x)[5m])", "subquery"),
        ("1 > 0", "bool"),
        ("x{a=b}", "quotes"),
    ],
)
def test_a_usual_mistake_has_its_remedy(text: str, words: str) -> None:
    """The parser's message is for people who know the grammar; the remedy shows what to write."""
    with pytest.raises(PromQLError) as raised:
        parse(text)
    assert words in remedy(raised.value.message)


def test_the_finding_has_message_and_remedy() -> None:
    """Trap 4: the quantile of raw buckets does not parse; the reader is told the working form."""
    text = """\
groups:
- name: example
  interval: 30s
  rules:
  - record: job:latency:p95
    expr: histogram_quantile(0.95, ai_request_duration_seconds_bucket[5m])
"""
    (found,) = linted(text).findings
    assert found.kind.id == "invalid-expression"
    assert "got matrix" in found.explanation
    assert "sum by (le)" in found.advice


def test_other_messages_have_the_kinds_remedy() -> None:
    """Where the message does not tell, nothing is made up."""
    assert remedy("invalid promql query") == ""
