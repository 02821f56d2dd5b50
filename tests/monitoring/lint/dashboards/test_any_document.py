"""Whatever a dashboard's file holds, there is an answer and never a traceback."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.monitoring.lint.dashboards.boards import SCHEMA
from tests.monitoring.lint.linting import linted

from opsconductor.monitoring.lint.dashboard import DashboardError, load
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import queries
from opsconductor.monitoring.lint.dashboards import check
from opsconductor.monitoring.lint.dashboards.example import board, panel, target
from opsconductor.monitoring.lint.finding import Position

KEYS = st.sampled_from(
    [
        "annotations", "allValue", "color", "current", "custom", "dashboard", "dashboards",
        "datasource", "decimals", "defaults", "description", "elements", "expr", "fieldConfig",
        "format", "gridPos", "h", "id", "includeAll", "legendFormat", "libraryPanel", "links",
        "list", "mappings", "mode", "multi", "name", "options", "overrides", "panels",
        "properties", "query", "refId", "repeat", "rows", "schemaVersion", "spec", "steps",
        "target", "targets", "templating", "text", "textMode", "thresholds", "thresholdsStyle",
        "time", "title", "type", "uid", "unit", "value", "w", "x", "y", "yAxis", "yaxes",
        "__inputs"
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "$a", "${a}", "${a:csv}", "[[a]]", "$__interval", "rate(x[$__interval])",
        'sum(rate(x{a="$b"}[$__rate_interval]))', "label_values(x, $a)", "custom", "query",
        "interval", "constant", "datasource", "switch", "graph", "stat", "row", "timeseries",
        "prometheus", "loki", "{{a}}", "$__all", "now-1h", "now"
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)
PANELS = st.lists(st.dictionaries(KEYS, VALUES, max_size=8), max_size=4)
VARIABLES = st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=3)


def places(text: str) -> list[Position]:
    """The places of all that lint says of a text."""
    try:
        linted_board = load("board.json", text)
    except DashboardError as error:
        return [error.position]
    found = check(linted_board, DashboardContext(schema=SCHEMA))
    asked = queries(linted_board, 15.0)
    return [*(one.position for one in found), *(one.position for one in asked)]


@given(PANELS, VARIABLES, st.dictionaries(KEYS, VALUES, max_size=5))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_odd_dashboards_are_linted_or_refused(
    panels: list[Any], variables: list[Any], rest: dict[str, Any]
) -> None:
    """Fields of any type in any place: findings inside the file, or one error that says why."""
    document = {"panels": panels, "templating": {"list": variables}} | rest
    text = json.dumps(document, indent=1)
    lines = text.split("\n")
    for place in places(text):
        assert 1 <= place.line <= len(lines)
        assert place.column is None or place.column <= len(lines[place.line - 1])


@pytest.mark.parametrize("cut", range(0, 880, 37))
def test_a_truncated_file_is_one_error(cut: int) -> None:
    """Half a download is said to be no JSON; nothing of it is linted."""
    text = json.dumps(board(), indent=2)[: cut + 1]
    assert [one.kind.id for one in linted(text).findings] == ["unreadable"]


def test_a_large_dashboard_is_linted_in_seconds() -> None:
    """500 panels with four queries each, at the size of the largest that we know."""
    panels = [
        panel(
            id=number + 1,
            title=f"P{number}",
            gridPos={"x": 0, "y": 8 * number, "w": 24, "h": 8},
            targets=[target(refId=letter) for letter in "ABCD"],
        )
        for number in range(500)
    ]
    report = linted(json.dumps(board(*panels), indent=2))
    assert list(report.findings) == []
    assert report.counts.expressions == 2000
