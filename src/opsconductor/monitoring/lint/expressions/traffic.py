"""Alerts on a share of too few events."""

from collections.abc import Iterator

from promql_parser import BinaryExpr, Call, Expr, MatrixSelector, VectorSelector

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
from opsconductor.monitoring.promql.literal import number
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
    remedy=(
        "Ask for a number of events besides, by the ratio's own labels: "
        "`and sum by (…) (increase(…[5m])) > 20`."
    ),
    bad=alert(_RATIO, name="AIExecutionErrorRateHigh"),
    good=alert(
        f"{_RATIO}\nand\nsum(increase(ai_requests_total[5m])) > 20", name="AIExecutionErrorRateHigh"
    ),
)
KINDS: tuple[Kind, ...] = (LOW_TRAFFIC,)

_AMOUNTS = ("_seconds_total", "_bytes_total", "_joules_total")
"""Endings, by unit, of counters that add up an amount."""
_ENOUGH = 20
"""Events in a window of which a single one is no more than 5 %."""
_READABLE = 90
"""Characters of a divisor that a remedy repeats."""
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
            if _is_ratio(analysis, part) or _is_share(analysis, part):
                yield analysis.finding(
                    LOW_TRAFFIC,
                    f"{wording.expression(part)} holds for one event out of one as for many.",
                    remedy=_guard(part),
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


def _is_share(analysis: Analysis, node: Expr) -> bool:
    """`errors > 0.05 * all` is a ratio that was multiplied out; a part of last week's is none."""
    found = comparison(node)
    if found is None or found.value is not None or found.operator in {"==", "!="}:
        return False
    if any(isinstance(one, VectorSelector) and one.offset for one in walk(found.node)):
        return False
    share = _share(found.bound)
    return (
        0 < share < 1
        and computed(found.subject, analysis.schema) == "rate"
        and computed(found.bound, analysis.schema) == "rate"
        and _counts_events(analysis, found.node)
        and not guarded(found.node, analysis.schema)
    )


def _share(bound: Expr) -> float:
    """The constant factor of a product; 0 for what is none."""
    bound = bare(bound)
    if not isinstance(bound, BinaryExpr) or str(bound.op) != "*":
        return 0
    factors = (number(bound.lhs), number(bound.rhs))
    return next((factor for factor in factors if factor is not None), 0)


def _guard(node: Expr) -> str:
    """The guard written out, where the ratio's divisor is a short rate with the result's labels.

    A guard with other labels than the ratio's would match nothing and silence the alert.
    """
    divisions = [one for one in walk(node) if isinstance(one, BinaryExpr) and str(one.op) == "/"]
    ratio = next((one for one in divisions if number(one.rhs) is None), None)
    if ratio is None or ratio.modifier is not None:
        return ""
    ranges = [one for one in walk(ratio.rhs) if isinstance(one, MatrixSelector)]
    counts = [one.func.name for one in walk(ratio.rhs) if isinstance(one, Call)]
    divisor = ratio.rhs.prettify()
    if len(ranges) != 1 or len(counts) != 1 or "\n" in divisor or len(divisor) > _READABLE:
        return ""
    if counts[0] == "increase":
        return f"Ask for a number of events besides: `and {divisor} > {_ENOUGH}`."
    least = _ENOUGH / ranges[0].range.total_seconds()
    return (
        f"Ask for some traffic besides: `and {divisor} > {least:.2g}`, which is "
        f"{_ENOUGH} events in the rate's window."
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
