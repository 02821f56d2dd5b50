"""Legends that name a label which the series of their query do not have."""

import re
from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboard_queries import expressions
from opsconductor.monitoring.lint.dashboards.example import board, example, panel, target
from opsconductor.monitoring.lint.dashboards.yielded_labels import yielded_labels
from opsconductor.monitoring.lint.finding import Finding, Kind, Level

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
        present = yielded_labels(dashboard, found, context.schema) if wanted else None
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
