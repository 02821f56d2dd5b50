"""Each panel has a place of its own on the grid."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import findings, ids

from opsconductor.monitoring.lint.dashboards.example import board, panel


def placed(number: int, x: float, y: float, width: float, height: float) -> dict[str, Any]:
    """A panel at this place."""
    return panel(id=number, title=f"P{number}", gridPos={"x": x, "y": y, "w": width, "h": height})


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (11, 0, True),
        (0, 7, True),
        (12, 0, False),
        (0, 8, False),
        (12, 8, False),
    ],
)
def test_panels_overlap_by_one_unit_or_do_not(x: int, y: int, expected: bool) -> None:
    """Touching is not overlapping."""
    found = ids(board(placed(1, 0, 0, 12, 8), placed(2, x, y, 12, 8)))
    assert found == (["overlapping-panels"] if expected else [])


def test_the_message_names_the_other_panel() -> None:
    """Of many panels, the reader must know which two."""
    [finding] = findings(board(placed(1, 0, 0, 12, 8), placed(2, 0, 0, 4, 4)))
    assert (finding.subject, finding.explanation) == ("panel P2", "It lies over panel P1.")


def test_collapsed_rows_are_layers_of_their_own() -> None:
    """What lies in two collapsed rows, or in one and below it, is never seen together there."""
    rows = [
        {
            "id": number,
            "type": "row",
            "title": "Row",
            "gridPos": {"x": 0, "y": 8 + number, "w": 24, "h": 1},
            "panels": [placed(10 * number, 0, 10, 12, 8)],
        }
        for number in (2, 3)
    ]
    assert ids(board(placed(1, 0, 0, 12, 8), *rows)) == []
    rows[0]["panels"] = [placed(10, 0, 10, 12, 8), placed(11, 0, 12, 12, 8)]
    assert ids(board(placed(1, 0, 0, 12, 8), *rows)) == ["overlapping-panels"]


def test_a_row_is_a_line_across_the_grid() -> None:
    """Grafana draws it one unit high and over all columns, whatever its file says."""
    tall = {"id": 2, "type": "row", "title": "Row", "gridPos": {"x": 0, "y": 8, "w": 9, "h": 12}}
    assert ids(board(placed(1, 0, 0, 12, 8), tall, placed(3, 0, 9, 12, 8))) == []
    assert ids(board(placed(1, 12, 0, 12, 9), tall)) == ["overlapping-panels"]


def test_copies_that_grafana_made_are_left_out() -> None:
    """Panels repeated over a variable are laid out anew each time."""
    copy = placed(2, 0, 0, 12, 8) | {"repeatPanelId": 1}
    assert ids(board(placed(1, 0, 0, 12, 8), copy)) == []


@pytest.mark.parametrize(
    ("x", "y", "width", "height"),
    [(12, 0, 13, 8), (-1, 0, 12, 8), (0, -1, 12, 8), (0, 0, 0, 8), (0, 0, 12, 0), (24, 0, 1, 1)],
)
def test_a_panel_stays_on_the_grid(x: int, y: int, width: int, height: int) -> None:
    """24 columns, from 0, and at least one unit of each."""
    assert ids(board(placed(1, x, y, width, height))) == ["panel-outside-grid"]


def test_panels_without_a_place_are_left_alone() -> None:
    """Old dashboards have spans in rows; Grafana lays them out."""
    assert ids(board(panel(gridPos=None), panel(id=2, gridPos={"x": 0}))) == []
