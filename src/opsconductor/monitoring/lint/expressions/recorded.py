"""Expressions that a recording rule has computed already."""

from collections.abc import Iterator

from promql_parser import AggregateExpr, BinaryExpr, Call

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.equivalence import normal_form

_RECORDING = """\
  - record: source:selector_requests:rate5m
    expr: sum by (source) (rate(selector_requests_total[5m]))
"""


def _beside_its_rule(expr: str) -> Example:
    """An alert in the file that records the expression."""
    text = alert(expr, name="SelectorErrorBurst").text
    return Example(text.replace("  rules:\n", f"  rules:\n{_RECORDING}"))


RECORDED_ELSEWHERE = Kind(
    id="recorded-elsewhere",
    title="A raw expression where a recording rule exists",
    level=Level.WARNING,
    why=(
        "The same expression is evaluated again for every panel and every reader, over all raw "
        "series, although the answer is stored; and when the rule is changed, the panel and the "
        "alert no longer mean the same."
    ),
    remedy="Read the recorded series.",
    bad=_beside_its_rule("sum by (source) (rate(selector_requests_total[5m])) > 100"),
    good=_beside_its_rule("source:selector_requests:rate5m > 100"),
)
KINDS: tuple[Kind, ...] = (RECORDED_ELSEWHERE,)


def check(analysis: Analysis) -> Iterator[Finding]:
    """The outermost parts that are recorded; a rule itself is not asked to read another one."""
    recorded = analysis.schema.recorded
    if not recorded or analysis.query.role is Role.RECORD:
        return
    found: set[int] = set()
    for node in analysis.nodes:  # parents come first
        if not isinstance(node, AggregateExpr | BinaryExpr | Call):
            continue
        if any(id(above) in found for above in analysis.above(node)):
            continue
        name = recorded.get(normal_form(node))
        if name is not None:
            found.add(id(node))
            yield analysis.finding(
                RECORDED_ELSEWHERE,
                f"{wording.expression(node)} is recorded as `{name}`.",
                remedy=f"Read `{name}`.",
            )
