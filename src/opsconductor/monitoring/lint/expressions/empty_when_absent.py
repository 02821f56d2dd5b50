"""empty-when-absent: an alert that is silent exactly when things are at their worst."""

from collections.abc import Iterator

from promql_parser import (
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    VectorSelector,
)

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.condition import (
    RATES,
    Comparison,
    Part,
    comparisons,
    parts,
)
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.expressions.series import always_there
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.matching import COMPARISONS
from opsconductor.monitoring.promql.selection import named
from opsconductor.monitoring.promql.syntax import bare, walk

EMPTY_WHEN_ABSENT = Kind(
    id="empty-when-absent",
    title="An alert that is silent when the worst happens",
    level=Level.WARNING,
    why=(
        "An operation on two vectors gives nothing where one of them is empty. A ratio of "
        "successes is empty while there is no success at all: the alert fires at 90 % errors and "
        "is silent at 100 %."
    ),
    remedy=(
        "Count what is bad (`errors / all > 0.05`), expose every known label set at 0 from the "
        "start, or complete the vanishing side: `(… or all * 0)`."
    ),
    bad=alert(
        'sum(rate(http_requests_total{code="200"}[5m])) / sum(rate(http_requests_total[5m])) < 0.9'
    ),
    good=alert(
        'sum(rate(http_requests_total{code!="200"}[5m])) / sum(rate(http_requests_total[5m])) > 0.1'
        "\nand\nsum(rate(http_requests_total[5m])) > 1"
    ),
)

KINDS: tuple[Kind, ...] = (EMPTY_WHEN_ABSENT,)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Each comparison of an alert, and what its value is made of."""
    if analysis.query.role is not Role.ALERT:
        return
    for comparison in comparisons(analysis):
        for part in parts(comparison.value):
            if _silent_when_gone(comparison, part):
                yield from _vanishing(analysis, comparison, part)


def _silent_when_gone(comparison: Comparison, part: Part) -> bool:
    """Whether the alert should fire when there is none of the part, while the rest is there."""
    if not part.beside or part.divides:
        return False
    return comparison.fires_low if part.raises else comparison.fires_high


def _vanishing(analysis: Analysis, comparison: Comparison, part: Part) -> Iterator[Finding]:
    node = bare(part.node)
    rest = [selector for other in part.beside for selector in _selectors(other)]
    if isinstance(node, BinaryExpr) and str(node.op) in COMPARISONS:
        inner = next(_selectors(node), None)
        if inner is not None and any(other.name == inner.name for other in rest):
            yield _finding(analysis, comparison, node, "no series passes the comparison")
        return
    selector = next(_selectors(node), None) if _counts_events(analysis, node) else None
    if selector is None or always_there(analysis, selector):
        return
    if any(_reads_more(other, selector) for other in rest):
        yield _finding(analysis, comparison, node, "no such series exists")


def _finding(analysis: Analysis, comparison: Comparison, node: Expr, when: str) -> Finding:
    return analysis.finding(
        EMPTY_WHEN_ABSENT,
        f"While {when}, {wording.expression(node)} is empty and so is all of "
        f"{wording.expression(comparison.node)}, although the value is then at its worst.",
    )


def _counts_events(analysis: Analysis, node: Expr) -> bool:
    """Whether its series appear with their first event, as a gauge's do not."""
    if isinstance(node, MatrixSelector):
        above = analysis.parent(node)
        return isinstance(above, Call) and above.func.name in RATES
    if not isinstance(node, VectorSelector):
        return False
    metrics = named(node, analysis.schema)
    return bool(metrics) and all(metric.kind == "counter" for metric in metrics)


def _selectors(node: Expr) -> Iterator[VectorSelector]:
    return (one for one in walk(node) if isinstance(one, VectorSelector))


def _reads_more(other: VectorSelector, selector: VectorSelector) -> bool:
    """Whether the other reads the same metric without some restriction, so that it may stay."""
    if other.name is None or other.name != selector.name:
        return False
    return bool(_restrictions(selector) - _restrictions(other))


def _restrictions(selector: VectorSelector) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (matcher.name, str(matcher.op), matcher.value) for matcher in selector.matchers.matchers
    )
