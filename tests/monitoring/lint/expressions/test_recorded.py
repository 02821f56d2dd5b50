"""Raw expressions that are recorded already."""

import pytest
from tests.monitoring.lint.expressions.asking import findings, ids

from opsconductor.monitoring.lint.expressions.recorded import check
from opsconductor.monitoring.lint.query import Role

RAW = "sum(rate(http_requests_total[300s])) by (job)"


@pytest.mark.parametrize(
    "text", [RAW, f"topk(3, {RAW})", f"({RAW}) * 60 > 5", f"{RAW} / on (job) {RAW}"]
)
@pytest.mark.parametrize("role", [Role.PANEL, Role.ALERT, Role.INDICATOR])
def test_a_recorded_expression_is_found_wherever_it_stands(text: str, role: Role) -> None:
    """The remedy names the series to read."""
    for found in findings(check, text, role=role):
        assert found.kind.id == "recorded-elsewhere"
        assert "job:http_requests:rate5m" in found.advice
    assert len(ids(check, text, role=role)) == text.count("sum(")


@pytest.mark.parametrize(
    "text",
    [
        "sum(rate(http_requests_total[1m])) by (job)",
        "sum(rate(http_requests_total[5m])) by (route)",
        "job:http_requests:rate5m",
        "http_requests_total",
    ],
)
def test_another_expression_is_silent(text: str) -> None:
    """Another window or another grouping is another series."""
    assert ids(check, text, role=Role.PANEL) == []


def test_the_rule_itself_is_silent() -> None:
    """A recording rule has to hold the expression."""
    assert ids(check, RAW, role=Role.RECORD) == []
