"""Stories of alerts on how often something happens: errors, evictions, lost messages, silence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.scenario import Scenario, Series, named
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, Events, counter, lumps
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.objectives import Threshold

Phases = Sequence[tuple[float, float]]
"""(minutes, events a minute)."""
ROUNDING = 1e-9
"""Of the limit: a sum of shares of whole numbers is not quite the whole."""
SPLIT = (0.5, 0.5)
"""How the events of a group spread over its series, so that no single one tells the whole; halves
are exact in binary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An alert on the number of events in a window, or on their rate a second.

    `groups` has, for each set of events that is judged by itself, its series (name and labels)
    and what the alert then tells; `shown` writes the value into its sentence.
    """

    subject: str
    threshold: Threshold
    groups: Sequence[tuple[Sequence[tuple[str, Mapping[str, str]]], Told]]
    shown: Callable[[float], str]
    a_second: bool = False

    def stories(self, clock: Clock) -> Iterator[Story]:
        """Every case that can happen to a count."""
        window, hold = self._window, self.threshold.hold / MINUTE
        long = window + hold + 3
        yield self._story(Case.BELOW, [(long, self._just(0.98))], clock)
        yield self._story(Case.ABOVE, [(long, self._just(1.02)), (window + 2, 0)], clock)
        if self.a_second:
            yield self._story(Case.EXACTLY, [(long, self._just(1.0))], clock)
        burst = 3 * self._just(1.02)
        yield self._story(
            Case.HISTORY, [(window, 0), (window + hold + 2, burst), (1.5 * window, 0)], clock
        )
        yield self._story(Case.NAN, [(long, 0)], clock)
        yield Story(
            self.subject,
            Case.ABSENT,
            Scenario(
                name=f"{self.subject}: {Case.ABSENT}",
                series={},
                checks=checks([self.threshold.alert], [], long, clock),
            ),
        )
        yield self._story(Case.RESET, [(long, self._just(0.98))], clock, restarts=[11])
        yield self._story(Case.MISSED, [(long, self._just(0.98))], clock, missed=[12])
        if len(self.groups) > 1:
            yield self._apart(clock)

    @property
    def _window(self) -> float:
        return self.threshold.window / MINUTE

    def _just(self, factor: float) -> float:
        """Events a minute beside the limit; beside none at all: none, or 0.9 in a window."""
        if self.threshold.limit:
            return self.threshold.limit * factor * (MINUTE if self.a_second else 1 / self._window)
        return 0.9 / self._window if factor > 1 else 0.0

    def _story(self, case: Case, phases: Phases, clock: Clock, **faults: Sequence[int]) -> Story:
        """It happens to the first group; the others have seen nothing for long."""
        events = lumps(phases, clock)
        quiet = Events((0.0 for _ in events.counts), clock)
        each = [events, *(quiet for _ in self.groups[1:])]
        return self._told(case, each, clock, **faults)

    def _apart(self, clock: Clock) -> Story:
        """Every group at once, each with its own count."""
        minutes = self._window + self.threshold.hold / MINUTE + 3
        each = [
            lumps([(minutes, self._just(1.02) * number)], clock)
            for number, _ in enumerate(self.groups, 1)
        ]
        return self._told(Case.APART, each, clock)

    def _told(
        self, case: Case, each: Sequence[Events], clock: Clock, **faults: Sequence[int]
    ) -> Story:
        series: Series = {}
        watches = []
        for events, (names, told) in zip(each, self.groups, strict=True):
            parts = SPLIT if len(names) > 1 else (1.0,)
            for (name, labels), part in zip(names, parts, strict=True):
                counts = [one * part for one in events.counts]
                series[named(name, **labels)] = counter(counts, **faults)
            watches.append(self._watch(events, told))
        minutes = len(each[0].counts) * clock.step / MINUTE
        scenario = Scenario(
            name=f"{self.subject}: {case}",
            series=series,
            checks=checks([self.threshold.alert], watches, minutes, clock),
        )
        return Story(self.subject, case, scenario)

    def _watch(self, events: Events, told: Told) -> Watch:
        window, limit = self.threshold.window, self.threshold.limit

        def condition(at: float) -> float | None:
            value = events.within(at, window) / (window if self.a_second else 1)
            return value if value > limit * (1 + ROUNDING) else None

        return Watch(
            self.threshold.alert,
            condition,
            self.threshold.hold,
            lambda value: told.firing(self.shown(value)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """An alert that nothing happens any more, in any of the series."""

    subject: str
    threshold: Threshold
    names: Sequence[tuple[str, Mapping[str, str]]]
    told: Told
    around: Callable[[float], Series] = lambda _: {}
    """What else there is, for so many minutes."""

    def stories(self, clock: Clock) -> Iterator[Story]:
        """Every case that can happen to silence."""
        window, hold = self.threshold.window / MINUTE, self.threshold.hold / MINUTE
        busy, still = [(window + 3, 12.0)], [(window + hold + 3, 0.0)]
        yield self._story(Case.ABOVE, [*busy, *still, (3, 12.0)], clock)
        yield self._story(Case.NAN, still, clock)
        rare = lumps([(window + hold + 5, 0.9 / window)], clock)
        yield self._told(Case.LOW, [rare, *self._still(rare)], clock)
        enough = lumps([(2, 12.0), (window - 1.5, 0), (2, 12.0), (window - 1.5, 0)], clock)
        yield self._told(Case.BELOW, [*self._still(enough), enough], clock)
        yield self._story(Case.RESET, [(window + hold + 3, 12.0)], clock, restarts=[13])
        yield self._story(Case.MISSED, [(window + hold + 3, 12.0)], clock, missed=[13, 14])
        minutes = hold + 3
        watch = Watch(
            self.threshold.alert, lambda _: 1.0, self.threshold.hold, lambda _: self.told.firing()
        )
        scenario = Scenario(
            name=f"{self.subject}: {Case.ABSENT}",
            series=self.around(minutes),
            checks=checks([self.threshold.alert], [watch], minutes, clock),
        )
        yield Story(self.subject, Case.ABSENT, scenario)

    def _still(self, beside: Events) -> list[Events]:
        """Nothing happens in all the series but one."""
        return [Events((0.0 for _ in beside.counts), beside.clock) for _ in self.names[1:]]

    def _story(self, case: Case, phases: Phases, clock: Clock, **faults: Sequence[int]) -> Story:
        return self._told(case, [lumps(phases, clock) for _ in self.names], clock, **faults)

    def _told(
        self, case: Case, each: Sequence[Events], clock: Clock, **faults: Sequence[int]
    ) -> Story:
        minutes = len(each[0].counts) * clock.step / MINUTE
        series = {
            named(name, **labels): counter(one.counts, **faults)
            for one, (name, labels) in zip(each, self.names, strict=True)
        }

        def condition(at: float) -> float | None:
            # A window with a single sample in it has no increase, and says nothing.
            seen = sum(one.within(at, self.threshold.window) for one in each)
            return 0.0 if at >= clock.step and not seen else None

        watch = Watch(
            self.threshold.alert, condition, self.threshold.hold, lambda _: self.told.firing()
        )
        scenario = Scenario(
            name=f"{self.subject}: {case}",
            series=self.around(minutes) | series,
            checks=checks([self.threshold.alert], [watch], minutes, clock),
        )
        return Story(self.subject, case, scenario)
