"""Legends that name a label which the series of their query do not have."""

import re
from collections.abc import Iterator

from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import Expression, expressions
from opsconductor.monitoring.lint.dashboards.example import board, example, panel, target
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import PromQLError

UNKNOWN_LABEL = Kind(
    id="legend-without-label",
    title="A legend names a label that the series do not have",
    level=Level.WARNING,
    why="Grafana writes nothing in its place: every line has the same name, or none.",
    remedy="Name a label that the query keeps, or keep the label in its `by (…)`.",
    bad=example(board(panel(targets=[target(legendFormat="{{status}} {{tool}}")]))),
    good=example(board()),
)
KINDS = (UNKNOWN_LABEL,)

_LABEL = re.compile(r"\{\{\s*(.+?)\s*\}\}")


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Only labels that no series of the query can have."""
    for found in expressions(dashboard, context.schema.scrape_interval):
        legend = found.target.legend if found.target is not None else ""
        wanted = dict.fromkeys(_LABEL.findall(legend))
        present = _labels(dashboard, found, context.schema) if wanted else None
        if found.target is None or present is None:
            continue
        for label in wanted:
            if label not in present:
                has = ", ".join(sorted(present)) or "none at all"
                yield Finding(
                    kind=UNKNOWN_LABEL,
                    position=dashboard.position(found.target.node.get("legendFormat")),
                    subject=found.subject,
                    explanation=f"The series have no label `{label}`; they have: {has}.",
                )


def _labels(dashboard: Dashboard, found: Expression, schema: Schema) -> set[str] | None:
    """Every label that some series of the expression may have; None where that is not known."""
    if not found.is_readable:
        return None
    query = Query(
        text=found.substitution.text,
        role=Role.PANEL,
        position=dashboard.position(found.node),
        subject=found.subject,
    )
    try:
        analysis = analyse(query, schema)
    except PromQLError:
        return None  # a finding of its own
    yielded = analysis.flow[analysis.tree]
    if yielded.scalar or not yielded.shapes or any(shape.open for shape in yielded.shapes):
        return None
    return {label for shape in yielded.shapes for label in shape.labels}
