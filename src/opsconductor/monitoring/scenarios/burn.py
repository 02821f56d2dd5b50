"""Stories of the burn tiers: an error budget that is spent too fast."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from opsconductor.monitoring.scenario import Scenario, Series
from opsconductor.monitoring.scenarios.exactly import AtTheLimit
from opsconductor.monitoring.scenarios.figures import number, share, window
from opsconductor.monitoring.scenarios.indicator import Durations, Side, Streams
from opsconductor.monitoring.scenarios.ratio import (
    Guard,
    Share,
    Stretch,
    Traffic,
    exceeding,
    off_balance,
    traffic,
)
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.objectives import MIN_ERRORS_FOR_BURN, BurnTier

PER_MINUTE = 30.0
"""Half a request a second: a rate below 1, which is easily taken for none."""
DAY = 86_400
SLOWLY = 300
"""Seconds between evaluations in a story of days, so that it is told in seconds."""


Shown = Sequence[tuple[Promise, Streams | Durations]]


def stories(shown: Shown, clock: Clock) -> Iterator[Story]:
    """Every case of each tier of each objective; and all objectives at once, tier by tier."""
    for index, (promise, shows) in enumerate(shown):
        for tier in promise.tiers:
            yield from _share(promise, tier, shows, clock, first=not index).stories(clock)
            yield from AtTheLimit(promise, tier, shows, _told(promise, tier), clock).stories()
    for alert in dict.fromkeys(tier.alert for one, _ in shown for tier in one.tiers):
        for even in (False, True):
            yield off_balance(partial(_together, alert, shown, clock, even))


def _share(
    promise: Promise, tier: BurnTier, shows: Streams | Durations, clock: Clock, *, first: bool
) -> Share:
    """One tier of one objective; the first objective tells of absence as well."""
    limit = round(tier.factor * promise.budget, 12)
    mistakes = isinstance(shows, Streams) and any(o.side is Side.NEITHER for o in shows.each)
    slow = replace(clock, interval=SLOWLY) if tier.long_window >= DAY else clock
    return Share(
        subject=f"{tier.alert} {promise.title}",
        alert=tier.alert,
        limit=limit,
        windows=(tier.long_window, tier.short_window),
        hold=tier.hold,
        guard=Guard(MIN_ERRORS_FOR_BURN, tier.long_window, failures=True),
        per_minute=PER_MINUTE,
        watching=lambda of: [_watch(promise, tier, of)],
        exposing=shows.expose,
        mistakes=mistakes,
        absent=() if first else None,
        about=promise.labels,
        history_clock=slow,
    )


def _watch(promise: Promise, tier: BurnTier, of: Traffic) -> Watch:
    told = _told(promise, tier)
    limit = round(tier.factor * promise.budget, 12)
    guard = Guard(MIN_ERRORS_FOR_BURN, tier.long_window, failures=True)
    return Watch(
        tier.alert,
        exceeding(of, (tier.long_window, tier.short_window), limit, guard),
        tier.hold,
        lambda value: told.firing(f"{value / promise.budget:.1f}"),
    )


def _together(alert: str, shown: Shown, clock: Clock, even: bool, nudge: float) -> Story:  # noqa: FBT001  bound first
    """Every other objective burns, each at its own pace; between them are some that are well."""
    series: Series = {}
    watches: list[Watch] = []
    ours = [(one, shows, tier) for one, shows in shown for tier in one.tiers if tier.alert == alert]
    hold = max(tier.hold for _, _, tier in ours) / MINUTE
    for index, (promise, shows, tier) in enumerate(ours, 1):
        limit = tier.factor * promise.budget
        burns = bool(index % 2) is not even
        failing = limit * (1 + index / 50) if burns else limit * 0.1 * index
        steady = Stretch(2 * hold + 3, 600.0 * index, min(failing, 1.0))
        of = traffic([steady.nudged(nudge)], clock)
        series |= shows.expose(of)
        watches.append(_watch(promise, tier, of))
    scenario = Scenario(
        name=f"{alert}: {'even' if even else 'odd'} objectives burn",
        series=series,
        checks=checks([alert], watches, 2 * hold + 3, clock),
    )
    return Story(alert, Case.APART, scenario)


def _told(promise: Promise, tier: BurnTier) -> Told:
    runbook = promise.runbook or f"{promise.options.runbooks.rstrip('/')}/{tier.alert}"
    factor, budget = number(tier.factor), share(promise.budget)
    success = share(1 - tier.factor * promise.budget)
    return Told(
        labels={"severity": tier.severity, **promise.labels, "slo_tier": tier.tier},
        summary=(
            f"{promise.service}: the error budget of {promise.title} is spent {{value}} times "
            "too fast"
        ),
        description=(
            f"Over {window(tier.long_window)} the burn rate is {{value}}, and over "
            f"{window(tier.short_window)} still above {factor} (success below {success}); at a "
            f"burn rate of 1 the budget of {budget} lasts exactly its period."
        ),
        runbook_url=runbook,
    )
