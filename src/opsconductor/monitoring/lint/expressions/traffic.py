"""Alerts on a share of too few events."""

from collections.abc import Iterator

from promql_parser import BinaryExpr, Expr, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.comparison import (
    alternatives,
    comparison,
    conjuncts,
)
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.bounds import metric_of
from opsconductor.monitoring.promql.computed import computed
from opsconductor.monitoring.promql.rules_schema import guarded
from opsconductor.monitoring.promql.syntax import bare, walk

_RATIO = (
    'sum(rate(ai_requests_total{status="error"}[5m]))\n/ sum(rate(ai_requests_total[5m])) > 0.05'
)

LOW_TRAFFIC = Kind(
    id="low-traffic-without-guard",
    title="A ratio without a look at the traffic",
    level=Level.WARNING,
    why=(
        "With ten requests an hour a single error is 10 % of them, and burns 14 % of the budget "
        "of a month at an objective of 99 %. At night, when few ask, such an alert fires for one "
        "unlucky request (SRE Workbook, chapter 5, low-traffic services)."
    ),
    remedy="Ask for a number of events besides: `and sum(increase(…[5m])) > 20`.",
    bad=alert(_RATIO, name="AIExecutionErrorRateHigh"),
    good=alert(
        f"{_RATIO}\nand\nsum(increase(ai_requests_total[5m])) > 20", name="AIExecutionErrorRateHigh"
    ),
)
KINDS: tuple[Kind, ...] = (LOW_TRAFFIC,)

_AMOUNTS = ("_seconds_total", "_bytes_total", "_joules_total")
"""Endings, by unit, of counters that add up an amount."""
_MANY = frozenset({">", ">="})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Alerts that compare a ratio of counters, raw or recorded, and nothing that counts."""
    if analysis.query.role is not Role.ALERT:
        return
    for alternative in alternatives(analysis.tree):
        if _takes_away(alternative):
            continue
        parts = list(conjuncts(alternative))
        if any(_asks_for_many(analysis, part) for part in parts):
            continue
        for part in parts:
            if _is_ratio(analysis, part):
                yield analysis.finding(
                    LOW_TRAFFIC,
                    f"{wording.expression(part)} holds for one event out of one as for many.",
                )
                break


def _is_ratio(analysis: Analysis, node: Expr) -> bool:
    found = comparison(node)
    return (
        found is not None
        and found.operator not in {"==", "!="}
        and computed(found.subject, analysis.schema) == "ratio"
        and _counts_events(analysis, found.subject)
        and not guarded(found.subject, analysis.schema)
    )


def _counts_events(analysis: Analysis, ratio: Expr) -> bool:
    """Seconds and bytes are no events: the share of idle time needs no traffic, nor does a mean."""
    for node in walk(ratio):
        if isinstance(node, VectorSelector):
            metric = metric_of(node, analysis.schema)
            if metric is not None and (metric.part == "sum" or metric.name.endswith(_AMOUNTS)):
                return False
    return True


def _asks_for_many(analysis: Analysis, node: Expr) -> bool:
    """Whether a part of the condition compares something else than a ratio with a number."""
    found = comparison(node)
    if found is None:
        return True  # whatever it is, it may be the guard
    holds = computed(found.subject, analysis.schema)
    if holds in {"ratio", "quantile"}:
        return False
    return found.operator in _MANY and found.value is not None and found.value > 0


def _takes_away(node: Expr) -> bool:
    """`unless` may take away what has little traffic."""
    node = bare(node)
    return isinstance(node, BinaryExpr) and str(node.op) == "unless"
