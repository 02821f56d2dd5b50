"""Stories of alerts on a share: failed of all, over one window or over two at once.

The crossing of a limit follows from the algebra of the SRE Workbook, chapter 5: a window L of
steady traffic that was healthy reaches the share `limit` after limit * L of total failure, and
falls below it again when a window S has forgotten enough of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, isclose

from opsconductor.monitoring.mutation.error import ProofError
from opsconductor.monitoring.scenario import Scenario, Series
from opsconductor.monitoring.scenarios.story import Case, Story
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, Events, steady
from opsconductor.monitoring.scenarios.watch import Condition, Watch, checks

HOUR = 3600
NEARLY_ALL, LOAD = 0.99, 2.7
"""What fails in an outage, and times how much traffic comes back after it."""
NUDGES = (1.0, 1.0013, 1.0029, 0.9983, 1.0071)
"""A story in which a figure is at its limit is told again with a little more or less traffic."""
BELOW, ABOVE = 0.98, 1.02
"""Just below and just above a limit: nearer than any slip that is worth catching."""


class BalanceError(ProofError):
    """At some instant a figure is at its limit, where rounding decides what follows."""


@dataclass(frozen=True)
class Traffic:
    """Events that failed, succeeded and were the caller's mistake."""

    failed: Events
    succeeded: Events
    mistaken: Events

    @cached_property
    def counted(self) -> Events:
        """What the share is of."""
        return self.failed + self.succeeded

    @property
    def minutes(self) -> float:
        """How long it lasts."""
        return len(self.failed.counts) * self.failed.clock.step / MINUTE


@dataclass(frozen=True, slots=True)
class Stretch:
    """`minutes` of steady traffic; `failing` and `mistaken` are shares of it."""

    minutes: float
    per_minute: float
    failing: float = 0
    mistaken: float = 0

    def nudged(self, by: float) -> "Stretch":
        """A little more traffic, of which a little less fails, or the other way round."""
        failing = min(1.0, self.failing * (2 - by))
        return replace(self, per_minute=self.per_minute * by, failing=failing)


