"""Stories of alerts on a quantile of a duration: so many tool runs or searches take too long."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from opsconductor.contract import AUTOMATION, Family
from opsconductor.monitoring.scenario import Scenario, Series, named
from opsconductor.monitoring.scenarios.availability import target
from opsconductor.monitoring.scenarios.figures import humanized_seconds, number, window
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, Events, counter, steady
from opsconductor.monitoring.scenarios.watch import Condition, Watch, checks
from opsconductor.objectives import Threshold

OTHER = "another-service"
QUICK = 0.0005
"""Seconds: in the first bucket of every histogram."""

SPLIT = (0.7, 0.3)
"""How the quick ones are shared out; the slow ones the other way round."""

Load = Mapping[float, Events]
"""Observations by duration in seconds."""


@dataclass(frozen=True, slots=True)
class Slow:
    """An alert on a quantile of a histogram; `what` is observed, `tools` are its label values."""

    threshold: Threshold
    quantile: float
    family: Family
    what: str
    tools: tuple[str, ...]
    runbook: str

    def stories(self, clock: Clock) -> Iterator[Story]:
        """Every case that can happen to a latency."""
        just = self._hold + 3
        yield self._story(Case.BELOW, [(just, 300.0, self._beside(0.98))], clock)
        yield self._story(Case.ABOVE, [(just, 300.0, self._beside(1.02)), (8, 300.0, {})], clock)
        yield self._story(Case.HISTORY, self._history(), clock)
        yield self._story(Case.NAN, [(just + 5, 0.0, {})], clock)
        nothing = Scenario(
            name=f"{self._name}: {Case.ABSENT}",
            series={},
            checks=checks([self._name], [], just, clock),
        )
        yield Story(self._name, Case.ABSENT, nothing)
        middle = [round(just)]
        yield self._story(Case.RESET, [(just, 300.0, self._beside(0.98))], clock, restarts=middle)
        yield self._story(
            Case.MISSED, [(just, 300.0, self._beside(1.02))], clock, missed=[round(just * 2) - 3]
        )
        yield self._apart(clock)

    @property
    def _name(self) -> str:
        return self.threshold.alert

    @property
    def _hold(self) -> float:
        return self.threshold.hold / MINUTE + 1

    @property
    def _next(self) -> float:
        """The bound above the limit."""
        return next(bound for bound in self.family.buckets if bound > self.threshold.limit)

    def _beside(self, factor: float) -> Mapping[float, float]:
        """Shares by duration for which the quantile is just below or above the limit.

        A quantile is interpolated linearly within its bucket. Above: the slow ones are so few that
        it lies a little inside the bucket above the limit. Below: nobody is above it, and the
        bucket that ends at the limit holds just what puts the quantile so near to its end.
        """
        limit, rest = self.threshold.limit, 1 - self.quantile
        if factor > 1:
            inside = limit * (factor - 1) / (self._next - limit)
            return {self._next: rest / (1 - inside)}
        lower = max(bound for bound in (0.0, *self.family.buckets) if bound < limit)
        inside = (limit * factor - lower) / (limit - lower)
        slow = 0.9 * rest
        return {self._next: slow, limit: min(1 - slow, (rest - slow) / (1 - inside))}

    def _history(self) -> list[tuple[float, float, Mapping[float, float]]]:
        """Long ago, heavy and slow traffic; then health; an outage; recovery under load."""
        span = self.threshold.window / MINUTE
        rest = 1 - self.quantile
        return [
            (span / 2, 3000.0, {self._next: 0.9 * rest}),
            (span, 300.0, {}),
            (1, 300.0, {self._next: min(1.0, 0.6 * rest * span)}),
            (0.7 * span, 300.0, {}),
            (span + self._hold, 300.0, {self._next: 1.6 * rest}),
            (1.2 * span, 900.0, {}),
        ]

    def _load(
        self, phases: Sequence[tuple[float, float, Mapping[float, float]]], clock: Clock
    ) -> Load:
        durations = dict.fromkeys(each for _, _, shares in phases for each in shares)
        load = {
            each: steady([(m, rate * shares.get(each, 0)) for m, rate, shares in phases], clock)
            for each in durations
        }
        quick = [(m, rate * (1 - sum(shares.values()))) for m, rate, shares in phases]
        return {QUICK: steady(quick, clock), **load}

    def _story(
        self,
        case: Case,
        phases: Sequence[tuple[float, float, Mapping[float, float]]],
        clock: Clock,
        **faults: Sequence[int],
    ) -> Story:
        load = self._load(phases, clock)
        minutes = len(load[QUICK].counts) * clock.step / MINUTE
        scenario = Scenario(
            name=f"{self._name}: {case}",
            series=self._exposed(load, AUTOMATION, **faults),
            checks=checks([self._name], [self._watch(load, AUTOMATION)], minutes, clock),
        )
        return Story(self._name, case, scenario)

    def _apart(self, clock: Clock) -> Story:
        """Two services, each slow in its own way."""
        minutes = self._hold + 3
        ours = self._load([(minutes, 300.0, self._beside(1.02))], clock)
        theirs = self._load([(minutes, 900.0, self._beside(1.2))], clock)
        scenario = Scenario(
            name=f"{self._name}: {Case.APART}",
            series=self._exposed(ours, AUTOMATION) | self._exposed(theirs, OTHER),
            checks=checks(
                [self._name],
                [self._watch(ours, AUTOMATION), self._watch(theirs, OTHER)],
                minutes,
                clock,
            ),
        )
        return Story(self._name, Case.APART, scenario)

    def _exposed(self, load: Load, service: str, **faults: Sequence[int]) -> Series:
        """Two tools, or two instances: one has most of the slow ones, the other of the quick."""
        series: Series = {}
        apart = [{"tool": tool} for tool in self.tools] or [{}, {"instance": "another:3003"}]
        for part, more in zip(SPLIT, apart, strict=True):
            labels = {**target(service), **more}
            for bound in (*self.family.buckets, float("inf")):
                within = [
                    [each * (part if lasts == QUICK else 1 - part) for each in one.counts]
                    for lasts, one in load.items()
                    if lasts <= bound
                ]
                counts = [sum(each) for each in zip(*within, strict=True)]
                le = "+Inf" if bound == float("inf") else str(bound)
                series[named(self.family.bucket, le=le, **labels)] = counter(counts, **faults)
        return series

    def _watch(self, load: Load, service: str) -> Watch:
        limit, over = number(self.threshold.limit), window(self.threshold.window)
        percent = number(self.quantile * 100)
        told = Told(
            labels={"severity": self.threshold.severity, "service": service},
            summary=f"{service}: p{percent} of {self.what} is {{value}}",
            description=(
                f"{percent} % of the {self.what} of the last {over} took up to {{value}}; the "
                f"limit is {limit} s."
            ),
            runbook_url=self.runbook,
        )
        return Watch(
            self._name,
            self._condition(load),
            self.threshold.hold,
            lambda value: told.firing(humanized_seconds(value)),
        )

    def _condition(self, load: Load) -> Condition:
        def condition(at: float) -> float | None:
            observed = {lasts: one.within(at, self.threshold.window) for lasts, one in load.items()}
            value = quantile(self.quantile, observed, self.family.buckets)
            return value if value is not None and value > self.threshold.limit else None

        return condition


def quantile(
    share: float, observed: Mapping[float, float], bounds: Sequence[float]
) -> float | None:
    """The duration that `share` of the observations stay below, as buckets can tell it.

    Linear within a bucket, as Prometheus documents `histogram_quantile`; None without any.
    """
    total = sum(observed.values())
    if not total:
        return None
    rank = share * total
    for lower, upper in pairwise((0.0, *bounds)):
        below = sum(count for lasts, count in observed.items() if lasts <= lower)
        within = sum(count for lasts, count in observed.items() if lasts <= upper)
        if within >= rank:
            return lower + (upper - lower) * (rank - below) / (within - below)
    return bounds[-1]
