"""Variables that offer the values of a label which the series do not have."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import expressions
from opsconductor.monitoring.lint.dashboards.example import (
    CHOICE,
    Fields,
    board,
    example,
    panel,
    target,
)
from opsconductor.monitoring.lint.dashboards.yielded_labels import yielded_labels
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level


def _offering(label: str) -> Example:
    tool: Fields = {"name": "tool", "type": "query", "datasource": CHOICE}
    tool["query"] = f"label_values(ai_requests_total, {label})"
    by_tool = 'sum by (status) (rate(ai_requests_total{tool=~"$tool"}[$__rate_interval]))'
    return example(board(panel(targets=[target(expr=by_tool)]), variables=(tool,)))


WITHOUT_LABEL = Kind(
    id="variable-without-label",
    title="A variable offers the values of a label that the series do not have",
    level=Level.ERROR,
    why="The list of choices is empty, and every panel that uses the variable with it.",
    remedy="Name a label that the series have.",
    bad=_offering("tool_name"),
    good=_offering("tool"),
)
KINDS = (WITHOUT_LABEL,)


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Queries of the form `label_values(series, label)`."""
    for found in expressions(dashboard, context.schema.scrape_interval):
        if not found.label or "$" in found.label:
            continue
        present = yielded_labels(dashboard, found, context.schema)
        if present is not None and found.label not in present:
            has = ", ".join(sorted(present))
            yield Finding(
                kind=WITHOUT_LABEL,
                position=dashboard.position(found.node),
                subject=found.subject,
                explanation=f"The series have no label `{found.label}`; they have: {has}.",
            )
