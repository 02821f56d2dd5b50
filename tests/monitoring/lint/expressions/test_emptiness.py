"""Alerts on missing data that are silent when everything is missing."""

import pytest
from tests.monitoring.lint.expressions.asking import ids

from opsconductor.monitoring.lint.expressions.emptiness import check
from opsconductor.monitoring.lint.query import Role


@pytest.mark.parametrize(
    "text",
    [
        "min(up) == 0",
        'sum(up{job="canary"}) < 1',
        "sum by (job) (up) == 0",
        "0 == sum(up)",
        "sum(increase(selector_db_errors_total[10m])) <= 0",
        "sum(rate(http_requests_total[5m])) * 60 < 5",
        "job:http_requests:rate5m < 1",
        "count(up == 1) < 2",
        "max(up) == 0 or rate(http_requests_total[5m]) > 5",
    ],
)
def test_an_alert_that_misses_what_vanished_is_found(text: str) -> None:
    """Trap 6: a target that left has no `up`, and no rate."""
    assert ids(check, text) == ["never-on-empty"]


@pytest.mark.parametrize(
    "text",
    [
        "up == 0 or absent(up)",
        "sum(increase(http_requests_total[10m])) <= 0 or absent(http_requests_total)",
        "absent_over_time(up[5m]) or up == 0",
        "(sum(rate(http_requests_total[5m])) or vector(0)) == 0",
        "rate(http_requests_total[5m]) > 5",
        "queue_length < 1",
        "up == 1",
        "count(up) > 5",
        "histogram_quantile(0.9, rate(request_duration_seconds_bucket[5m])) < 1",
        "up == 0 and on () queue_length > 5",
        "rate(http_requests_total[5m]) == 0",
    ],
)
def test_an_alert_that_asks_for_absence_or_for_much_is_silent(text: str) -> None:
    """With `absent` or a filler nothing is missed; a gauge below a limit is another matter.

    A counter that need not exist at all has a finding of its own.
    """
    assert ids(check, text) == []


def test_only_alerts_are_judged() -> None:
    """A panel of what is down may be empty."""
    assert ids(check, "up == 0", role=Role.PANEL) == []
