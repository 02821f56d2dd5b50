"""Stories of the burn tiers: an error budget that is spent too fast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.scenario import Scenario, Value, named
from opsconductor.monitoring.scenarios.figures import number, share, window
from opsconductor.monitoring.scenarios.ratio import (
    Exposing,
    Guard,
    Share,
    Traffic,
    exceeding,
)
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.monitoring.scenarios.watch import Watch
from opsconductor.objectives import MIN_ERRORS_FOR_BURN, BurnTier, Objective

PER_MINUTE = 30.0
"""Half a request a second: a rate below 1, which is easily taken for none."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """How an objective's events show in the metrics.

    `ratios` are the recorded shares by window in seconds, whose value is stated too.
    """

    exposing: Exposing
    mistakes: bool


def tier_stories(
    objective: Objective, tier: BurnTier, indicator: Indicator, runbook: str, clock: Clock
) -> Iterator[Story]:
    """Every case of one tier of one objective."""
    told = _told(objective, tier, runbook)
    limit = round(tier.factor * objective.budget, 12)
    windows = (tier.long_window, tier.short_window)
    guard = Guard(MIN_ERRORS_FOR_BURN, tier.long_window, failures=True)

    def watching(of: Traffic) -> Sequence[Watch]:
        return [
            Watch(
                tier.alert,
                exceeding(of, windows, limit, guard),
                tier.hold,
                lambda value: told.firing(f"{value / objective.budget:.1f}"),
            )
        ]

    yield from Share(
        subject=f"{tier.alert} {objective.name}",
        alert=tier.alert,
        limit=limit,
        windows=windows,
        hold=tier.hold,
        guard=guard,
        per_minute=PER_MINUTE,
        watching=watching,
        exposing=indicator.exposing,
        mistakes=indicator.mistakes,
    ).stories(clock)


def _told(objective: Objective, tier: BurnTier, runbook: str) -> Told:
    factor, budget = number(tier.factor), share(objective.budget)
    success = share(1 - tier.factor * objective.budget)
    return Told(
        labels={
            "severity": tier.severity,
            "service": objective.service,
            "slo": objective.name,
        },
        summary=(
            f"{objective.service}: the error budget of {objective.name} is spent {{value}} times "
            "too fast"
        ),
        description=(
            f"Over {window(tier.long_window)} errors spend the budget of {budget} {{value}} times "
            f"as fast as it lasts, and over {window(tier.short_window)} still more than {factor} "
            f"times; the limit is {factor} (success below {success})."
        ),
        runbook_url=runbook,
    )
