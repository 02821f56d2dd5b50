"""born-at-one: the first event of a counter that does not exist before it."""

from collections.abc import Iterator

from promql_parser import Call, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.condition import RATES, Comparison, comparisons
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.expressions.series import late_values
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.syntax import walk

BORN_AT_ONE = Kind(
    id="born-at-one",
    title="The first event of a new series is not seen",
    level=Level.WARNING,
    why=(
        "`increase` and `rate` see the difference of two samples. A series that appears with its "
        "first event begins at 1: from nothing to 1 is no increase, and an alert on any event "
        "misses the first one."
    ),
    remedy="Expose every known label set at 0 from the start, or do not alert on a single event.",
    bad=alert('sum(increase(ai_request_errors_total{reason="denied"}[5m])) > 0'),
    good=alert('sum(increase(ai_request_errors_total{reason="timeout"}[5m])) > 0'),
)

KINDS: tuple[Kind, ...] = (BORN_AT_ONE,)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Alerts on any event at all, over counters of which it is known what they expose at 0."""
    if analysis.query.role is not Role.ALERT:
        return
    for comparison in comparisons(analysis):
        if not _asks_for_any(comparison):
            continue
        for call in (node for node in walk(comparison.value) if isinstance(node, Call)):
            if call.func.name in RATES:
                yield from _late(analysis, call)


def _asks_for_any(comparison: Comparison) -> bool:
    return (comparison.operator == ">" and comparison.bound == 0) or (
        comparison.operator == ">=" and 0 < comparison.bound <= 1
    )


def _late(analysis: Analysis, call: Call) -> Iterator[Finding]:
    for selector in (node for node in walk(call) if isinstance(node, VectorSelector)):
        for label, values in sorted(late_values(analysis, selector).items()):
            yield analysis.finding(
                BORN_AT_ONE,
                f"{wording.expression(call)} does not see the first event of a series: with "
                f"`{label}` {wording.listed(values)} there is none before it.",
            )
