"""Alerts that fire because a quotient without traffic is NaN."""

from collections.abc import Iterator

from promql_parser import BinaryExpr, Call, Expr

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.comparison import (
    Comparison,
    alternatives,
    comparison,
)
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.bounds import bounds
from opsconductor.monitoring.promql.syntax import bare

_GOOD = 'sum(rate(canary_requests_total{status="success"}[5m]))'
_ALL = "sum(rate(canary_requests_total[5m]))"

FIRES_ON_NAN = Kind(
    id="fires-on-nan",
    title="An alert that fires on NaN",
    level=Level.ERROR,
    why=(
        "Without traffic a ratio is 0 / 0, which is NaN. NaN is neither above nor below any "
        "number, and different from each: `!=` is true, and whatever asks that something is not "
        "so (`unless`, `absent`, a `bool` comparison that has to be 0) holds. The alert fires at "
        "night, when nobody does anything."
    ),
    remedy="Leave samples without traffic out (`… / (total > 0)`), or compare with `<` or `>`.",
    bad=alert(f"{_GOOD}\n/ {_ALL} != 1", name="CanaryFailing"),
    good=alert(f"{_GOOD}\n/ ({_ALL} > 0) != 1", name="CanaryFailing"),
)
KINDS: tuple[Kind, ...] = (FIRES_ON_NAN,)

_NEGATED = {("==", 0.0), ("<", 1.0), ("!=", 1.0), ("<=", 0.0)}
"""What asks a `bool` comparison to be false."""


def check(analysis: Analysis) -> Iterator[Finding]:
    """Each way in which the alert may fire by itself."""
    if analysis.query.role is not Role.ALERT:
        return
    for node in alternatives(analysis.tree):
        reason = _fires(analysis, node)
        if reason:
            yield analysis.finding(
                FIRES_ON_NAN,
                f"{wording.expression(node)} is true where the ratio is NaN: {reason}.",
            )


def _fires(analysis: Analysis, node: Expr) -> str:
    node = bare(node)
    if isinstance(node, BinaryExpr) and str(node.op) == "unless":
        return "`unless` finds nothing to take away" if _has_nan(analysis, node.rhs) else ""
    if isinstance(node, Call) and node.func.name == "absent":
        return "`absent` finds nothing" if _has_nan(analysis, node.args[0]) else ""
    found = comparison(node)
    if found is None:
        return ""
    if found.operator == "!=" and _makes_nan(analysis, found):
        return "NaN differs from every number"
    inner = _bool_comparison(found.subject)
    asked = (found.operator, found.value) in _NEGATED
    if asked and inner is not None and inner.operator != "!=" and _makes_nan(analysis, inner):
        return "the comparison with `bool` is 0"
    return ""


def _has_nan(analysis: Analysis, node: Expr) -> bool:
    """Whether it filters what may be NaN, so that NaN leaves nothing."""
    found = comparison(node)
    keeps = found is None or not found.filters or found.operator == "!="
    return not keeps and found is not None and _makes_nan(analysis, found)


def _makes_nan(analysis: Analysis, found: Comparison) -> bool:
    sides = (found.subject, found.bound)
    return any(bounds(side, analysis.schema).makes_nan for side in sides)


def _bool_comparison(tree: Expr) -> Comparison | None:
    """The comparison with `bool` that an expression of numbers is made of."""
    found = comparison(tree)
    return found if found is not None and not found.filters else None
