"""Rates of gauges, differences of counters, rates of sums, and windows that are too short."""

import pytest
from tests.monitoring.lint.expressions.asking import findings, ids

from opsconductor.monitoring.lint.expressions.rates import check


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate(queue_length[5m]) > 1", "rate-on-gauge"),
        ("sum(increase(queue_length[1h])) > 1", "rate-on-gauge"),
        ("irate(up[5m]) > 1", "rate-on-gauge"),
        ("rate(queue_length[1h:1m]) > 1", "rate-on-gauge"),
        ("rate(copy:queue_length:max[5m]) > 1", "rate-on-gauge"),
        ("rate(job:http_requests:rate5m[1h]) > 1", "rate-on-gauge"),
        ("rate(rate(http_requests_total[5m])[1h:1m]) > 1", "rate-on-gauge"),
        ("delta(http_requests_total[5m]) > 1", "delta-on-counter"),
        ("deriv(http_requests_total[5m]) > 1", "delta-on-counter"),
        ("idelta(request_duration_seconds_count[5m]) > 1", "delta-on-counter"),
        ("rate(sum(http_requests_total)[10m:30s]) > 1", "rate-of-sum"),
        ("increase(sum by (job) (http_requests_total)[1h:]) > 1", "rate-of-sum"),
        ("rate(job:http_requests:sum[5m]) > 1", "rate-of-sum"),
        ("rate(http_requests_total[45s]) > 1", "rate-window-too-short"),
        ("rate(ai_requests_total[30s]) > 1", "rate-window-too-short"),
        ("histogram_quantile(0.9, rate(request_duration_seconds_bucket[30s])) > 1",
         "rate-window-too-short"),
    ],
)  # fmt: skip
def test_a_wrong_rate_is_found(text: str, expected: str) -> None:
    """Each ordinary spelling of the mistake must give its id and no other."""
    assert ids(check, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "rate(http_requests_total[1m]) > 1",
        "rate(ai_requests_total[40s]) > 1",
        "rate(request_duration_seconds_bucket[5m]) > 1",
        "sum(rate(http_requests_total[5m])) > 1",
        "delta(queue_length[5m]) > 1",
        "deriv(job:http_requests:rate5m[1h]) > 1",
        "max_over_time(queue_length[30s]) > 1",
        "rate(http_requests_total[1h:1m]) > 1",
        "max_over_time(rate(http_requests_total[5m])[1h:1m]) > 1",
        "rate(nobody_knows[1s]) > 1",
        "increase(http_requests_total[5m] offset 1d) > 1",
    ],
)
def test_what_is_right_or_not_known_is_silent(text: str) -> None:
    """Four scrapes suffice, gauges have differences, and unknown series are not judged."""
    assert ids(check, text) == []


def test_the_window_to_choose_is_said() -> None:
    """The remedy must name the least window for this metric's own scrape interval."""
    (found,) = findings(check, "rate(ai_requests_total[30s]) > 1")
    assert "40s" in found.advice
    assert "10s" in found.explanation
