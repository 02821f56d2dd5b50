"""Ratios that are compared without a look at how much traffic they are made of."""

import pytest
from tests.monitoring.lint.expressions.asking import findings, ids

from opsconductor.monitoring.lint.expressions.traffic import check
from opsconductor.monitoring.lint.query import Role

RAW = 'sum(rate(http_requests_total{code="500"}[5m])) / sum(rate(http_requests_total[5m]))'
RECORDED = "job:http_errors_per_http_requests:ratio_rate5m"


@pytest.mark.parametrize(
    "text",
    [
        f"{RAW} > 0.05",
        f"1 - {RAW} < 0.95",
        f"100 * {RAW} > 5",
        f"({RAW}) / 0.01 > 14.4",
        f"{RECORDED} > 14.4 * 0.01",
        f"{RECORDED} > 0.05 and {RECORDED} > 0.01",
        f"{RAW.replace('/ ', '/ (')} > 0) > 0.05",
        f"up == 0 or {RECORDED} > 0.05",
        (
            "sum(rate(request_duration_seconds_bucket{le='0.5'}[5m]))"
            " / sum(rate(request_duration_seconds_count[5m])) < 0.95"
        ),
        RAW.replace("/ ", "> 0.05 * "),
        'sum(rate(http_requests_total{code="200"}[5m])) < sum(rate(http_requests_total[5m])) * 0.9',
    ],
)
def test_a_ratio_without_a_guard_is_found(text: str) -> None:
    """Trap 8: one error out of one request is 100 %."""
    assert ids(check, text) == ["low-traffic-without-guard"]


@pytest.mark.parametrize(
    "text",
    [
        f"{RAW} > 0.05 and sum(rate(http_requests_total[5m])) > 1",
        f"{RECORDED} > 0.05 and job:http_requests:rate5m * 300 >= 20",
        f"sum(increase(http_requests_total[5m])) > 20 and {RAW} > 0.05",
        f"{RAW.replace('/ ', '/ (')} > 2) > 0.05",
        "job:http_errors_per_many_http_requests:ratio_rate5m > 0.05",
        f"{RECORDED} > 0.05 unless job:http_requests:rate5m < 1",
        f"{RECORDED} > 0.05 and nobody_knows",
        (
            'sum(rate(canary_requests_total{status="error"}[2m]))'
            " / sum(rate(canary_requests_total[2m])) > 0.5"
        ),
        "stack_disk_free_ratio < 0.1",
        "nobody / knows > 0.5",
        "queue_length / 5 > 0.5",
        "rate(http_requests_total[5m]) > 0.5",
        f"{RAW} == 1",
        "rate(http_requests_total[5m]) > 2 * rate(http_requests_total[5m] offset 1h)",
        "rate(http_requests_total[5m]) < 0.1 * rate(http_requests_total[5m] offset 1w)",
        "rate(cpu_idle_seconds_total[5m]) < 0.1 * rate(cpu_seconds_total[5m])",
        "rate(request_duration_seconds_sum[5m]) / rate(request_duration_seconds_count[5m]) > 1",
        "rate(cpu_idle_seconds_total[5m]) / rate(cpu_seconds_total[5m]) < 0.1",
    ],
)
def test_a_guarded_ratio_or_one_of_something_else_is_silent(text: str) -> None:
    """A number of events besides, a filtered divisor, or a fixed rhythm is guard enough."""
    assert ids(check, text) == []


def test_only_alerts_are_judged() -> None:
    """A panel wakes nobody."""
    assert ids(check, f"{RAW} > 0.05", role=Role.PANEL) == []


@pytest.mark.parametrize(
    ("ratio", "guard"),
    [
        (RAW, "`and sum(rate(http_requests_total[5m])) > 0.067`"),
        (
            (
                'sum by (route) (increase(http_requests_total{code="500"}[1h]))'
                " / sum by (route) (increase(http_requests_total[1h]))"
            ),
            "`and sum by (route) (increase(http_requests_total[1h])) > 20`",
        ),
        (RECORDED, "by the ratio's own labels"),
    ],
)
def test_the_guard_that_is_advised_has_the_labels_of_the_ratio(ratio: str, guard: str) -> None:
    """A guard without the ratio's labels would match nothing: the remedy would be trap 1."""
    (finding,) = findings(check, f"{ratio} > 0.05")
    assert guard in finding.advice
    if not guard.startswith("`"):
        return
    assert ids(check, f"{ratio} > 0.05 {guard.strip('`')}") == []
