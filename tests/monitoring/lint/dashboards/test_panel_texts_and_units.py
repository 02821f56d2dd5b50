"""Panels say what they show and in which unit, where there is something to say."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import findings, ids

from opsconductor.monitoring.lint.dashboards.example import board, panel


def test_the_usual_panel_has_no_finding() -> None:
    """What the other tests change must be silent before the change."""
    assert ids(board()) == []


@pytest.mark.parametrize("title", ["", "   ", None])
def test_a_panel_needs_a_title(title: str | None) -> None:
    """Blanks are no title; the panel is then named by its id."""
    [finding] = findings(board(panel(title=title)))
    assert finding.kind.id == "panel-without-title"
    assert finding.subject == "panel 1"


@pytest.mark.parametrize(
    "other",
    [
        panel(type="text", title="", description="", targets=None),
        {"id": 2, "type": "row", "title": "", "gridPos": {"x": 0, "y": 9, "w": 24, "h": 1}},
        {"id": 2, "libraryPanel": {"uid": "abc", "name": "shared"}},
        {"id": 2, "type": "dashlist"},
    ],
)
def test_what_asks_nothing_needs_neither_title_nor_description(other: dict[str, Any]) -> None:
    """A text, a row, a list and a panel that is kept elsewhere are left alone."""
    apart = {"id": 3, "gridPos": {"x": 0, "y": 20, "w": 12, "h": 8}}
    assert ids(board(other | {"id": 2}, panel(**apart))) == []


def test_a_panel_in_a_collapsed_row_is_a_panel() -> None:
    """What is folded away is read at night all the same."""
    row = {"id": 2, "type": "row", "collapsed": True, "panels": [panel(id=3, description="")]}
    assert ids(board(row)) == ["panel-without-description"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"fieldConfig": {"defaults": {}}}, True),
        ({"fieldConfig": {"defaults": {"unit": ""}}}, True),
        ({"fieldConfig": {"defaults": {"unit": "none"}}}, False),
        (
            {"fieldConfig": {"overrides": [{"properties": [{"id": "unit", "value": "s"}]}]}},
            False,
        ),
        (
            {"fieldConfig": {"overrides": [{"properties": [{"id": "color", "value": "s"}]}]}},
            True,
        ),
        ({"type": "stat", "fieldConfig": {"defaults": {"mappings": [{"type": "value"}]}}}, False),
        ({"type": "stat", "fieldConfig": None, "options": {"textMode": "name"}}, False),
        ({"type": "stat", "fieldConfig": None}, True),
        ({"type": "gauge", "fieldConfig": None}, True),
        ({"type": "table", "fieldConfig": None}, False),
        ({"type": "logs", "fieldConfig": None}, False),
        ({"type": "state-timeline", "fieldConfig": None}, False),
        ({"type": "somebodys-own-panel", "fieldConfig": None}, False),
        ({"type": "heatmap", "fieldConfig": None}, True),
        ({"type": "heatmap", "fieldConfig": None, "options": {"yAxis": {"unit": "s"}}}, False),
        ({"type": "heatmap", "fieldConfig": None, "yAxis": {"format": "s"}}, False),
        ({"type": "graph", "fieldConfig": None}, True),
        ({"type": "graph", "fieldConfig": None, "yaxes": [{"format": "s"}, {}]}, False),
        ({"type": "singlestat", "fieldConfig": None}, True),
        ({"type": "singlestat", "fieldConfig": None, "format": "percent"}, False),
        ({"type": "singlestat", "fieldConfig": None, "valueMaps": [{"text": "OK"}]}, False),
    ],
)
def test_a_unit_is_looked_for_where_the_type_of_panel_keeps_it(
    changes: dict[str, Any], expected: bool
) -> None:
    """Numbers need a unit; words and unknown types of panel do not."""
    assert ids(board(panel(**changes))) == (["panel-without-unit"] if expected else [])