def traffic(stretches: Sequence[Stretch], clock: Clock) -> Traffic:
    """The events of the stretches, one after the other."""

    def of(share: Callable[[Stretch], float]) -> Events:
        return steady([(one.minutes, one.per_minute * share(one)) for one in stretches], clock)

    return Traffic(
        of(lambda one: one.failing),
        of(lambda one: 1 - one.failing - one.mistaken),
        of(lambda one: one.mistaken),
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """An alert stays silent below `least` events in `window`: of failures, or of all requests."""

    least: float
    window: int
    failures: bool


def exceeding(
    of: Traffic, windows: Sequence[int], limit: float, guard: Guard | None = None
) -> Condition:
    """The share over the first window, while it is above the limit over every window."""

    def condition(at: float) -> float | None:
        shares = [_share(of, at, window) for window in windows]
        if any(isclose(share, limit, rel_tol=1e-6) for share in shares):
            raise BalanceError(f"the share is {limit}, the very limit, at {at} s")
        if not all(share > limit for share in shares):
            return None
        if guard:
            counted = (of.failed if guard.failures else of.counted).within(at, guard.window)
            if isclose(counted, guard.least, rel_tol=1e-6):
                raise BalanceError(f"there are {guard.least} events, just the least, at {at} s")
            if counted < guard.least:
                return None
        return shares[0]

    return condition


def _share(of: Traffic, at: float, window: int) -> float:
    counted = of.counted.within(at, window)
    return of.failed.within(at, window) / counted if counted > 0 else 0.0


def off_balance(tell: Callable[[float], Story]) -> Story:
    """The story, nudged until no figure of it is at its limit. Raises `BalanceError` where none."""
    for nudge in NUDGES[:-1]:
        with suppress(BalanceError):
            return tell(nudge)
    return tell(NUDGES[-1])


Watching = Callable[[Traffic], Sequence[Watch]]
Exposing = Callable[..., Series]
"""The series of a traffic; takes `restarts` and `missed`, steps of the clock, and `plain`: as few
series as tell it, for stories of many hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """An alert on a share; windows and hold in seconds, the longest window first."""

    subject: str
    alert: str
    limit: float
    windows: tuple[int, ...]
    hold: int
    guard: Guard | None
    per_minute: float
    watching: Watching
    exposing: Exposing
    mistakes: bool = False
    """Whether callers can make mistakes that do not count."""
    absent: Sequence[Watch] | None = ()
    """What fires under the same name where there is nothing at all; None: told elsewhere."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Labels that tell it from its namesakes, which are left out of its stories."""
    history_clock: Clock | None = None
    """How often the story of the longest past is evaluated, where not as often as the others."""

    def stories(self, clock: Clock) -> Iterator[Story]:
        """Every case that can happen to it."""
        yield self._story(Case.BELOW, self._just(BELOW), clock)
        yield self._story(Case.ABOVE, self._just(ABOVE), clock)
        slow = self.history_clock or clock
        yield self._story(Case.HISTORY, self._history(slow), slow, plain=self._long)
        if len(self.windows) > 1:
            yield self._story(Case.BELOW, self._one_below(long=True), clock, more=", long window")
            yield self._story(Case.BELOW, self._one_below(long=False), clock, more=", short window")
        yield self._story(Case.NAN, [Stretch(self._hold + 10, 0)], clock)
        if self.absent is not None:
            look = checks([self.alert], self.absent, self._hold + 10, clock)
            nothing = Scenario(name=self._name(Case.ABSENT), series={}, checks=look)
            yield Story(self.subject, Case.ABSENT, nothing)
        middle = [len(traffic(self._just(ABOVE), clock).failed.counts) // 2]
        yield self._story(Case.RESET, self._just(BELOW), clock, restarts=middle)
        yield self._story(Case.MISSED, self._just(BELOW), clock, missed=middle)
        if self.guard and self.guard.failures:
            yield self._story(Case.LOW, self._few(BELOW), clock)
            yield self._story(Case.LOW, self._few(ABOVE), clock, more=": just enough")
        if self.mistakes:
            only = [Stretch(5, self.per_minute), Stretch(self._hold + 10, self.per_minute, 0, 1)]
            yield self._story(Case.MISTAKES, only, clock)

    @property
    def _long(self) -> bool:
        return self.windows[0] >= HOUR

    @property
    def _hold(self) -> float:
        return self.hold / MINUTE

    def _name(self, case: Case) -> str:
        return f"{self.subject}: {case}"

    def _story(
        self,
        case: Case,
        stretches: Sequence[Stretch],
        clock: Clock,
        more: str = "",
        **how: object,
    ) -> Story:
        def tell(nudge: float) -> Story:
            return self._once(case, [one.nudged(nudge) for one in stretches], clock, more, **how)

        return off_balance(tell)

    def _once(
        self, case: Case, stretches: Sequence[Stretch], clock: Clock, more: str, **how: object
    ) -> Story:
        of = traffic(stretches, clock)
        scenario = Scenario(
            name=f"{self._name(case)}{more}",
            series=self.exposing(of, **how),
            checks=checks([self.alert], self.watching(of), of.minutes, clock),
            about=self.about,
            evaluated_every=clock.interval,
        )
        return Story(self.subject, case, scenario)

    def _just(self, factor: float) -> list[Stretch]:
        """A share just beside the limit from the first request on, and then health."""
        failing = self.limit * factor
        warm = self.guard.least / (failing * self.per_minute) if self.guard else 0
        return [
            Stretch(ceil(self._hold + warm) + 3, self.per_minute, failing),
            Stretch(2, self.per_minute),
        ]

    def _one_below(self, *, long: bool) -> list[Stretch]:
        """One window a little below the limit while the other is above it: both have to burn."""
        hold, short = self._hold, self.windows[-1] / MINUTE
        limit, errors = self.limit, 2 * (self.guard.least if self.guard else 0)
        rate = max(self.per_minute, errors / (limit * short))
        if long:
            return [Stretch(short, rate, 0.85 * limit), Stretch(short + hold, rate, 1.053 * limit)]
        burning = min(1.0, 2 * limit)
        return [
            Stretch(max(short, hold + 2), rate, burning),
            Stretch(short + hold + 2, rate, 0.95 * limit),
        ]

    def _few(self, factor: float) -> list[Stretch]:
        """So few requests that one more failure would matter; all of them fail."""
        least = self.guard.least if self.guard else 0
        quiet = self.hold / MINUTE + self.windows[-1] / MINUTE + 2
        return [Stretch(5, least * factor / 5, 1), Stretch(quiet, 0)]

    def _history(self, clock: Clock) -> list[Stretch]:
        """A past that each window must forget or keep, an outage, and a recovery under load.

        Long ago there was heavy traffic that failed at half the limit: whoever looks back too far
        sees it. A failure just within the long window leaves 0.6 of the limit in it: whoever looks
        back too little misses it, and is late. Then nearly all fails until the alert fires, a
        share of 2.1 limits fills the short window, and health returns with `LOAD` times the
        traffic.
        """
        long, short = self.windows[0] / MINUTE, self.windows[-1] / MINUTE
        step, limit, rate = clock.interval / MINUTE, self.limit, self.per_minute
        before = max(step, ceil(0.6 * limit * long / step) * step)
        outage = min(NEARLY_ALL, max(1.5 * limit, 0.4 * limit * long / (3.3 * step)))
        crossing = 0.4 * limit * long / outage
        return [
            Stretch(max(long / 4, 2 * step), 10 * rate, 0.5 * limit),
            Stretch(0.2 * long, rate),
            Stretch(before, rate, 0.6 * limit * long / before),
            Stretch(0.85 * long, rate),
            Stretch(crossing + self._hold + 4 * step, rate, outage),
            Stretch(short, rate, min(1.0, 2.1 * limit)),
            Stretch(1.2 * short, LOAD * rate),
        ]
