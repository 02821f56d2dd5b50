"""vanished-target: `up` compared with nothing said about targets that are gone."""

from collections.abc import Iterator

from promql_parser import Call, Expr, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions.condition import comparisons
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules
from opsconductor.monitoring.promql.syntax import bare, walk

VANISHED_TARGET = Kind(
    id="vanished-target",
    title="A target that is gone is not noticed",
    level=Level.WARNING,
    why=(
        "`up` is 0 while a scrape fails, and does not exist at all once the target has left the "
        "configuration or service discovery. `up == 0` then has nothing to compare and the alert "
        "is silent."
    ),
    remedy='Add `or absent(up{job="…"})` for each job that has to be there.',
    bad=alert('up{job="canary"} == 0'),
    good=alert('up{job="canary"} == 0 or absent(up{job="canary"})'),
)

KINDS: tuple[Kind, ...] = (VANISHED_TARGET,)

_UP = "up"
_ABSENCE = frozenset({"absent", "absent_over_time"})


def check(linted: LintedRules) -> Iterator[Finding]:
    """Alerts on `up`, in a file in which no rule asks whether `up` is there."""
    analyses = list(linted.analyses.values())
    if any(_asks_for_absence(analysis) for analysis in analyses):
        return
    for analysis in analyses:
        if analysis.query.role is not Role.ALERT:
            continue
        for comparison in comparisons(analysis):
            low = comparison.fires_low and 0 < comparison.bound <= 1
            if (low or (comparison.operator == "==" and comparison.bound == 0)) and _is_up(
                comparison.value
            ):
                yield analysis.finding(
                    VANISHED_TARGET,
                    f"`{comparison.node.prettify()}` sees targets whose scrape fails, not those "
                    "that are gone.",
                )


def _is_up(node: Expr) -> bool:
    node = bare(node)
    return isinstance(node, VectorSelector) and node.name == _UP


def _asks_for_absence(analysis: Analysis) -> bool:
    calls = (call for call in analysis.of(Call) if call.func.name in _ABSENCE)
    return any(
        isinstance(node, VectorSelector) and node.name == _UP
        for call in calls
        for node in walk(call)
    )
