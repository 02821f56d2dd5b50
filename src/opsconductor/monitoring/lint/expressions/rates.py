"""Rates of what has none, and over windows that are too short."""

from collections.abc import Iterator

from promql_parser import Call, Expr, MatrixSelector, SubqueryExpr, VectorSelector

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions.counters import is_counter
from opsconductor.monitoring.lint.expressions.example import alert, record
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.promql.bounds import metric_of
from opsconductor.monitoring.promql.computed import RATES, computed
from opsconductor.monitoring.promql.schema import Metric
from opsconductor.monitoring.promql.syntax import bare

LEAST_SCRAPES = 4
"""A window of four scrapes still has the two samples that a rate needs when one scrape fails;
the rule of thumb of Prometheus's authors."""

RATE_ON_GAUGE = Kind(
    id="rate-on-gauge",
    title="The rate of a gauge",
    level=Level.ERROR,
    why=(
        "`rate`, `increase` and `irate` take every fall for a restart of a counter and add it up, "
        "so a gauge that goes up and down appears to grow for ever."
    ),
    remedy="Use `delta` or `deriv`, or compare the gauge itself.",
    bad=alert("rate(stack_disk_free_ratio[1h]) > 0.1", name="DiskNearlyFull"),
    good=alert("deriv(stack_disk_free_ratio[1h]) < -0.0001", name="DiskNearlyFull"),
)
DELTA_ON_COUNTER = Kind(
    id="delta-on-counter",
    title="The difference of a counter",
    level=Level.ERROR,
    why=(
        "`delta`, `idelta` and `deriv` do not know that a counter starts again at 0: each restart "
        "of a process gives a large negative value, which hides what happened."
    ),
    remedy="Use `increase` or `rate`.",
    bad=alert("sum(delta(selector_db_errors_total[5m])) > 0", name="SelectorErrorBurst"),
    good=alert("sum(increase(selector_db_errors_total[5m])) > 0", name="SelectorErrorBurst"),
)
RATE_WINDOW_TOO_SHORT = Kind(
    id="rate-window-too-short",
    title="A rate over fewer than four scrapes",
    level=Level.WARNING,
    why=(
        "A rate needs two samples in its window. A window of two scrapes loses them to any delay, "
        "and the expression is empty: panels have gaps and alerts resolve. Four scrapes survive a "
        "failed one."
    ),
    remedy="Make the window at least four times the scrape interval.",
    bad=alert("sum(rate(selector_db_errors_total[30s])) > 0", name="SelectorErrorBurst"),
    good=alert("sum(rate(selector_db_errors_total[5m])) > 0", name="SelectorErrorBurst"),
)
RATE_OF_SUM = Kind(
    id="rate-of-sum",
    title="The rate of a sum",
    level=Level.ERROR,
    why=(
        "When one process restarts, the sum of all counters falls a little. `rate` takes the fall "
        "for a restart from 0 and adds the whole remaining sum: a spike that never happened."
    ),
    remedy="Take the rate of each counter first, then the sum: `sum(rate(…[5m]))`.",
    bad=record(
        "service:ai_requests:rate10m", "rate(sum by (service) (ai_requests_total)[10m:30s])"
    ),
    good=record("service:ai_requests:rate10m", "sum by (service) (rate(ai_requests_total[10m]))"),
)
KINDS: tuple[Kind, ...] = (RATE_ON_GAUGE, DELTA_ON_COUNTER, RATE_WINDOW_TOO_SHORT, RATE_OF_SUM)

_DIFFERENCES = frozenset({"delta", "idelta", "deriv"})
_NOT_COUNTED = {"rate": "a rate", "ratio": "a ratio", "quantile": "a quantile"}


def check(analysis: Analysis) -> Iterator[Finding]:
    """Every call of a rate or a difference."""
    for call in analysis.of(Call):
        if call.func.name in RATES:
            argument = bare(call.args[0])
            if isinstance(argument, MatrixSelector):
                yield from _of_series(analysis, call, argument)
            elif isinstance(argument, SubqueryExpr):
                yield from _of_expression(analysis, call, bare(argument.expr))
        elif call.func.name in _DIFFERENCES:
            yield from _difference(analysis, call)


def _of_series(analysis: Analysis, call: Call, window: MatrixSelector) -> Iterator[Finding]:
    metric = metric_of(window.vector_selector, analysis.schema)
    if metric is None:
        return
    if metric.computed == "total":
        said = f"`{metric.name}` is recorded as a sum of counters, and `{call.func.name}` reads it."
        yield analysis.finding(RATE_OF_SUM, said)
    elif metric.kind == "gauge" and not metric.name.endswith("_total"):
        what = _NOT_COUNTED.get(metric.computed)
        what = f"is recorded as {what}" if what else "is a gauge"
        yield analysis.finding(
            RATE_ON_GAUGE, f"`{metric.name}` {what}, and `{call.func.name}` is for counters."
        )
    else:
        yield from _short(analysis, call, window, metric)


def _short(
    analysis: Analysis, call: Call, window: MatrixSelector, metric: Metric
) -> Iterator[Finding]:
    interval = metric.scrape_interval
    if interval is None:
        if metric.computed:
            return
        interval = analysis.schema.scrape_interval
    seconds = window.range.total_seconds()
    if seconds < LEAST_SCRAPES * interval:
        yield analysis.finding(
            RATE_WINDOW_TOO_SHORT,
            f"`{call.func.name}({metric.name}[{duration(seconds)}])` sees {seconds / interval:.2g} "
            f"scrapes: `{metric.name}` is scraped every {duration(interval)}.",
            remedy=f"Make the window at least {duration(LEAST_SCRAPES * interval)}.",
        )


def _of_expression(analysis: Analysis, call: Call, inner: Expr) -> Iterator[Finding]:
    """A subquery: the rate of what an expression gives."""
    holds, name = computed(inner, analysis.schema), call.func.name
    if holds in _NOT_COUNTED:
        said = f"`{name}` is for counters, and its subquery gives {_NOT_COUNTED[holds]}."
        yield analysis.finding(RATE_ON_GAUGE, said)
    elif isinstance(inner, VectorSelector):
        metric = metric_of(inner, analysis.schema)
        if metric is not None and metric.kind == "gauge" and not metric.name.endswith("_total"):
            said = f"`{metric.name}` is a gauge, and `{name}` is for counters."
            yield analysis.finding(RATE_ON_GAUGE, said)
    elif holds == "total":
        yield analysis.finding(
            RATE_OF_SUM, f"`{name}` reads a subquery that adds up counters before."
        )


def _difference(analysis: Analysis, call: Call) -> Iterator[Finding]:
    window = bare(call.args[0])
    if not isinstance(window, MatrixSelector):
        return
    metric = metric_of(window.vector_selector, analysis.schema)
    if metric is not None and is_counter(metric):
        said = f"`{metric.name}` is a counter, and `{call.func.name}` is for gauges."
        yield analysis.finding(DELTA_ON_COUNTER, said)
