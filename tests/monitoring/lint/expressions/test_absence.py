"""Alerts that stay silent for want of series."""

from dataclasses import replace

import pytest
from tests.monitoring.lint.expressions.label_findings import CONTRACT, ids

from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.schema import Metric, Schema, Values

LABELS = {"code": Values(frozenset({"ok", "bad"})), "tool": Values(frozenset({"a", "b"}))}
UNSEEDED = Schema(
    {
        "hits_total": Metric(name="hits_total", kind="counter", labels=LABELS),
        "state": Metric(name="state", kind="gauge", labels=LABELS),
    },
    "a test",
)
OK, BAD, ALL = (
    f"sum(rate(hits_total{{{matcher}}}[5m]))" for matcher in ('code="ok"', 'code="bad"', "")
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"{OK} / {ALL} < 0.99", ["empty-when-absent"]),
        (f"0.99 > {OK} / {ALL}", ["empty-when-absent"]),
        (f"1 - {OK} / {ALL} > 0.01", ["empty-when-absent"]),
        (f"100 * (1 - ({OK} / {ALL})) > 1 and {ALL} > 1", ["empty-when-absent"]),
        (f"({ALL} - {OK}) / {ALL} > 0.01", ["empty-when-absent"]),
        ("count(state == 1) / count(state) < 0.5", ["empty-when-absent"]),
        ('sum(state{code="ok"}) / sum(state) < 0.5', []),
        (f"{BAD} / {ALL} > 0.01", []),
        (f"1 - {BAD} / {ALL} < 0.99", []),
        (f"({OK} or {ALL} * 0) / {ALL} < 0.99", []),
        ("count(state == 0) / count(state) > 0.5", []),
        (f"{ALL} < 5", []),
        (f'sum(rate(hits_total{{code!="bad"}}[5m])) / {ALL} < 0.99', ["empty-when-absent"]),
        ("sum(rate(hits_total[5m])) / sum(rate(hits_total[5m] offset 1d)) < 0.5", []),
        ("sum by (tool) (state) / sum by (tool) (hits_total) < 1", []),
    ],
)
def test_an_alert_that_is_empty_at_the_worst_is_found(expression: str, expected: list[str]) -> None:
    """Trap 2: the side that vanishes is the one whose smallness the alert is about."""
    assert ids(expression, schema=UNSEEDED) == expected


def test_a_series_exposed_at_zero_does_not_vanish() -> None:
    """Where both statuses exist from the start the ratio is 0 and the alert fires."""
    seeded = replace(UNSEEDED.metrics["hits_total"], seeded={"code": frozenset({"ok", "bad"})})
    schema = Schema({"hits_total": seeded}, "a test")
    assert ids(f"{OK} / {ALL} < 0.99", schema=schema) == []


def test_only_alerts_are_silent() -> None:
    """A panel without data is seen to be one."""
    assert ids(f"{OK} / {ALL} < 0.99", schema=UNSEEDED, role=Role.PANEL) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sum(rate(hits_total[10m])) == 0", ["silent-without-series"]),
        ("rate(hits_total[10m]) <= 0", ["silent-without-series"]),
        ("sum(increase(hits_total[10m])) == 0 or absent(hits_total)", []),
        ("(sum(rate(hits_total[10m])) or vector(0)) == 0", []),
        ("sum(state) == 0", []),
        ("sum(rate(hits_total[10m])) < 5", []),
    ],
)
def test_a_rule_against_silence_needs_series(expression: str, expected: list[str]) -> None:
    """Trap 6: nothing is not 0."""
    assert ids(expression, schema=UNSEEDED) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('increase(ai_request_errors_total{reason="denied"}[5m]) > 0', ["born-at-one"]),
        ('increase(ai_request_errors_total{reason=~"denied|timeout"}[5m]) >= 1', ["born-at-one"]),
        ('increase(ai_request_errors_total{reason="timeout"}[5m]) > 0', []),
        ('rate(ai_request_errors_total{reason="denied"}[5m]) > 2', []),
        ("increase(selector_db_errors_total[5m]) > 0", []),
    ],
)
def test_the_first_event_of_a_new_series_is_missed(expression: str, expected: list[str]) -> None:
    """Trap 5: a counter that is born at 1 does not increase."""
    assert ids(expression, schema=CONTRACT) == expected
