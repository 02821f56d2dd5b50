"""Stories of the recorded series: what the contract says each of them is, as a number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from opsconductor.contract import Recorded, recorded
from opsconductor.monitoring.scenario import Scenario, Series, Value, named
from opsconductor.monitoring.scenarios.indicator import Durations, Side, Streams
from opsconductor.monitoring.scenarios.ratio import Stretch, Traffic, traffic
from opsconductor.monitoring.scenarios.story import Case, Story
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock
from opsconductor.monitoring.slo.promise import Promise

SUBJECT = "recorded series"
LASTS = 12
EVALUATIONS = 60
"""In a window, at least, in the stories of long windows."""
PLAIN_FROM = 7200
"""Seconds: stories of longer windows have one series a side."""
DAY = 86_400
COARSE = 60
"""Seconds between samples in stories of days; divides the base window."""
TOOL = "tool"

Figure = Callable[[Traffic, float, int], float]
"""A figure of a traffic over a window (seconds) that ends at an instant (seconds)."""
Shown = Sequence[tuple[Promise, Streams | Durations]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One objective's traffic at an instant, as its recorded series must tell it."""

    promise: Promise
    shows: Streams | Durations
    of: Traffic
    at: float

    def values(self) -> Iterator[tuple[str, str, float]]:
        """Expressions with the series and the value that each must give."""
        labels, promise = self.promise.labels, self.promise
        for window in promise.windows:
            spelt = promise.name(window)
            for one, figure in (
                (recorded.error_rate(window, spelt), _failed),
                (recorded.event_rate(window, spelt), _counted),
                (recorded.error_ratio(window, spelt), _share),
            ):
                yield one.name, named(one.name, **labels), figure(self.of, self.at, window)
        for one, value in self._standing():
            yield one.name, named(one.name, **labels), value
        if promise.breakdown == TOOL and isinstance(self.shows, Streams):
            yield from self._by_tool(self.shows)

    def _standing(self) -> Iterator[tuple[Recorded, float]]:
        promise, clock = self.promise, self.of.failed.clock
        errors = self.of.failed.recorded(self.at, promise.kept)
        events = self.of.counted.recorded(self.at, promise.kept)
        yield recorded.OBJECTIVE, promise.target
        yield recorded.PERIOD, promise.period.seconds
        yield recorded.PERIOD_ERRORS, errors
        yield recorded.PERIOD_EVENTS, events
        yield recorded.COVERED, clock.covered(self.at, promise.kept)
        left = 1 - errors / events / promise.budget if events else 1.0
        yield recorded.BUDGET_LEFT, left

    def _by_tool(self, shows: Streams) -> Iterator[tuple[str, str, float]]:
        for tool, parts in shows.by(TOOL).items():
            failed = _failed(self.of, self.at, recorded.TOOL_ERROR_RATE.window) * parts[Side.BAD]
            window = recorded.TOOL_EVENT_RATE.window
            good = self.of.succeeded.within(self.at, window) / window * parts[Side.GOOD] + failed
            for one, value in (
                (recorded.TOOL_ERROR_RATE, failed),
                (recorded.TOOL_EVENT_RATE, good),
                (recorded.TOOL_ERROR_RATIO, failed / good if good else 0.0),
            ):
                yield one.name, named(one.name, **self.promise.labels, tool=tool), value


