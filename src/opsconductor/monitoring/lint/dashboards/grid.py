"""Panels that lie over one another or beside Grafana's grid."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import ROW, Dashboard, Grid, Panel
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards.example import board, example, panel
from opsconductor.monitoring.lint.finding import Finding, Kind, Level

COLUMNS = 24
"""Columns of Grafana's grid."""

_LEFT, _RIGHT = {"x": 0, "y": 0, "w": 12, "h": 8}, {"x": 12, "y": 0, "w": 12, "h": 8}

OVERLAPPING = Kind(
    id="overlapping-panels",
    title="Two panels lie over one another",
    level=Level.WARNING,
    why=(
        "Grafana pushes one of them away, and everything below it: what is seen is not what was "
        "laid out, and the two may change places at the next save."
    ),
    remedy="Give each panel a place of its own in `gridPos`.",
    bad=example(board(panel(gridPos=_LEFT), panel(id=2, title="Errors", gridPos=_LEFT | {"x": 6}))),
    good=example(board(panel(gridPos=_LEFT), panel(id=2, title="Errors", gridPos=_RIGHT))),
)
OUTSIDE = Kind(
    id="panel-outside-grid",
    title="A panel reaches over the edge of the grid",
    level=Level.WARNING,
    why=f"The grid has {COLUMNS} columns; Grafana cuts or moves what reaches beyond.",
    remedy=f"Keep x + w at most {COLUMNS}, x and y from 0, w and h from 1.",
    bad=example(board(panel(gridPos=_RIGHT | {"w": 16}))),
    good=example(board(panel(gridPos=_RIGHT))),
)
KINDS = (OVERLAPPING, OUTSIDE)


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Panels of one collapsed row are held against each other, for they show up together."""
    del context
    placed: dict[int, list[tuple[Panel, Grid]]] = {}
    for one in dashboard.panels:
        place = _place(one)
        if place is None:
            continue
        if not _fits(place):
            yield _outside(dashboard, one, place)
        neighbours = placed.setdefault(id(one.row), [])
        for other, grid in neighbours:
            if _overlap(place, grid):
                yield _finding(
                    OVERLAPPING, dashboard, one, f"It lies over {_named(other, one, dashboard)}."
                )
                break
        neighbours.append((one, place))


def _place(one: Panel) -> Grid | None:
    """Where Grafana draws the panel.

    A row is as wide as the grid and one unit high, whatever the file says. A panel that Grafana
    made by repeating another has no place of its own: it is made anew.
    """
    if one.grid is None or one.node.number("repeatPanelId") is not None:
        return None
    return Grid(0, one.grid.y, COLUMNS, 1) if one.type == ROW else one.grid


def _named(other: Panel, one: Panel, dashboard: Dashboard) -> str:
    if other.subject != one.subject:
        return other.subject
    return f"the {other.subject} of line {dashboard.position(other.node).line}"


def _fits(grid: Grid) -> bool:
    return (
        grid.x >= 0
        and grid.y >= 0
        and grid.width >= 1
        and grid.height >= 1
        and grid.x + grid.width <= COLUMNS
    )


def _overlap(one: Grid, other: Grid) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _outside(dashboard: Dashboard, one: Panel, grid: Grid) -> Finding:
    right = grid.x + grid.width
    return _finding(
        OUTSIDE,
        dashboard,
        one,
        f"It reaches from column {grid.x:g} to {right:g}, row {grid.y:g} to "
        f"{grid.y + grid.height:g}; the grid has {COLUMNS} columns.",
    )


def _finding(kind: Kind, dashboard: Dashboard, one: Panel, explanation: str) -> Finding:
    return Finding(
        kind=kind,
        position=dashboard.position(one.node.get("gridPos")),
        subject=one.subject,
        explanation=explanation,
    )
