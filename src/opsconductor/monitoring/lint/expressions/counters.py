"""Counters that are read without asking how fast they grow."""

from collections.abc import Iterator

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    SubqueryExpr,
    VectorSelector,
)

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.query import Role
from opsconductor.monitoring.promql.bounds import COMPARISONS, metric_of
from opsconductor.monitoring.promql.schema import Metric
from opsconductor.monitoring.promql.syntax import walk

COUNTER_WITHOUT_RATE = Kind(
    id="counter-without-rate",
    title="A counter's raw value",
    level=Level.ERROR,
    why=(
        "A counter holds everything since its process started, and falls to 0 at each restart. A "
        "threshold on it is crossed some day whatever happens, and uncrossed by a restart."
    ),
    remedy="Ask how much it grew: `increase(…[5m])`, or how fast: `rate(…[5m])`.",
    bad=alert("sum(selector_db_errors_total) > 5", name="SelectorErrorBurst"),
    good=alert("sum(increase(selector_db_errors_total[5m])) > 5", name="SelectorErrorBurst"),
)
KINDS: tuple[Kind, ...] = (COUNTER_WITHOUT_RATE,)

_ASK_NO_VALUE = frozenset({"absent", "timestamp"})
_BLENDS = frozenset({"avg_over_time", "sum_over_time", "quantile_over_time"})
"""What they make of a counter depends on when its process started, as the counter does; the
largest and the last value are asked for where a gap is to be bridged."""
_COUNT = frozenset({"count", "group", "count_values"})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Counters whose value reaches a comparison, an arithmetic operation or a panel."""
    reported: set[str] = set()
    for selector in analysis.of(VectorSelector):
        metric = metric_of(selector, analysis.schema)
        if metric is None or not is_counter(metric) or metric.name in reported:
            continue
        use = _use(analysis, selector)
        if use:
            reported.add(metric.name)
            yield analysis.finding(
                COUNTER_WITHOUT_RATE, f"`{metric.name}` is a counter, and {use} its raw value."
            )


def is_counter(metric: Metric) -> bool:
    """Counters, the growing parts of histograms and summaries, and recorded sums of them."""
    grows = metric.kind in {"histogram", "summary"} and metric.part in {"bucket", "sum", "count"}
    return metric.kind == "counter" or grows


def _use(analysis: Analysis, selector: VectorSelector) -> str:
    """How the raw value is used; empty where it is not, or where that is as it should be."""
    below: Expr = selector
    for node in analysis.above(selector):
        match node:
            case MatrixSelector() | SubqueryExpr():
                if not _blends(analysis.parent(node)):
                    return ""  # a range: what is done with it is other checks' concern
            case Call() if node.func.name in _ASK_NO_VALUE:
                return ""
            case AggregateExpr() if str(node.op) in _COUNT:
                return ""
            case BinaryExpr():
                use = _operand(node, below)
                if use is not None:
                    return use
            case _:
                pass
        below = node
    return "the panel shows" if analysis.query.role is Role.PANEL else ""


def _blends(above: Expr | None) -> bool:
    """Whether what is done with the range gives another raw value, and no growth."""
    return isinstance(above, Call) and above.func.name in _BLENDS


def _operand(node: BinaryExpr, below: Expr) -> str | None:
    """The same for an operand; None where the value passes through."""
    operator = str(node.op)
    if operator in {"and", "unless"}:
        return None if below is node.lhs else ""
    if operator == "or":
        return None
    if operator in COMPARISONS:
        return "the comparison reads"
    return "" if _increase_by_hand(node) else "the arithmetic reads"


def _increase_by_hand(node: BinaryExpr) -> bool:
    """`x - x offset 1h` is an increase, if one that restarts spoil."""
    return str(node.op) == "-" and any(
        isinstance(one, VectorSelector) and one.offset for one in walk(node)
    )
