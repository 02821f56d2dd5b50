"""Counters that are read without a rate: found in ordinary spellings, silent where it is meant."""

import pytest
from tests.monitoring.lint.expressions.asking import findings, ids

from opsconductor.monitoring.lint.expressions.counters import check
from opsconductor.monitoring.lint.query import Role


@pytest.mark.parametrize(
    "text",
    [
        "http_requests_total > 100",
        "sum by (route) (http_requests_total) > 100",
        "100 < max(http_requests_total)",
        'sum(http_requests_total{code="500"}) / sum(http_requests_total) > 0.1',
        "http_requests_total * 2 > 1",
        "histogram_quantile(0.9, request_duration_seconds_bucket) > 1",
        "request_duration_seconds_sum / request_duration_seconds_count > 1",
        "abs(http_requests_total) > bool 5",
        "job:http_requests:sum > 5",
        "http_requests_total == 0 or absent(http_requests_total)",
        '{__name__="http_requests_total"} > 5',
        "avg_over_time(http_requests_total[5m]) > 100",
        "quantile_over_time(0.9, http_requests_total[1h]) > 100",
    ],
)
def test_a_raw_counter_in_a_condition_is_found(text: str) -> None:
    """The value of a counter says when its process started, not what happens."""
    assert set(ids(check, text)) == {"counter-without-rate"}


@pytest.mark.parametrize(
    "text",
    [
        "rate(http_requests_total[5m]) > 1",
        "sum(increase(http_requests_total[5m])) > 0",
        "resets(http_requests_total[1h]) > 3",
        "changes(http_requests_total[5m]) == 0",
        "absent(http_requests_total)",
        "time() - timestamp(http_requests_total) > 60",
        "count(http_requests_total) < 3",
        "group(http_requests_total) > 0",
        "queue_length > 5 and on () http_requests_total",
        "queue_length > 5 unless on () http_requests_total",
        "http_requests_total - http_requests_total offset 1h > 5",
        "queue_length > 5",
        "nobody_knows_total > 5",
        "max_over_time(http_requests_total[5m]) > 5",
        "job:http_requests:rate5m > 5",
    ],
)
def test_a_counter_that_is_asked_otherwise_is_silent(text: str) -> None:
    """Rates, presence, age and number of series are fine; what is not known is not judged."""
    assert ids(check, text) == []


def test_a_panel_of_a_raw_counter_is_found_and_a_variable_is_not() -> None:
    """A curve that only ever rises tells nothing; a variable only asks for labels."""
    assert ids(check, "sum(http_requests_total)", role=Role.PANEL) == ["counter-without-rate"]
    assert ids(check, "http_requests_total", role=Role.VARIABLE) == []
    assert ids(check, "sum(http_requests_total)", role=Role.RECORD) == []


def test_the_message_names_the_counter() -> None:
    """Whoever reads the finding must see which series is meant."""
    (found,) = findings(check, "sum(http_requests_total) > 1")
    assert "http_requests_total" in found.explanation
