"""Panels that do not say what they show."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import ROW, Dashboard, Panel
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards.example import board, example, panel
from opsconductor.monitoring.lint.finding import Finding, Kind, Level

WITHOUT_TITLE = Kind(
    id="panel-without-title",
    title="A panel has no title",
    level=Level.WARNING,
    why="A number without a name is guessed at, and at night it is guessed wrongly.",
    remedy="Give the panel a title that names what it shows.",
    bad=example(board(panel(title=""))),
    good=example(board()),
)
WITHOUT_DESCRIPTION = Kind(
    id="panel-without-description",
    title="A panel has no description",
    level=Level.NOTE,
    why=(
        "The title says what is shown. What it counts, over which time, and from which value on it "
        "is bad is known to the author only, who is asleep."
    ),
    remedy="Say in the description what is counted, over which time, and what is bad.",
    bad=example(board(panel(description=None))),
    good=example(board()),
)
KINDS = (WITHOUT_TITLE, WITHOUT_DESCRIPTION)


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Panels with queries; a text or a list of links speaks for itself."""
    del context
    for one in dashboard.panels:
        if one.type == ROW or one.library or not one.targets:
            continue
        if not one.title:
            yield _finding(WITHOUT_TITLE, dashboard, one, "The panel has no title.")
        if not one.description:
            yield _finding(WITHOUT_DESCRIPTION, dashboard, one, "The panel has no description.")


def _finding(kind: Kind, dashboard: Dashboard, one: Panel, explanation: str) -> Finding:
    return Finding(
        kind=kind,
        position=dashboard.position(one.node),
        subject=one.subject,
        explanation=explanation,
    )
