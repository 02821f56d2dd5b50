"""Burn-rate alerts whose threshold is the objective: found; real tiers: silent."""

import pytest
from tests.monitoring.lint.expressions.asking import ids

from opsconductor.monitoring.lint.expressions.burn import check
from opsconductor.monitoring.lint.query import Role


def share(window: str) -> str:
    """The share of successes in a window."""
    good = f'sum(rate(http_requests_total{{code="200"}}[{window}]))'
    return f"{good} / sum(rate(http_requests_total[{window}]))"


@pytest.mark.parametrize(
    "text",
    [
        f"{share('1h')} < 0.99 and {share('5m')} < 0.99",
        f"({share('6h')}) <= 0.999 and ({share('30m')}) <= 0.999",
        f"100 * {share('1h')} < 99.5 and 100 * {share('5m')} < 99.5",
        f"0.99 > {share('1h')} and 0.99 > {share('5m')} and up == 1",
    ],
)
def test_success_below_the_objective_in_both_windows_is_found(text: str) -> None:
    """Trap 3: that is a burn of 1, not of 14.4."""
    assert ids(check, text) == ["objective-as-threshold"]


@pytest.mark.parametrize(
    "text",
    [
        f"{share('1h')} < 0.856 and {share('5m')} < 0.856",
        f"{share('6h')} < 0.94 and {share('30m')} < 0.94",
        f"{share('3d')} < 0.99 and {share('6h')} < 0.99",
        f"{share('1h')} < 0.99",
        f"{share('1h')} < 0.99 and {share('5m')} < 0.9",
        f"{share('1h')} < 0.99 or {share('5m')} < 0.99",
        f"{share('5m')} > 0.99 and {share('1h')} > 0.99",
        "avg_over_time(queue_length[1h]) < 0.99 and avg_over_time(queue_length[5m]) < 0.99",
    ],
)
def test_a_real_tier_or_a_single_window_is_silent(text: str) -> None:
    """Over days a burn of 1 is right, and a single window is no burn-rate alert."""
    assert ids(check, text) == []


def test_a_panel_pages_nobody() -> None:
    """Only alerts are judged."""
    text = f"{share('1h')} < 0.99 and {share('5m')} < 0.99"
    assert ids(check, text, role=Role.PANEL) == []
