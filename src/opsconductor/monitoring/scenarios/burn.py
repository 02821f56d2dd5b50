"""Stories of the burn tiers: an error budget that is spent too fast."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsconductor.monitoring.scenarios.figures import number, share, window
from opsconductor.monitoring.scenarios.indicator import Durations, Side, Streams
from opsconductor.monitoring.scenarios.ratio import Guard, Share, Traffic, exceeding
from opsconductor.monitoring.scenarios.story import Story, Told
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.monitoring.scenarios.watch import Watch
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.objectives import MIN_ERRORS_FOR_BURN, BurnTier

PER_MINUTE = 30.0
"""Half a request a second: a rate below 1, which is easily taken for none."""
DAY = 86_400
SLOWLY = 300
"""Seconds between evaluations in a story of days, so that it is told in seconds."""


def tier_stories(
    promise: Promise,
    tier: BurnTier,
    shows: Streams | Durations,
    clock: Clock,
    *,
    first: bool,
) -> Iterator[Story]:
    """Every case of one tier of one objective; the `first` objective tells of absence as well."""
    told = _told(promise, tier, promise.runbook or f"{promise.options.runbooks.rstrip('/')}/{tier.alert}")
    limit = round(tier.factor * promise.budget, 12)
    windows = (tier.long_window, tier.short_window)
    guard = Guard(MIN_ERRORS_FOR_BURN, tier.long_window, failures=True)

    def watching(of: Traffic) -> Sequence[Watch]:
        condition = exceeding(of, windows, limit, guard)
        return [
            Watch(
                tier.alert,
                condition,
                tier.hold,
                lambda value: told.firing(f"{value / promise.budget:.1f}"),
            )
        ]

    mistakes = isinstance(shows, Streams) and any(o.side is Side.NEITHER for o in shows.each)
    slow = replace(clock, interval=SLOWLY) if tier.long_window >= DAY else clock
    yield from Share(
        subject=f"{tier.alert} {promise.title}",
        alert=tier.alert,
        limit=limit,
        windows=windows,
        hold=tier.hold,
        guard=guard,
        per_minute=PER_MINUTE,
        watching=watching,
        exposing=shows.expose,
        mistakes=mistakes,
        absent=() if first else None,
        history_clock=slow,
    ).stories(clock)


def _told(promise: Promise, tier: BurnTier, runbook: str) -> Told:
    factor, budget = number(tier.factor), share(promise.budget)
    success = share(1 - tier.factor * promise.budget)
    return Told(
        labels={"severity": tier.severity, **promise.labels, "slo_tier": tier.tier},
        summary=(
            f"{promise.service}: the error budget of {promise.title} is spent {{value}} times "
            "too fast"
        ),
        description=(
            f"Over {window(tier.long_window)} errors spend the budget of {budget} {{value}} times "
            f"as fast as it lasts, and over {window(tier.short_window)} still more than {factor} "
            f"times; the limit is {factor} (success below {success})."
        ),
        runbook_url=runbook,
    )
