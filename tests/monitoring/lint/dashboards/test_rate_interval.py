"""A rate is taken over a window that holds samples at every zoom."""

import json

import pytest
from tests.monitoring.lint.dashboards.boards import SCHEMA, asking, dashboard, findings, ids

from opsconductor.monitoring.lint.dashboard import load
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards.rate_interval import check

ID = "interval-instead-of-rate-interval"


@pytest.mark.parametrize(
    ("expression", "fixed"),
    [
        (
            "sum(rate(ai_requests_total[$__interval]))",
            "sum(rate(ai_requests_total[$__rate_interval]))",
        ),
        (
            'sum(increase(ai_requests_total{tool!="a"}[${__interval}]))',
            'sum(increase(ai_requests_total{tool!="a"}[${__rate_interval}]))',
        ),
        (
            "sum(irate(ai_requests_total[[[__interval]]]))",
            "sum(irate(ai_requests_total[[[__rate_interval]]]))",
        ),
        (
            "max_over_time(up[$__interval]) + sum(rate(ai_requests_total[$__interval]))",
            "max_over_time(up[$__interval]) + sum(rate(ai_requests_total[$__rate_interval]))",
        ),
        (
            "rate(x_total[$__interval])\n- rate(x_total[$__interval])",
            "rate(x_total[$__rate_interval])\n- rate(x_total[$__rate_interval])",
        ),
    ],
)
def test_the_window_is_found_and_mended(expression: str, fixed: str) -> None:
    """Only windows of rates change, however the name is spelt."""
    document = asking(expression)
    [finding] = findings(document)
    assert finding.kind.id == ID
    assert finding.edit is not None
    text = dashboard(document).text
    assert finding.edit.old in text.splitlines()[finding.edit.first - 1]
    mended = json.loads(text.replace(finding.edit.old, finding.edit.new, 1))
    assert mended["panels"][0]["targets"][0]["expr"] == fixed


@pytest.mark.parametrize(
    "expression",
    [
        "sum(rate(ai_requests_total[$__rate_interval]))",
        "max_over_time(selector_cache_entries[$__interval])",
        "max_over_time(sum(rate(ai_requests_total[5m]))[$__range:$__interval])",
        "sum(rate(ai_requests_total[5m])) # not [$__interval]",
        "sum(rate(ai_requests_total[$__interval])",
    ],
)
def test_other_uses_are_left_alone(expression: str) -> None:
    """Over a gauge `$__interval` misses nothing; steps, comments and broken text are no rates."""
    assert ID not in ids(asking(expression))


def test_a_spelling_that_json_hides_is_found_but_not_edited() -> None:
    """The dollar may be written as an escape: the text cannot be replaced by name."""
    text = dashboard(asking("sum(rate(ai_requests_total[$__interval]))")).text
    linted = load("board.json", text.replace("$__interval", "\\u0024__interval"))
    [finding] = check(linted, DashboardContext(schema=SCHEMA))
    assert finding.kind.id == ID
    assert finding.edit is None
