"""The name of a recorded series is held against what its expression leaves."""

import pytest
from tests.monitoring.lint.linting import ids, linted, only


def recorded(name: str, expr: str, labels: str = "{}") -> str:
    """A file with one recording rule."""
    return (
        "groups:\n- name: a\n  rules:\n"
        f"  - record: {name}\n    expr: {expr}\n    labels: {labels}\n"
    )


@pytest.mark.parametrize(
    ("name", "expr"),
    [
        ("service:up:sum", "sum by (service) (up)"),
        ("service_tool:ai_requests:rate5m", "sum by (tool, service) (rate(ai_requests_total[5m]))"),
        ("tool_service:ai_requests:rate5m", "sum by (tool, service) (rate(ai_requests_total[5m]))"),
        ("cluster:ai_requests:rate5m", "sum(rate(ai_requests_total[5m]))"),
        (":ai_requests:rate5m", "sum(rate(ai_requests_total[5m]))"),
        ("service:ai_requests:rate1h", "sum by (service) (rate(ai_requests_total[1h]))"),
        ("service:ai_requests:rate60m", "sum by (service) (rate(ai_requests_total[1h]))"),
        ("service:up:sum_rate5m", "sum by (service) (up)"),
        ("node:foreign:sum", "sum by (node) (foreign_metric)"),
    ],
)
def test_a_name_that_tells_the_truth_is_fine(name: str, expr: str) -> None:
    """Labels in any order, words that are no labels, and windows in any unit."""
    assert "recording-name" not in ids(linted(recorded(name, expr)))


@pytest.mark.parametrize(
    ("name", "expr", "words"),
    [
        ("up_sum", "sum by (service) (up)", "no colon"),
        ("service:up", "sum by (service) (up)", "2 parts"),
        ("a:b:c:d", "sum by (service) (up)", "4 parts"),
        ("service::sum", "sum by (service) (up)", "lacks"),
        ("tool:ai_requests:rate5m", "sum by (service) (rate(ai_requests_total[5m]))", "says tool"),
        (
            "service:ai_requests:rate5m",
            "sum by (service, tool) (rate(ai_requests_total[5m]))",
            "leaves service, tool",
        ),
        ("service:ai_requests:rate1m", "sum by (service) (rate(ai_requests_total[5m]))", "says 1m"),
    ],
)
def test_a_name_that_misleads_is_found(name: str, expr: str, words: str) -> None:
    """The form, the level and the window are each held against the rule."""
    finding = only(linted(recorded(name, expr)))
    assert finding.kind.id == "recording-name"
    assert words in finding.explanation


def test_labels_of_the_rule_may_stand_in_the_level_or_not() -> None:
    """A label that the rule adds belongs to the series; the level may name it."""
    expr = "sum by (service) (up)"
    for name in ("service:up:sum", "service_slo:up:sum"):
        assert ids(linted(recorded(name, expr, "{slo: a}"))) == []
