"""A variable offers the values of a label that its series have."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import findings, ids

from opsconductor.monitoring.lint.dashboards.example import CHOICE, board, panel


def offering(query: str) -> dict[str, Any]:
    """A dashboard that is repeated over what the query offers."""
    entry = {"name": "v", "type": "query", "datasource": CHOICE, "query": query}
    return board(panel(repeat="v"), variables=(entry,))


def test_a_label_that_no_series_has_is_found() -> None:
    """The message says which labels there are."""
    [finding] = findings(offering("label_values(ai_requests_total, reason)"))
    assert finding.kind.id == "variable-without-label"
    assert finding.subject == "variable v"
    assert "status" in finding.explanation


@pytest.mark.parametrize(
    "query",
    [
        "label_values(ai_requests_total, tool)",
        "label_values(ai_requests_total{status='error'}, service)",
        "label_values(ai_requests_total, __name__)",
        "label_values(nobody_knows_this, anything)",
        "label_values(anything)",
        "label_values({__name__=~'ai_.*'}, reason)",
        "label_values(ai_request_duration_seconds_bucket, le)",
    ],
)
def test_what_is_or_may_be_there_is_fine(query: str) -> None:
    """The label of any of the series will do, and of unknown ones anything is possible."""
    assert ids(offering(query)) == []
