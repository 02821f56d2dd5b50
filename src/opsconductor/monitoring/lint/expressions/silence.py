"""silent-without-series: an alert for "nothing happens" that needs something to have happened."""

from collections.abc import Iterator

from promql_parser import Call, Expr, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.condition import RATES, Comparison, comparisons, parts
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.expressions.series import always_there
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.selection import named
from opsconductor.monitoring.promql.syntax import bare, walk

SILENT_WITHOUT_SERIES = Kind(
    id="silent-without-series",
    title="A rule against silence that is silent itself",
    level=Level.WARNING,
    why=(
        "The rate of a counter that does not exist is not 0, it is nothing, and nothing is never "
        "equal to 0. After a restart without requests, or when the target is gone, the alert for "
        "missing requests cannot fire."
    ),
    remedy="Add `or absent(…)` for the counter.",
    bad=alert("sum(rate(http_requests_total[10m])) == 0"),
    good=alert("sum(rate(http_requests_total[10m])) == 0 or absent(http_requests_total)"),
)

KINDS: tuple[Kind, ...] = (SILENT_WITHOUT_SERIES,)

_ABSENCE = frozenset({"absent", "absent_over_time", "vector"})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Comparisons of an event rate with nothing, in an alert that does not ask for absence."""
    if analysis.query.role is not Role.ALERT:
        return
    if any(call.func.name in _ABSENCE for call in analysis.of(Call)):
        return
    for comparison in comparisons(analysis):
        if not _asks_for_nothing(comparison):
            continue
        for selector in _counted(comparison.value):
            if named(selector, analysis.schema) and not always_there(analysis, selector):
                yield analysis.finding(
                    SILENT_WITHOUT_SERIES,
                    f"{wording.expression(comparison.node)} is empty, not true, while "
                    f"{wording.expression(selector)} has no series.",
                    remedy=f"Add `or absent({selector.prettify()})`.",
                )
                break


def _asks_for_nothing(comparison: Comparison) -> bool:
    return comparison.operator in {"==", "<="} and comparison.bound == 0


def _counted(value: Expr) -> Iterator[VectorSelector]:
    """The counters whose events alone make the value."""
    whole = bare(value)
    if any(part.beside for part in parts(whole)):
        return
    calls = [node for node in walk(whole) if isinstance(node, Call)]
    if any(call.func.name in RATES for call in calls):
        yield from (node for node in walk(whole) if isinstance(node, VectorSelector))
