"""Stories in which a burn tier's figures are exactly at their limits: the tier wants more.

A share is a quotient of sums of rates, and few of them come out as the very limit in binary. So
numbers of events are looked for with which the same arithmetic does; where there are none, or the
window is added up from many rates, the story is not told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from opsconductor.monitoring.scenario import Scenario
from opsconductor.monitoring.scenarios.indicator import Durations, Streams
from opsconductor.monitoring.scenarios.ratio import Guard, Traffic, exceeding
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, SUMMED_FROM, Clock, Events
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.objectives import MIN_ERRORS_FOR_BURN, BurnTier

MULTIPLES = range(1, 80)
SHORT_OF = 0.07
AFTER = 8.0
"""Minutes that a story goes on: a window added up from rates lags by five."""


@dataclass(frozen=True, slots=True)
class AtTheLimit:
    """One tier of one objective; `told` is what it tells when it does fire."""

    promise: Promise
    tier: BurnTier
    shows: Streams | Durations
    told: Told
    clock: Clock

    def stories(self) -> Iterator[Story]:
        """Either window exactly at its limit, and just as many errors as are wanted."""
        long, short = self.tier.long_window, self.tier.short_window
        if self.clock.left_open:
            # What is scaled up does not come out to the bit.
            return
        if long <= SUMMED_FROM and (found := self._counts(long)):
            # The long window holds both bursts, the short one only what failed.
            yield self._silent("long window", [(0, found[1]), (found[0], 0)])
        if found := self._counts(short):
            # Too few errors for the first burst to count; with them the long window is above.
            few = MIN_ERRORS_FOR_BURN - 1
            yield self._silent("short window", [(few, 0), found])
        yield self._enough()

    def _counts(self, window: int) -> tuple[int, int] | None:
        """Bad and good events whose recorded share over the window is the limit, to the bit."""
        budget, factor = self.promise.budget, self.tier.factor
        share = Fraction(factor * budget).limit_denominator(100_000)
        a_second = 1 / window
        for multiple in MULTIPLES:
            bad, whole = share.numerator * multiple, share.denominator * multiple
            good = whole - bad
            if isinstance(self.shows, Durations):
                events = whole * a_second
                errors = events - good * a_second
            else:
                errors = bad * a_second
                events = good * a_second + errors
            if bad >= MIN_ERRORS_FOR_BURN and errors / events / budget == factor:
                return bad, good
        return None

    def _silent(self, which: str, bursts: Sequence[tuple[int, int]]) -> Story:
        return self._story(f"{which} {Case.EXACTLY}", Case.EXACTLY, self._traffic(bursts), [])

    def _traffic(self, bursts: Sequence[tuple[int, int]]) -> Traffic:
        """Two bursts, (bad, good) in one step each, so far apart that the short window forgets."""
        step, tier = self.clock.step, self.tier
        apart = tier.short_window // step + 2
        count = apart + (tier.hold + round(AFTER * MINUTE)) // step + 2
        failed, succeeded = [0.0] * count, [0.0] * count
        for at, (bad, good) in zip((0, apart), bursts, strict=True):
            failed[at], succeeded[at] = float(bad), float(good)
        nothing = Events([0.0] * count, self.clock)
        return Traffic(Events(failed, self.clock), Events(succeeded, self.clock), nothing)

    def _enough(self) -> Story:
        """Whole events: with the last of so many errors the tier begins to count."""
        tier = self.tier
        limit = round(tier.factor * self.promise.budget, 12)
        # A little less than so many: no figure is at its limit.
        guard = Guard(MIN_ERRORS_FOR_BURN - SHORT_OF, tier.long_window, failures=True)
        of = self._traffic([(0, 0), (MIN_ERRORS_FOR_BURN, 0)])
        watch = Watch(
            tier.alert,
            exceeding(of, (tier.long_window, tier.short_window), limit, guard),
            tier.hold,
            lambda value: self.told.firing(f"{value / self.promise.budget:.1f}"),
        )
        return self._story(f"just {MIN_ERRORS_FOR_BURN} errors", Case.LOW, of, [watch])

    def _story(self, what: str, case: Case, of: Traffic, watches: Sequence[Watch]) -> Story:
        subject = f"{self.tier.alert} {self.promise.title}"
        scenario = Scenario(
            name=f"{subject}: {what}",
            series=self.shows.expose(of, plain=True),
            checks=checks([self.tier.alert], watches, of.minutes, self.clock),
            about=self.promise.labels,
        )
        return Story(subject, case, scenario)
