"""Comparisons whose answer is certain, tiers that cannot fire, thresholds beyond the buckets."""

import pytest
from tests.monitoring.lint.expressions.asking import findings, ids

from opsconductor.monitoring.lint.expressions.constant import check
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.schema import Schema

RATIO = "slo:sli_errors_per_sli_events:ratio_rate1h"
RAW = 'sum(rate(http_requests_total{code="500"}[5m])) / sum(rate(http_requests_total[5m]))'
P95 = "histogram_quantile(0.95, sum by (le) (rate(request_duration_seconds_bucket[5m])))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate(http_requests_total[5m]) < 0", "constant-comparison"),
        ("sum(increase(http_requests_total[5m])) >= 0", "constant-comparison"),
        (f"{RATIO} > 5", "constant-comparison"),
        (f"{RATIO} <= 1", "constant-comparison"),
        (f"1 - {RATIO} > 1", "constant-comparison"),
        (f"{RAW} > 5", "constant-comparison"),
        (f"100 * {RAW} > 200", "constant-comparison"),
        ("up > 1", "constant-comparison"),
        ("up == 2", "constant-comparison"),
        ("2 < up", "constant-comparison"),
        ("avg by (job) (up) * 100 > 100", "constant-comparison"),
        ("count(up) == 0", "constant-comparison"),
        ("count(up == 0) < 1", "constant-comparison"),
        ("absent(up) == 0", "constant-comparison"),
        ("sum(up > bool 2) > 0 and up", "constant-comparison"),
        ("sum(up == 0) > 0", "constant-comparison"),
        ("sum by (job) (up == 0) >= 1", "constant-comparison"),
        ("(up > 0.5) < 0.2", "constant-comparison"),
        ("day_of_week() > 6", "constant-comparison"),
        (f"{RATIO} > 14.4 * 0.1", "unfirable-tier"),
        (f"{RATIO} > (14.4 * (1 - 0.9))", "unfirable-tier"),
        (f"{RATIO} / 0.1 > 14.4", "unfirable-tier"),
        (f"{RATIO} / (1 - 0.9) >= 14.4", "unfirable-tier"),
        (f"{RAW} > 14.4 * 0.1", "unfirable-tier"),
        (f"(1 - ({RAW})) > (6 * 0.2)", "unfirable-tier"),
        (f"{RATIO} > 6 * 0.2 and {RATIO} > 0.5", "unfirable-tier"),
        (f"{P95} > 1", "quantile-beyond-last-bucket"),
        (f"{P95} >= 2", "quantile-beyond-last-bucket"),
        (f"{P95} * 1000 > 3000", "quantile-beyond-last-bucket"),
        (f"max by (job) ({P95}) > 1.5", "quantile-beyond-last-bucket"),
    ],
)
def test_a_comparison_with_a_certain_answer_is_found(text: str, expected: str) -> None:
    """Each ordinary spelling of the mistake must give its id and no other."""
    assert ids(check, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "rate(http_requests_total[5m]) > 0",
        "sum(increase(http_requests_total[10m])) <= 0",
        f"{RATIO} > 0.05",
        f"{RATIO} >= 1",
        f"{RATIO} > 14.4 * 0.01",
        f"{RATIO} / 0.01 > 14.4",
        f"{RAW} > 0.99",
        f"100 * {RAW} > 50",
        "count(up) > 0",
        "count(up == 0) > 0",
        "vector(1) == 1",
        "1 == bool 1",
        'ALERTS{alertstate="firing"} == 1',
        "absent(up) == 1",
        "up == 0",
        "up < 1",
        "nobody_knows > 1e9",
        "queue_length < 0",
        "(time() - 5) > bool 1e9",
        f"{P95} > 0.9",
        f"{P95} < 5",
        "histogram_quantile(0.9, rate(nobody_knows_bucket[5m])) > 1e9",
        'sum(rate(http_requests_total{code="500"}[1m])) / sum(rate(http_requests_total[5m])) > 2',
        "sum(rate(http_requests_total[5m])) / sum(rate(ai_requests_total[5m])) > 2",
        "scalar(up) > bool 0.5",
    ],
)
def test_a_comparison_that_can_go_both_ways_is_silent(text: str) -> None:
    """Existence idioms, unknown series and ratios of different things are not judged."""
    assert ids(check, text) == []


def test_a_panel_is_judged_as_an_alert_is() -> None:
    """A panel that filters with an impossible comparison is empty for ever."""
    assert ids(check, "up > 1", role=Role.PANEL) == ["constant-comparison"]


def test_the_range_of_the_left_side_is_said() -> None:
    """The reader must see why it cannot be."""
    (found,) = findings(check, f"{RATIO} / 0.1 > 14.4")
    assert "between 0 and 10" in found.explanation
    (found,) = findings(check, "count(up) == 0")
    assert "absent" in found.advice


def test_what_prometheus_makes_itself_is_bounded_without_a_schema() -> None:
    """`up` is on no metrics page, and is 0 or 1 everywhere."""
    nothing = Schema({}, "nothing", complete=False)
    assert [one.kind.id for one in findings(check, "up > 1", schema=nothing)] == [
        "constant-comparison"
    ]
    assert findings(check, "up == 0", schema=nothing) == []
