"""Dashboards that Grafana does not load from a file, or that show nothing when it does."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import GRID_SCHEMA, ROW, Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards.example import board, example, panel
from opsconductor.monitoring.lint.finding import Edit, Finding, Kind, Level

_INPUT = {"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}
_FROM_INPUT = panel(datasource={"type": "prometheus", "uid": "${DS_PROMETHEUS}"})

WRAPPED = Kind(
    id="wrapped-dashboard",
    title='The dashboard is wrapped in {"dashboard": …}',
    level=Level.ERROR,
    why=(
        "That is how Grafana's HTTP API takes and gives a dashboard. Provisioned from a file it is "
        "a dashboard without title and panels, and Grafana refuses it."
    ),
    remedy="Keep only what `dashboard` holds.",
    bad=example({"dashboard": board(), "overwrite": True}),
    good=example(board()),
)
INPUTS = Kind(
    id="dashboard-inputs",
    title="The dashboard waits for somebody to fill in its inputs",
    level=Level.ERROR,
    why=(
        "An export for sharing has `__inputs`, which the import dialog asks for. From a file "
        "nobody is asked: `${DS_PROMETHEUS}` stays as it is, and every panel lacks its data source."
    ),
    remedy="Replace each input by a variable of the dashboard, and remove `__inputs`.",
    bad=example(board(_FROM_INPUT, __inputs=[_INPUT], templating={"list": []})),
    good=example(board()),
)
EMPTY = Kind(
    id="empty-dashboard",
    title="The dashboard asks nothing",
    level=Level.ERROR,
    why="It loads without an error and shows nothing, which looks like a quiet system.",
    remedy="Add panels with queries, or remove the dashboard.",
    bad=example(board(panels=[], templating={"list": []})),
    good=example(board()),
)
KINDS = (WRAPPED, INPUTS, EMPTY)

_WITHOUT_QUERY = frozenset(
    {"text", "dashlist", "alertlist", "annolist", "news", "welcome", "gettingstarted", "canvas"}
)
"""Types of panel that show something without a query."""


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """What is around the dashboard, what it waits for, and whether anything is in it."""
    del context
    if dashboard.wrapper is not None:
        yield _wrapped(dashboard)
    if dashboard.inputs:
        names = ", ".join(f"`{node.text('name')}`" for node in dashboard.inputs)
        yield Finding(
            kind=INPUTS,
            position=dashboard.position(dashboard.root.get("__inputs")),
            subject=dashboard.subject,
            explanation=f"Nobody fills in {names} when the file is provisioned.",
        )
    if not _shows_something(dashboard):
        yield Finding(
            kind=EMPTY,
            position=dashboard.position(dashboard.hidden_rows),
            subject=dashboard.subject,
            explanation=_emptiness(dashboard),
        )


def _wrapped(dashboard: Dashboard) -> Finding:
    root, text = dashboard.root, dashboard.text
    ending = "\n" if text.endswith("\n") else ""
    whole = Edit(1, text.count("\n") + 1, text, text[root.start : root.end] + ending)
    return Finding(
        kind=WRAPPED,
        position=dashboard.position(dashboard.wrapper),
        subject=dashboard.subject,
        explanation="The dashboard is one level too deep for file provisioning.",
        edit=whole,
    )


def _shows_something(dashboard: Dashboard) -> bool:
    return any(
        one.targets or one.library or one.type in _WITHOUT_QUERY
        for one in dashboard.panels
        if one.type != ROW
    )


def _emptiness(dashboard: Dashboard) -> str:
    if dashboard.hidden_rows is not None:
        return (
            f"Its panels are in `rows`, which Grafana reads below schemaVersion {GRID_SCHEMA} "
            f"only; this one says {dashboard.schema_version:g}."
            if dashboard.schema_version is not None
            else "Its panels are in `rows` beside `panels`, which alone is read."
        )
    return "No panel has a query."
