"""What the system promises, and when it calls somebody."""

import pytest

from opsconductor.objectives import (
    ALERTS,
    BURN_TIERS,
    DAY,
    HOUR,
    MINUTE,
    RECEIVERS,
    THRESHOLDS,
    BurnTier,
    Severity,
)

MONTH = 30 * DAY

TIERS = {
    "SLOBurnRateFast": (14.4, HOUR, 5 * MINUTE, 2 * MINUTE, "critical", 0.02),
    "SLOBurnRateSlow": (6, 6 * HOUR, 30 * MINUTE, 15 * MINUTE, "warning", 0.05),
    "SLOBurnRateTicket": (3, DAY, 2 * HOUR, HOUR, "info", 0.1),
    "SLOBudgetTrend": (1, 3 * DAY, 6 * HOUR, HOUR, "info", 0.1),
}

LIMITS = {
    "AIExecutionErrorRateHigh": (0.05, 5 * MINUTE, 2 * MINUTE, "warning"),
    "AIExecutionLatencyP95High": (1, 5 * MINUTE, 2 * MINUTE, "warning"),
    "AIExecutionLatencyP99Critical": (5, 5 * MINUTE, 3 * MINUTE, "critical"),
    "SelectorErrorBurst": (0, 5 * MINUTE, MINUTE, "warning"),
    "SelectorLatencyHigh": (0.5, 5 * MINUTE, 5 * MINUTE, "warning"),
    "SelectorCacheEvictionRateHigh": (10, 5 * MINUTE, 5 * MINUTE, "info"),
    "MetricsEndpointDown": (1, 0, MINUTE, "critical"),
    "CanaryFailing": (0.5, 2 * MINUTE, 2 * MINUTE, "critical"),
    "NoRequestsReceived": (0, 10 * MINUTE, 10 * MINUTE, "info"),
}


@pytest.mark.parametrize("tier", BURN_TIERS, ids=lambda tier: tier.alert)
def test_a_tier_has_the_agreed_figures(tier: BurnTier) -> None:
    """Factor, windows, hold and severity are the promised ones."""
    factor, long_window, short_window, hold, severity, _ = TIERS[tier.alert]
    assert (tier.factor, tier.long_window, tier.short_window) == (factor, long_window, short_window)
    assert (tier.hold, tier.severity) == (hold, severity)


def test_a_tier_calls_when_its_share_of_the_budget_is_spent() -> None:
    """Burning at the factor for the long window spends 2, 5, 10 and 10 % of a month's budget."""
    spent = {tier.alert: tier.factor * tier.long_window / MONTH for tier in BURN_TIERS}
    assert spent == pytest.approx({alert: figures[-1] for alert, figures in TIERS.items()})


def test_the_fast_tier_is_not_success_below_99_percent() -> None:
    """At an objective of 99 %, 14.4 times is success below 85.6 %, and 6 times below 94 %."""
    budget = 0.01
    below = {tier.alert: 1 - tier.factor * budget for tier in BURN_TIERS}
    assert below["SLOBurnRateFast"] == pytest.approx(0.856)
    assert below["SLOBurnRateSlow"] == pytest.approx(0.94)
    assert below["SLOBudgetTrend"] == pytest.approx(0.99)


@pytest.mark.parametrize("alert", LIMITS)
def test_a_threshold_has_the_agreed_figures(alert: str) -> None:
    """Limit, window, hold and severity are the promised ones."""
    threshold = THRESHOLDS[alert]
    found = (threshold.limit, threshold.window, threshold.hold, threshold.severity)
    assert found == LIMITS[alert]


def test_the_monitorings_own_alerts_are_warnings() -> None:
    """They are not promised to users; an overflow, which loses nothing, is for email."""
    own = [threshold for alert, threshold in THRESHOLDS.items() if alert not in LIMITS]
    assert {one.alert for one in own if one.severity is not Severity.WARNING} == {"LabelOverflow"}
    assert len(own) == 7


def test_every_severity_has_a_receiver_of_its_own() -> None:
    """Critical pages, a warning goes to Slack, info to email, and the watchdog stands apart."""
    assert {str(severity): str(receiver) for severity, receiver in RECEIVERS.items()} == {
        "critical": "pagerduty",
        "warning": "slack",
        "info": "email",
        "none": "watchdog",
    }


def test_alert_names_are_unique() -> None:
    """Silences, runbooks and routes go by the name."""
    assert len(set(ALERTS)) == len(ALERTS) == 21
