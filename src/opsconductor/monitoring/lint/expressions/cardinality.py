"""high-cardinality-label: alerts and groups for every user, request or address."""

from collections.abc import Iterator

from promql_parser import AggregateExpr

from opsconductor.contract.identifying import identifying_name, identifying_value
from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.aggregation import grouping
from opsconductor.monitoring.promql.yields import Yield

HIGH_CARDINALITY_LABEL = Kind(
    id="high-cardinality-label",
    title="A label with a value for every request, user or address",
    level=Level.WARNING,
    why=(
        "Each value is a series, and in an alert a notification of its own. Identifiers and free "
        "text have no bound, so one bad hour becomes thousands of both, and names, addresses and "
        "secrets stay in the store as long as its samples. The policy is that of our own contract, "
        "see docs/cardinality.md; it goes by the label's name, and by the values that a page of "
        "metrics or a Prometheus shows."
    ),
    remedy="Aggregate the label away; look single cases up in logs or traces.",
    bad=alert("sum by (email) (increase(login_failures_total[5m])) > 100"),
    good=alert("sum by (realm) (increase(login_failures_total[5m])) > 100"),
)

KINDS: tuple[Kind, ...] = (HIGH_CARDINALITY_LABEL,)

MOST_VALUES = 100
"""More known values than these are many, whatever the label is called."""
_TARGETS = frozenset({"instance", "job", "le", "pod", "node"})
"""What is scraped, and buckets: as many as there are, by intention."""


def check(analysis: Analysis) -> Iterator[Finding]:
    """The labels that groups are made by, and those of an alert's result."""
    seen: set[str] = set()
    for node in analysis.of(AggregateExpr):
        without, labels = grouping(node)
        for label in () if without else labels:
            if label not in seen and _is_high(analysis, analysis.flow[node], label):
                seen.add(label)
                yield analysis.finding(
                    HIGH_CARDINALITY_LABEL,
                    f"{wording.expression(node)} makes a group for each value of `{label}`.",
                )
    if analysis.query.role is not Role.ALERT:
        return
    result = analysis.flow[analysis.tree]
    for label in sorted({label for shape in result.shapes for label in shape.labels} - seen):
        if _is_high(analysis, result, label):
            yield analysis.finding(
                HIGH_CARDINALITY_LABEL, f"The alert fires once for each value of `{label}`."
            )


def _is_high(analysis: Analysis, vector: Yield, label: str) -> bool:
    if label in _TARGETS or not vector.may_have(label):
        return False
    known = [_known(analysis, metric, label) for metric in vector.metrics]
    if identifying_name(label, closed=None not in known):
        return True
    values = [found for found in known if found is not None]
    return any(len(found) > MOST_VALUES or any(map(identifying_value, found)) for found in values)


def _known(analysis: Analysis, name: str, label: str) -> frozenset[str] | None:
    """The values that a metric's label may have; None where they are not known."""
    metric = analysis.schema.metrics.get(name)
    values = metric.labels.get(label) if metric else None
    return None if values is None else values.known
