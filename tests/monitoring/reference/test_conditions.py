"""The sentence that says when an alert fires has the figures in force."""

import pytest

from opsconductor.monitoring.reference.conditions import condition
from opsconductor.monitoring.rules.rule_settings import RuleSettings, rule_settings
from opsconductor.settings import Settings


def given(**thresholds: float) -> RuleSettings:
    """Settings in which some limits are a user's."""
    return rule_settings(Settings.model_validate({"alerting": {"thresholds": thresholds}}))


@pytest.mark.parametrize(
    ("alert", "limit", "begins"),
    [
        ("SelectorErrorBurst", 0, "Some searches failed"),
        ("SelectorErrorBurst", 3, "More than 3 searches failed"),
        ("NoRequestsReceived", 0, "No tool runs were asked for"),
        ("NoRequestsReceived", 2, "No more than 2 tool runs were asked for"),
        ("AIExecutionErrorRateHigh", 0.08, "More than 8 % of the tool runs"),
    ],
)
def test_a_limit_is_said_as_people_say_it(alert: str, limit: float, begins: str) -> None:
    """A limit of nothing must not read as a sum, and a user's limit must be the one told."""
    assert condition(given(**{alert: limit}), alert).startswith(begins)
