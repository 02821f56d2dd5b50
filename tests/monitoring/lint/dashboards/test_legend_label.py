"""A legend names labels that its series have."""

import pytest
from tests.monitoring.lint.dashboards.boards import dashboard, findings, ids

from opsconductor.monitoring.lint.dashboards.example import board, panel, target

BY_STATUS = "sum by (status) (rate(ai_requests_total[5m]))"


def legend(text: str, expression: str = BY_STATUS) -> dict[str, object]:
    """A dashboard of one query with this legend."""
    return board(panel(targets=[target(expr=expression, legendFormat=text)]))


def test_a_label_that_was_summed_away_is_found() -> None:
    """The message says which labels there are, at the legend's own line."""
    document = legend("{{ tool }}")
    [finding] = findings(document)
    assert finding.kind.id == "legend-without-label"
    assert "no label `tool`; they have: status" in finding.explanation
    line = dashboard(document).text.splitlines()[finding.position.line - 1]
    assert line.strip().startswith('"legendFormat"')


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("{{status}}", BY_STATUS),
        ("{{status}}{{ status }}", BY_STATUS),
        ("all", "sum(rate(ai_requests_total[5m]))"),
        ("__auto", BY_STATUS),
        ("{{tool}}", "rate(ai_requests_total[5m])"),
        ("{{__name__}} {{service}}", "selector_cache_entries"),
        ("{{x}}", 'label_replace(selector_cache_entries, "x", "$1", "service", "(.*)")'),
        ("{{anything}}", "nobody_knows_this"),
        ("{{anything}}", "not promql ("),
    ],
)
def test_labels_that_are_or_may_be_there_are_fine(text: str, expression: str) -> None:
    """Nothing is said where the label exists or where that cannot be known."""
    assert "legend-without-label" not in ids(legend(text, expression))


def test_a_sum_over_all_has_no_labels() -> None:
    """Every name in its legend is one too many."""
    [finding] = findings(legend("{{tool}}", "sum(rate(ai_requests_total[5m]))"))
    assert "none at all" in finding.explanation
