"""high-cardinality-label: alerts and groups for every user, request or address."""

from collections.abc import Iterator

from promql_parser import AggregateExpr

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
        "text have no bound, so one bad hour becomes thousands of both. Prometheus's guide to "
        "naming warns of them."
    ),
    remedy="Aggregate the label away; look single cases up in logs or traces.",
    bad=alert("sum by (email) (increase(login_failures_total[5m])) > 100"),
    good=alert("sum by (realm) (increase(login_failures_total[5m])) > 100"),
)

KINDS: tuple[Kind, ...] = (HIGH_CARDINALITY_LABEL,)

IDENTIFIERS = frozenset(
    {
        *("trace_id", "traceid", "span_id", "request_id", "correlation_id", "session_id"),
        *("session", "transaction_id", "order_id", "message_id", "job_id", "user_id", "userid"),
        *("user", "username", "user_name", "email", "mail", "customer_id", "account_id"),
        *("device_id", "uuid", "guid", "token", "timestamp"),
    }
)
"""Labels that carry identifiers. Prometheus's documentation, "Metric and label naming": do not use
labels for dimensions with high cardinality, such as user ids or e-mail addresses."""
UNBOUNDED = frozenset(
    {
        *("ip", "ip_address", "client_ip", "remote_addr", "remote_address", "src_ip", "dst_ip"),
        *("url", "uri", "path", "request_path", "query", "sql", "statement", "user_agent"),
        *("referer", "referrer", "message", "error_message", "exception_message"),
    }
)
"""Labels that usually carry free text or addresses: fine where the values are known and few."""
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
    if label in IDENTIFIERS:
        return True
    counts = [_count(analysis, metric, label) for metric in vector.metrics]
    if any(count is not None and count > MOST_VALUES for count in counts):
        return True
    return label in UNBOUNDED and None in counts


def _count(analysis: Analysis, name: str, label: str) -> int | None:
    """How many values of a metric's label are known; None where that is not known."""
    metric = analysis.schema.metrics.get(name)
    values = metric.labels.get(label) if metric else None
    return None if values is None or values.known is None else len(values.known)
