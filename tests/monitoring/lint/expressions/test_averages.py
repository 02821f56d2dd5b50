"""Averages of ratios and of quantiles."""

import pytest
from tests.monitoring.lint.expressions.asking import ids

from opsconductor.monitoring.lint.expressions.averages import check

RATIO = "job:http_errors_per_http_requests:ratio_rate5m"
P95 = "histogram_quantile(0.95, rate(request_duration_seconds_bucket[5m]))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"avg_over_time({RATIO}[1d])", "average-of-ratios"),
        (f"avg({RATIO})", "average-of-ratios"),
        (f"sum_over_time({RATIO}[1h]) / 60", "average-of-ratios"),
        ("avg(rate(request_duration_seconds_sum[5m]) / rate(request_duration_seconds_count[5m]))",
         "average-of-ratios"),
        (f"1 - avg_over_time((1 - {RATIO})[1h:1m])", "average-of-ratios"),
        (f"avg({P95})", "average-of-quantiles"),
        ("sum(route:request_duration_seconds:p95)", "average-of-quantiles"),
        ("avg_over_time(route:request_duration_seconds:p95[1h])", "average-of-quantiles"),
        (f"avg_over_time({P95}[1h:1m])", "average-of-quantiles"),
    ],
)  # fmt: skip
def test_an_average_of_what_cannot_be_averaged_is_found(text: str, expected: str) -> None:
    """Trap 38: both sides have to be added up first."""
    assert ids(check, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "avg(queue_length)",
        "avg_over_time(up[1h])",
        "avg(stack_disk_free_ratio)",
        "avg(rate(http_requests_total[5m]))",
        f"max({P95})",
        f"max_over_time({RATIO}[1h])",
        "sum_over_time(job:http_requests:rate5m[1h])",
        "avg(nobody / knows)",
        f"sum by (route) ({RATIO})",
        "sum(rate(http_requests_total[5m])) / sum(rate(http_requests_total[5m]))",
    ],
)
def test_averages_of_gauges_and_sums_of_rates_are_silent(text: str) -> None:
    """What may be averaged or added up, and what is not known, is left alone."""
    assert ids(check, text) == []
