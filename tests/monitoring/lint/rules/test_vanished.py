"""Alerts on `up` are judged with the other rules of their file."""

import pytest
from tests.monitoring.lint.linting import linted

FILE = """\
groups:
- name: example
  rules:
  - alert: MetricsEndpointDown
    expr: {expression}
    for: 1m
  - alert: Gone
    expr: {other}
    for: 1m
"""


def found(expression: str, other: str = "ai_tools_count > 1000") -> bool:
    """Whether the vanished target is a finding."""
    report = linted(FILE.format(expression=expression, other=other))
    return "vanished-target" in [finding.kind.id for finding in report.findings]


@pytest.mark.parametrize(
    "expression", ["up == 0", "up < 1", "0 == up", "(up == 0) and on () vector(1)"]
)
def test_a_target_that_is_gone_is_missed(expression: str) -> None:
    """Trap 6: `up` of a target that left the configuration is not 0, it is not there."""
    assert found(expression)


@pytest.mark.parametrize(
    "expression", ["up == 1", "up == 0 or absent(up)", "up > 0", "sum(up) > 5"]
)
def test_other_conditions_are_left_alone(expression: str) -> None:
    """Only what asks for targets that are down is meant to notice those that are gone."""
    assert not found(expression)


def test_another_rule_may_ask_for_absence() -> None:
    """An alert on `absent(up)` beside it notices what this one does not."""
    assert not found("up == 0", other='absent(up{job="canary"})')
    assert found("up == 0", other="absent(ai_tools_count)")
