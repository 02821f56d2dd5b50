"""Comparisons whose answer is known before any sample is seen."""

from collections.abc import Iterator

from promql_parser import AggregateExpr, BinaryExpr, Call, Expr

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.comparison import Comparison, comparison
from opsconductor.monitoring.lint.expressions.example import alert
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.promql.bounds import bounds
from opsconductor.monitoring.promql.computed import computed
from opsconductor.monitoring.promql.interval import Interval, always, never
from opsconductor.monitoring.promql.literal import number
from opsconductor.monitoring.promql.syntax import bare, walk

_RATIO = "slo:sli_errors_per_sli_events:ratio_rate1h"
_GUARD = "\nand\nslo:sli_events:rate1h * 3600 >= 20"

CONSTANT_COMPARISON = Kind(
    id="constant-comparison",
    title="A comparison that can never be true, or always is",
    level=Level.ERROR,
    why=(
        "A rate is never negative, a share never more than 1, a count never 0: what is counted is "
        "then not there at all. An alert on it stays silent whatever happens, or fires for ever."
    ),
    remedy="Put the threshold where the values are: a share of 5 % is 0.05.",
    bad=alert(f"{_RATIO} > 5{_GUARD}", name="AIExecutionErrorRateHigh"),
    good=alert(f"{_RATIO} > 0.05{_GUARD}", name="AIExecutionErrorRateHigh"),
)
UNFIRABLE_TIER = Kind(
    id="unfirable-tier",
    title="A burn-rate tier that cannot fire",
    level=Level.ERROR,
    why=(
        "A burn of N means that errors are N times the error budget, and errors are never more "
        "than everything. Where N x (1 - objective) is 1 or more, even an outage burns no faster: "
        "14.4 times the budget of a 90 % objective is 144 % errors."
    ),
    remedy="Choose a smaller factor, below 1 / (1 - objective), or a stricter objective.",
    bad=alert(f"{_RATIO} > 14.4 * (1 - 0.9){_GUARD}", name="SLOBurnRateFast"),
    good=alert(f"{_RATIO} > 14.4 * (1 - 0.99){_GUARD}", name="SLOBurnRateFast"),
)
QUANTILE_BEYOND_LAST_BUCKET = Kind(
    id="quantile-beyond-last-bucket",
    title="A threshold beyond the last bucket",
    level=Level.ERROR,
    why=(
        "`histogram_quantile` answers with the largest finite bound when the quantile lies above "
        "it, so a threshold there is never crossed, however slow everything is."
    ),
    remedy="Lower the threshold below the last finite bucket bound, or add buckets.",
    bad=alert(
        "histogram_quantile(0.95, sum by (le) (rate(selector_request_duration_seconds_bucket[5m])))"
        " > 15",
        name="SelectorLatencyHigh",
    ),
    good=alert(
        "histogram_quantile(0.95, sum by (le) (rate(selector_request_duration_seconds_bucket[5m])))"
        " > 0.5",
        name="SelectorLatencyHigh",
    ),
)
KINDS: tuple[Kind, ...] = (CONSTANT_COMPARISON, UNFIRABLE_TIER, QUANTILE_BEYOND_LAST_BUCKET)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Every comparison, by the intervals of its two sides."""
    for node in analysis.of(BinaryExpr):
        found = comparison(node)
        if found is None or (number(node.lhs) is not None and number(node.rhs) is not None):
            continue
        left, right = bounds(found.subject, analysis.schema), bounds(found.bound, analysis.schema)
        if left.empty or right.empty:
            continue  # the comparison below is the one that never holds
        if never(left, found.operator, right):
            yield _impossible(analysis, found, left)
        elif always(left, found.operator, right) and not _asks_for_existence(found.subject, left):
            yield analysis.finding(
                CONSTANT_COMPARISON,
                f"{wording.expression(node)} is always true: the left side is {_range(left)}.",
            )


def _impossible(analysis: Analysis, found: Comparison, left: Interval) -> Finding:
    text = wording.expression(found.node)
    if any(_is_quantile(node) for node in walk(found.subject)):
        return analysis.finding(
            QUANTILE_BEYOND_LAST_BUCKET,
            f"{text} is never true: the quantile is {_range(left)}, the last finite bound.",
        )
    if _is_tier(analysis, found):
        said = f"{text} is never true: even if everything fails, the left side is {_range(left)}."
        return analysis.finding(UNFIRABLE_TIER, said)
    counts = any(
        isinstance(node, AggregateExpr) and str(node.op) == "count"
        for node in (bare(found.subject),)
    )
    remedy = "Where nothing is left there is no count: ask with `absent(…)`." if counts else ""
    said = f"{text} is never true: the left side is {_range(left)}."
    return analysis.finding(CONSTANT_COMPARISON, said, remedy=remedy)


def _is_quantile(node: Expr) -> bool:
    return isinstance(node, Call) and node.func.name == "histogram_quantile"


def _is_tier(analysis: Analysis, found: Comparison) -> bool:
    """A ratio above a factor times a budget, or divided by a budget."""
    if found.operator not in {">", ">="} or computed(found.subject, analysis.schema) != "ratio":
        return False
    bound, subject = bare(found.bound), bare(found.subject)
    product = isinstance(bound, BinaryExpr) and str(bound.op) == "*"
    if isinstance(subject, BinaryExpr) and str(subject.op) == "/":
        budget = number(subject.rhs)
        return product or (budget is not None and 0 < budget < 1)
    return product


def _asks_for_existence(subject: Expr, left: Interval) -> bool:
    """`count(x) > 0` and `vector(1) == 1` mean: there is one."""
    subject = bare(subject)
    return left.point or (isinstance(subject, AggregateExpr) and str(subject.op) == "count")


def _range(interval: Interval) -> str:
    if interval.point:
        return f"{interval.low:g}"
    if interval.high == float("inf"):
        return f"{interval.low:g} or more"
    if interval.low == float("-inf"):
        return f"{interval.high:g} or less"
    return f"between {interval.low:g} and {interval.high:g}"
