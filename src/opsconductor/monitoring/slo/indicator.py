"""An SLI's two sides over a window: bad events a second, and all events a second.

- Counters (good or bad, and total) count events. Errors are what is recorded where good ones are
  given: `total - good`, and all of the total where no good series exists.
- A ratio that somebody else worked out (`raw`) has no events: each moment weighs the same, and
  so it does for a threshold.
"""

from dataclasses import dataclass

from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.slo import problem
from opsconductor.monitoring.slo.openslo import Metric, Objective, RatioMetric
from opsconductor.monitoring.slo.problem import Problem, Refused
from opsconductor.monitoring.slo.queries import QueryError, QueryText, Wrap, check, query_text
from opsconductor.monitoring.slo.references import Place, PlacedIndicator, Resolved

PROMETHEUS = "prometheus"
OPPOSITE = {"lt": ">=", "lte": ">", "gt": "<=", "gte": "<"}
"""The operator that finds what is bad; nothing compares with NaN, so that is never bad."""


@dataclass(frozen=True, slots=True)
class Events:
    """Good or bad events, and all of them. Gauges (`counter: false`) are added up as they are."""

    part: QueryText
    part_is_good: bool
    total: QueryText
    wrap: Wrap = "rate"

    @property
    def aggregated(self) -> bool:
        """Whether one of the queries aggregates."""
        return self.part.aggregated or self.total.aggregated

    def events(self, window: str, level: tuple[str, ...] = ()) -> str:
        """The total, summed."""
        return _sum(self.total, window, self.wrap, level)

    def errors(self, window: str, recorded_events: str, level: tuple[str, ...] = ()) -> str:
        """Bad events; nothing bad, or nothing good, is 0 as long as there are events at all.

        `recorded_events` selects what `events` was recorded as a moment before.
        """
        on = f"on ({', '.join(level)})"
        part = _sum(self.part, window, self.wrap, level)
        some = f"{part}\nor {on}\n{recorded_events} * 0"
        if not self.part_is_good:
            return some
        return f"clamp_min(\n  {recorded_events} - {on} (\n{_indented(some, 4)}\n  ),\n  0\n)"

    def bad_share(self, window: str, step: str) -> str:
        """Bad events over events of the stretch; 0 without events."""
        del step
        events, part = self.events(window), _sum(self.part, window, self.wrap, ())
        none = f"{events} * 0"
        some = _indented(f"{part}\nor\n{none}", 2)
        share = f"(\n{some}\n)\n/\n(\n{_indented(events, 2)} > 0\n)"
        if self.part_is_good:
            share = f"1 - clamp_max(\n{_indented(share, 2)},\n  1\n)"
        return f"{share}\nor\n{none}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that is a metric; `success` tells that it is the good share."""

    query: QueryText
    success: bool

    def events(self, window: str) -> str:
        """One a second as long as there is a ratio."""
        return f"{self._bad(window)} * 0 + 1"

    def errors(self, window: str, recorded_events: str) -> str:
        """The bad share."""
        del recorded_events
        return self._bad(window)

    def bad_share(self, window: str, step: str) -> str:
        """The ratio over the stretch, or the mean of its samples."""
        if self.query.open:
            return self._bad(window)
        return f"avg_over_time(\n  ({self.bad_now()})[{window}:{step}]\n)"

    def bad_now(self) -> str:
        """The ratio at this moment."""
        return self._bad("5m")

    def _bad(self, window: str) -> str:
        """NaN, a ratio of nothing, is nothing bad."""
        ratio = self.query.over(window, "last")
        found = f"max({ratio})" if not self.success else f"1 - min({ratio})"
        bounded = f"clamp({found}, 0, 1)"
        return f"({bounded} >= 0 or absent(absent({ratio})) * 0)"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value that is good while `value op limit` holds for every series; NaN is not bad."""

    query: QueryText
    op: str
    limit: float

    def bad_share(self, window: str, step: str) -> str:
        """The share of the moments of the stretch at which it does not hold."""
        return f"avg_over_time(\n  ({self.bad_now()})[{window}:{step}]\n)"

    def bad_now(self) -> str:
        """Whether it does not hold at this moment."""
        value = self.query.over("5m", "last")
        return f"max(({value}) {OPPOSITE[self.op]} bool {number(self.limit)})"


Measured = Events | Ratio | Threshold


def indicator(
    resolved: Resolved, chosen: PlacedIndicator, objective: Objective, at: Place
) -> Measured:
    """The SLI for an objective. Raises `Refused`."""
    spec, place = chosen.spec, chosen.place
    threshold, ratio = spec.threshold_metric, spec.ratio_metric
    if threshold is not None and ratio is None:
        return _threshold(resolved, threshold, place, objective, at)
    if ratio is not None and threshold is None:
        return _ratio(resolved, ratio, place)
    what = "give one of ratioMetric and thresholdMetric"
    raise Refused([place.problem(problem.INDICATOR, what)])


def _threshold(
    resolved: Resolved, metric: Metric, place: Place, objective: Objective, at: Place
) -> Threshold:
    query = _query(resolved, metric, place, ("thresholdMetric",), value=True)
    if objective.op is None or objective.value is None:
        what = "a thresholdMetric is compared by op (lte, gte, lt, gt) with value; give both"
        raise Refused([at.problem(problem.INDICATOR, what)])
    return Threshold(query, objective.op, objective.value)


def _ratio(resolved: Resolved, ratio: RatioMetric, place: Place) -> Events | Ratio:
    here = "ratioMetric"
    wrong, part = _incomplete(ratio), ratio.good or ratio.bad
    if ratio.raw is not None and not wrong:
        query = _query(resolved, ratio.raw, place, (here, "raw"), value=True)
        return Ratio(query, ratio.raw_type == "success")
    if wrong or part is None or ratio.total is None:
        raise Refused([place.problem(problem.INDICATOR, wrong, here)])
    return Events(
        part=_query(resolved, part, place, (here, "good" if ratio.good else "bad")),
        part_is_good=ratio.good is not None,
        total=_query(resolved, ratio.total, place, (here, "total")),
        wrap="rate" if ratio.counter else "sum_over_time",
    )


def _incomplete(ratio: RatioMetric) -> str:
    """What the ratio lacks or has too much of."""
    if ratio.raw is not None:
        if ratio.good or ratio.bad or ratio.total:
            return "raw is a ratio already: give either raw, or good or bad with total"
        return "" if ratio.raw_type else "raw needs rawType: success or failure"
    if ratio.total is None:
        return "total is missing: a ratio is good or bad events over all events"
    if (ratio.good is None) == (ratio.bad is None):
        return "give one of good and bad beside total"
    return "rawType belongs to raw" if ratio.raw_type else ""


def _query(
    resolved: Resolved, metric: Metric, place: Place, path: tuple[str, ...], *, value: bool = False
) -> QueryText:
    source = resolved.source_type(metric, place, *path)
    if isinstance(source, Problem):
        raise Refused([source])
    if source.lower() != PROMETHEUS:
        what = f"the metric source is {source}; only Prometheus is compiled"
        raise Refused([place.problem(problem.SOURCE, what, *path, "metricSource")])
    spec = metric.metric_source.spec or {}
    text = spec.get("query")
    if not isinstance(text, str) or not text.strip():
        what = "metricSource.spec.query is missing: a Prometheus source wants PromQL there"
        raise Refused([place.problem(problem.INDICATOR, what, *path, "metricSource")])
    try:
        query = query_text(text, value=value)
        check(_sum(query, "5m", "last" if value else "rate", ()))
    except QueryError as error:
        what = f"{error}\n    {' '.join(text.split())}"
        here = (*path, "metricSource", "spec", "query")
        raise Refused([place.problem(problem.PROMQL, what, *here)]) from None
    return query


def _sum(query: QueryText, window: str, wrap: Wrap, level: tuple[str, ...]) -> str:
    over = query.over(window, wrap)
    if query.summed and not level:
        return over
    by = f"sum by ({', '.join(level)}) (" if level else "sum("
    return f"{by}\n{_indented(over, 2)}\n)"


def _indented(text: str, spaces: int) -> str:
    return "\n".join(" " * spaces + line for line in text.splitlines())