def stories(shown: Shown, clock: Clock) -> Iterator[Story]:
    """Each objective busy, idle, without a failure or a success, over days; and all at once."""
    for one in shown:
        busy = _busy(0, clock)
        yield _story(f"{one[0].title}, busy", Case.BELOW, [one], [busy])
        idle = traffic([Stretch(LASTS, 0)], clock)
        yield _story(f"{one[0].title}, idle", Case.NAN, [one], [idle])
        well = traffic([Stretch(LASTS, 30.0)], clock)
        yield _story(f"{one[0].title}, never failed", Case.ABSENT, [one], [well], {Side.GOOD})
        bad = traffic([Stretch(LASTS, 30.0, 1)], clock)
        yield _story(f"{one[0].title}, never succeeded", Case.ABSENT, [one], [bad], {Side.BAD})
        few = traffic([Stretch(LASTS, 0.9 / LASTS, 0.5)], clock)
        yield _story(f"{one[0].title}, hardly any traffic", Case.LOW, [one], [few], plain=True)
        yield from _windows(one, clock)
    apart = [_busy(number, clock) for number, _ in enumerate(shown)]
    yield _story("all at once", Case.APART, shown, apart)
    all_well = [traffic([Stretch(LASTS, 30.0 + n)], clock) for n, _ in enumerate(shown)]
    yield _story("nothing ever failed", Case.APART, shown, all_well, {Side.GOOD})
    all_bad = [traffic([Stretch(LASTS, 30.0 + n, 1)], clock) for n, _ in enumerate(shown)]
    yield _story("nothing ever succeeded", Case.APART, shown, all_bad, {Side.BAD})


def _busy(number: int, clock: Clock) -> Traffic:
    return traffic(
        [Stretch(8, 40.0 + number, 0.15, 0.2), Stretch(LASTS - 8, 25.0, 0.4, 0.1)], clock
    )


def _windows(one: tuple[Promise, Streams | Durations], clock: Clock) -> Iterator[Story]:
    """Each window alone: heavy, failing traffic just too long ago, and some just inside.

    The rules are evaluated rarely, so that days are told in a second: a recorded rate stands for
    the interval at which the rules are meant to be evaluated.
    """
    for length in sorted({*one[0].windows, one[0].kept}):
        minutes = length / MINUTE
        step = clock.step if length < DAY else COARSE
        every = max(clock.interval, round(length / EVALUATIONS / step) * step)
        slow = replace(clock, step=step, interval=every)
        past = [
            Stretch(0.45 * minutes, 90.0, 0.4, 0.2),
            Stretch(2 * every / MINUTE, 60.0),
            Stretch(0.3 * minutes, 20.0, 0.3, 0.1),
            Stretch(0.7 * minutes - every / MINUTE, 35.0, 0.1, 0.3),
        ]
        name = f"{one[0].title}, a window of {minutes:g} min"
        plain = length > PLAIN_FROM
        yield _story(name, Case.HISTORY, [one], [traffic(past, slow)], plain=plain)


def _story(  # noqa: PLR0913  what differs between the stories
    what: str,
    case: Case,
    shown: Shown,
    given: Sequence[Traffic],
    sides: Iterable[Side] = tuple(Side),
    *,
    plain: bool = False,
) -> Story:
    series: Series = {}
    found: dict[str, dict[str, float]] = {}
    clock, end = given[0].failed.clock, 0.0
    for (promise, shows), of in zip(shown, given, strict=True):
        end = of.minutes * MINUTE // clock.interval * clock.interval
        kept = shows.only(sides)
        series |= kept.expose(of, plain=plain)
        whole = Streams(kept.plain()) if plain and isinstance(kept, Streams) else kept
        for series_name, name, value in Seen(promise, whole, of, end).values():
            found.setdefault(promise.selected(series_name), {})[name] = value
    scenario = Scenario(
        name=f"{SUBJECT}: {what}",
        series=series,
        values=[Value(end / MINUTE, expression, samples) for expression, samples in found.items()],
        step=clock.step,
        evaluated_every=clock.interval,
    )
    return Story(SUBJECT, case, scenario)


def _failed(of: Traffic, at: float, window: int) -> float:
    return of.failed.within(at, window) / window


def _counted(of: Traffic, at: float, window: int) -> float:
    return of.counted.within(at, window) / window


def _share(of: Traffic, at: float, window: int) -> float:
    counted = of.counted.within(at, window)
    return of.failed.within(at, window) / counted if counted else 0.0
