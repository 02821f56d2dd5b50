"""Stories of alerts on a gauge: the disk, the number of series, a target that is down."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.scenario import Scenario, Series, named
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, notation
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.objectives import Threshold

Levels = Sequence[tuple[float, float | None]]
"""(minutes, value); None is a time without samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """An alert on a gauge that is above its limit, or below it.

    `name` and `labels` are the gauge's; `beside` are further gauges of the same name that are
    well, each with its labels; `well`, `below`, `exactly`, `above` are values: harmless, harmless
    but near the limit, at it, and beyond it. `absent` is what a gauge that is not there tells,
    None where it must tell nothing.
    """

    subject: str
    threshold: Threshold
    name: str
    labels: Mapping[str, str]
    beside: Sequence[Mapping[str, str]] = ()
    well: float
    below: float
    exactly: float | None
    above: float
    told: Told
    shown: Callable[[float], str] = lambda _: ""
    absent: Told | None = None
    around: Callable[[float], Series] = lambda _: {}

    def stories(self, clock: Clock) -> Iterator[Story]:
        """Every case that can happen to a gauge."""
        hold = self.threshold.hold / MINUTE
        yield self._story(Case.BELOW, [(hold + 3, self.below)], clock)
        if self.exactly is not None:
            yield self._story(Case.EXACTLY, [(hold + 3, self.exactly)], clock)
        yield self._story(
            Case.ABOVE, [(2, self.well), (hold + 3, self.above), (3, self.well)], clock
        )
        short = max(clock.step / MINUTE, hold - 0.5)
        blip = [(2.0, self.well), (short, self.above), (hold + 2, self.well)]
        yield self._story(Case.RECOVERY, blip, clock)
        missed = [(2.0, self.well), (1, self.above), (0.5, None), (hold + 3, self.above)]
        yield self._story(Case.MISSED, missed, clock)
        yield self._absent(clock)

    def _story(self, case: Case, levels: Levels, clock: Clock) -> Story:
        values = [
            value for minutes, value in levels for _ in range(round(minutes * MINUTE / clock.step))
        ]
        minutes = (len(values) - 1) * clock.step / MINUTE
        # A sample that was missed is covered by the one before it.
        seen = [values[i - 1] if value is None else value for i, value in enumerate(values)]

        def condition(at: float) -> float | None:
            value = seen[int(at // clock.step)]
            return value if value == self.above else None

        return self._told(
            case,
            {named(self.name, **self.labels): notation(values)},
            minutes,
            [
                Watch(
                    self.threshold.alert,
                    condition,
                    self.threshold.hold,
                    lambda value: self.told.firing(self.shown(value)),
                )
            ],
            clock,
        )

    def _absent(self, clock: Clock) -> Story:
        minutes = self.threshold.hold / MINUTE + 3
        told = self.absent
        watches = (
            []
            if told is None
            else [
                Watch(
                    self.threshold.alert,
                    lambda _: 1.0,
                    self.threshold.hold,
                    lambda _: told.firing(),
                )
            ]
        )
        return self._told(Case.ABSENT, {}, minutes, watches, clock)

    def _told(
        self,
        case: Case,
        series: Series,
        minutes: float,
        watches: Sequence[Watch],
        clock: Clock,
    ) -> Story:
        count = round(minutes * MINUTE / clock.step) + 1
        gone = case is Case.ABSENT and self.absent is not None
        well = {
            named(self.name, **labels): notation([self.well] * count)
            for labels in (() if gone else self.beside)
        }
        scenario = Scenario(
            name=f"{self.subject}: {case}",
            series=self.around(minutes) | well | series,
            checks=checks([self.threshold.alert], watches, minutes, clock),
        )
        return Story(self.subject, case, scenario)
