"""Comparisons of any expression, and expressions of any size, get an answer."""

from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.monitoring.lint.expressions.asking import WITH_RULES
from tests.monitoring.promql.grammar import vectors
from tests.monitoring.promql.sample_data import schema, vague_schema

from opsconductor.monitoring.lint import expressions
from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.query import Query, Role

SCHEMAS = (schema(), vague_schema(), WITH_RULES)
MOST_SECONDS = 2.0


def query(text: str, role: Role) -> Query:
    """A query of this text."""
    return Query(text=text, role=role, position=Position("file", 1), subject="rule A")


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(vectors(), st.sampled_from(Role), st.sampled_from((">", "<", "==", "!=", ">= bool")))
def test_a_comparison_of_any_expression_is_judged(text: str, role: Role, operator: str) -> None:
    """Each finding has an explanation and advice; nothing is raised."""
    for known in SCHEMAS:
        analysis = analyse(query(f"({text}) {operator} 0.5", role), known)
        for finding in expressions.check(analysis):
            assert finding.explanation.isprintable()
            assert finding.advice


@pytest.mark.parametrize(
    "text",
    [
        "*".join("1" for _ in range(300)) + " > bool 0",
        "1" + "*2/3" * 150 + " > bool 0",
        "(" * 150 + "rate(http_requests_total[5m])" + ")" * 150 + " > 1",
        "sum(" * 190 + "http_requests_total" + ")" * 190 + " > 1",
        " or ".join(f"up > {number}" for number in range(120)),
        " and ".join(f"up / {number + 1} > 0.5" for number in range(120)),
        "up" + " / (up > 0)" * 100 + " > 5",
        "-" * 300 + "up > 5",
    ],
)
def test_a_large_expression_is_checked_in_bounded_time(text: str) -> None:
    """An expression near the largest that is parsed must not take more than a moment."""
    analysis = analyse(query(text, Role.ALERT), WITH_RULES)
    start = process_time()
    list(expressions.check(analysis))
    assert process_time() - start < MOST_SECONDS
