"""Quantiles of histograms: lost bounds, mixed histograms, coarse buckets."""

import pytest
from tests.monitoring.lint.expressions.asking import findings, ids

from opsconductor.monitoring.lint.expressions.quantiles import check

RATE = "rate(request_duration_seconds_bucket[5m])"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"histogram_quantile(0.9, sum({RATE}))", "quantile-without-le"),
        (f"histogram_quantile(0.9, sum by (route) ({RATE})) > 1", "quantile-without-le"),
        (f"histogram_quantile(0.9, sum without (le) ({RATE}))", "quantile-without-le"),
        ("histogram_quantile(0.9, rate(request_duration_seconds_count[5m]))",
         "quantile-without-le"),
        ("histogram_quantile(0.9, sum by (le) (queue_length))", "quantile-without-le"),
        ("histogram_quantile(0.9, sum by (job) (rate(nobody_knows_bucket[5m])))",
         "quantile-without-le"),
        (("histogram_quantile(0.9, sum by (le) (rate("
         '{__name__=~"(request|ai_request)_duration_seconds_bucket"}[5m])))'),
         "quantile-mixed-buckets"),
        ((f"histogram_quantile(0.9, sum by (le) ({RATE} or "
         "rate(ai_request_duration_seconds_bucket[5m])))"), "quantile-mixed-buckets"),
        ((f"histogram_quantile(0.9, sum by (le) ({RATE}) + sum by (le) ("
         "rate(ai_request_duration_seconds_bucket[5m])))"), "quantile-mixed-buckets"),
        (f"histogram_quantile(0.9, sum by (le) ({RATE})) > 0.3", "quantile-in-coarse-bucket"),
        (f"0.05 < histogram_quantile(0.9, {RATE})", "quantile-in-coarse-bucket"),
        (f"histogram_quantile(0.9, sum by (le) ({RATE})) < bool 0.4", "quantile-in-coarse-bucket"),
    ],
)  # fmt: skip
def test_a_wrong_quantile_is_found(text: str, expected: str) -> None:
    """Each ordinary spelling of the mistake must give its id and no other."""
    assert ids(check, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        f"histogram_quantile(0.9, {RATE}) > 0.5",
        f"histogram_quantile(0.9, sum by (le) ({RATE})) > 1",
        f"histogram_quantile(0.9, sum without (route) ({RATE})) > 0.1",
        f"histogram_quantile(0.9, sum by (le) ({RATE})) > 0.75",
        "histogram_quantile(0.9, sum by (job) (rate(native_histogram[5m]))) > 1",
        "histogram_quantile(0.9, sum by (le) (rate(nobody_knows_bucket[5m]))) > 0.3",
        (
            "histogram_quantile(0.9, sum by (le) (rate("
            '{__name__=~"(request|other)_duration_seconds_bucket"}[5m])))'
        ),
        f"histogram_quantile(0.9, {RATE} or rate(ai_request_duration_seconds_bucket[5m]))",
        "histogram_quantile(scalar(queue_length), vector(1))",
    ],
)
def test_what_is_right_or_not_known_is_silent(text: str) -> None:
    """Native histograms have no `le`; thresholds on bounds and in fine buckets are exact enough."""
    assert ids(check, text) == []


def test_the_bucket_around_the_threshold_is_said() -> None:
    """The reader must see between which bounds the threshold lies."""
    (found,) = findings(check, f"histogram_quantile(0.9, sum by (le) ({RATE})) > 0.3")
    assert "from 0.1 to 0.5" in found.explanation
