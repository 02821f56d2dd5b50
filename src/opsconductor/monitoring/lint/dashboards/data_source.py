"""Panels, variables and annotations that read one certain data source."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_source import Source
from opsconductor.monitoring.lint.dashboards.example import CHOICE, board, example, panel
from opsconductor.monitoring.lint.finding import Edit, Finding, Kind, Level
from opsconductor.monitoring.lint.located_json import Node

NOT_VARIABLE = Kind(
    id="datasource-not-variable",
    title="A data source is fixed",
    level=Level.WARNING,
    why=(
        "In another Grafana, or beside a second Prometheus, the panel reads a source that is not "
        "there or not the one that is looked at, and nobody can switch it."
    ),
    remedy=(
        "Add a variable of type data source and let everything read it: "
        '`{"type": "prometheus", "uid": "${datasource}"}`.'
    ),
    bad=example(board(panel(datasource=CHOICE | {"uid": "PBFA97CFB590B2093"}))),
    good=example(board()),
)
KINDS = (NOT_VARIABLE,)


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """At most one finding for each panel, variable and annotation."""
    del context
    for panel_ in dashboard.panels:
        sources = (target.source for target in panel_.targets)
        if not panel_.library:
            yield from _first(dashboard, panel_.subject, panel_.node, sources)
    for variable in dashboard.variables:
        if variable.type == "query":
            subject = f"variable {variable.name}"
            yield from _first(dashboard, subject, variable.node, iter([variable.source]))
    for target in dashboard.annotations:
        if target.expression:
            yield from _first(dashboard, "annotation", target.node, iter([target.source]))


def _first(
    dashboard: Dashboard, subject: str, whole: Node, sources: Iterator[Source]
) -> Iterator[Finding]:
    for source in sources:
        if source.is_built_in or source.variable:
            continue
        named = f"the data source `{source.name}`" if source.is_fixed else "the default data source"
        yield Finding(
            kind=NOT_VARIABLE,
            position=dashboard.position(source.node or whole),
            subject=subject,
            explanation=f"It always reads {named}.",
            edit=_edit(dashboard, source),
        )
        return


def _edit(dashboard: Dashboard, source: Source) -> Edit | None:
    """Reads the dashboard's variable, where there is one and only one for this plugin."""
    fitting = [
        variable.name
        for variable in dashboard.variables
        if variable.type == "datasource" and variable.query == source.plugin
    ]
    node = source.node
    uid = node.get("uid") if node is not None else None
    if node is None or uid is None or len(fitting) != 1 or not source.is_fixed:
        return None
    text = dashboard.text
    old = text[node.start : node.end]
    new = text[node.start : uid.start] + f'"${{{fitting[0]}}}"' + text[uid.end : node.end]
    return Edit(node.line, node.line + old.count("\n"), old, new)
