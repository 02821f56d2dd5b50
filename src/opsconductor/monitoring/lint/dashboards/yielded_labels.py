"""Which labels the series of a dashboard's expression may have."""

from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_queries import Expression, query
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import PromQLError


def yielded_labels(dashboard: Dashboard, found: Expression, schema: Schema) -> set[str] | None:
    """Every label that some series may have; None where any is possible or there are no series."""
    if not found.is_readable:
        return None
    try:
        analysis = analyse(query(dashboard, found), schema)
    except PromQLError:
        return None  # a finding of its own
    yielded = analysis.flow[analysis.tree]
    if yielded.scalar or not yielded.shapes or any(shape.open for shape in yielded.shapes):
        return None
    return {label for shape in yielded.shapes for label in shape.labels}
