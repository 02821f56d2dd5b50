"""Alerts on too little of something that fall silent when nothing is left at all."""

from collections.abc import Iterator

from promql_parser import AggregateExpr, BinaryExpr, Call, Expr, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import silence, wording
from opsconductor.monitoring.lint.expressions.comparison import (
    Comparison,
    alternatives,
    comparison,
)
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.computed import computed
from opsconductor.monitoring.promql.syntax import bare, walk

NEVER_ON_EMPTY = Kind(
    id="never-on-empty",
    title="An alert on missing data that is silent when all of it is missing",
    level=Level.WARNING,
    why=(
        "A comparison of nothing is nothing. When the target leaves the configuration, or the "
        "process no longer exposes the series, `sum(up) == 0` and `rate(…) == 0` have no sample to "
        "compare, and the alert that was meant for this case resolves."
    ),
    remedy="Add `or absent(…)` with the same selector.",
    bad=alert('sum(up{job="canary"}) == 0', name="MetricsEndpointDown"),
    good=alert(
        'sum(up{job="canary"}) == 0 or absent(up{job="canary"})', name="MetricsEndpointDown"
    ),
)
KINDS: tuple[Kind, ...] = (NEVER_ON_EMPTY,)

_LITTLE = frozenset({"==", "<", "<="})
_ABSENT = frozenset({"absent", "absent_over_time"})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Comparisons that an alert consists of, unless it asks for absence anywhere.

    Silent where `silent-without-series` has said it already.
    """
    if analysis.query.role is not Role.ALERT:
        return
    if any(call.func.name in _ABSENT for call in analysis.of(Call)):
        return
    if any(silence.check(analysis)):
        return
    for node in alternatives(analysis.tree):
        found = comparison(node)
        if found is not None and found.filters and _asks_for_too_little(analysis, found):
            yield analysis.finding(
                NEVER_ON_EMPTY,
                f"{wording.expression(node)} has nothing to compare where no such series exists.",
            )


def _asks_for_too_little(analysis: Analysis, found: Comparison) -> bool:
    if found.operator not in _LITTLE or found.value is None or _always_there(found.subject):
        return False
    if found.operator == "==" and found.value != 0:
        return False
    subject = bare(found.subject)
    if isinstance(subject, AggregateExpr) and str(subject.op) == "count":
        return found.value > 1 or (found.operator == "<=" and found.value == 1)
    if isinstance(subject, VectorSelector) and subject.name == "up":
        return False  # vanished-target judges it, which knows the file's other rules
    return _is_up(subject) or computed(subject, analysis.schema) == "rate"


def _always_there(tree: Expr) -> bool:
    """Something fills in, as in `(x or vector(0)) == 0`."""
    return any(isinstance(node, BinaryExpr) and str(node.op) == "or" for node in walk(tree))


def _is_up(tree: Expr) -> bool:
    tree = bare(tree)
    if isinstance(tree, AggregateExpr) and str(tree.op) in {"sum", "min", "max", "avg"}:
        return _is_up(tree.expr)
    return isinstance(tree, VectorSelector) and tree.name == "up"
