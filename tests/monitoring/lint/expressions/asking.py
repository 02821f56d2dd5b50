"""Asks one check about one expression."""

from collections.abc import Sequence

from tests.monitoring.lint.linting import SCHEMA

from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.expressions import Check
from opsconductor.monitoring.lint.finding import Finding, Position
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.promql.rules_schema import RecordingRule, with_rules
from opsconductor.monitoring.promql.schema import Schema

RULES: Sequence[RecordingRule] = (
    RecordingRule("job:http_requests:sum", "sum by (job) (http_requests_total)", interval=30),
    RecordingRule("job:http_requests:rate5m", "sum by (job) (rate(http_requests_total[5m]))"),
    RecordingRule(
        "job:http_errors_per_http_requests:ratio_rate5m",
        'sum by (job) (rate(http_requests_total{code="500"}[5m])) / job:http_requests:rate5m',
    ),
    RecordingRule(
        "job:http_errors_per_many_http_requests:ratio_rate5m",
        'sum by (job) (rate(http_requests_total{code="500"}[5m])) / (job:http_requests:rate5m > 2)',
    ),
    RecordingRule(
        "route:request_duration_seconds:p95",
        "histogram_quantile(0.95, sum by (route, le) (rate(request_duration_seconds_bucket[5m])))",
    ),
    RecordingRule("copy:queue_length:max", "max by (queue) (queue_length)"),
)
WITH_RULES = with_rules(SCHEMA, RULES)


def findings(
    check: Check, text: str, *, role: Role = Role.ALERT, schema: Schema = WITH_RULES
) -> list[Finding]:
    """What the check finds wrong with the expression."""
    query = Query(text=text, role=role, position=Position("file", 1), subject="alert A")
    return list(check(analyse(query, schema)))


def ids(check: Check, text: str, *, role: Role = Role.ALERT) -> list[str]:
    """The ids of what the check finds."""
    return [finding.kind.id for finding in findings(check, text, role=role)]
