"""When each alert fires, in a sentence with the figures in force."""

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import number, percent
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.objectives import (
    BURN_TIERS,
    MIN_ERRORS_FOR_BURN,
    MINUTE,
    BurnTier,
    Severity,
    Threshold,
    Unit,
)

ALWAYS = "Always: it is a dead man's switch."
_OF_NONE = (("No more than 0 ", "No "), ("More than 0 ", "Some "))
"""What is said of a limit of 0, and how people say it."""


def amount(value: float, unit: Unit) -> str:
    """A limit as a person writes it."""
    if unit in {Unit.SHARE, Unit.RATIO}:
        return percent(value)
    if unit is Unit.SECONDS:
        return duration(value) if value >= MINUTE else f"{number(value)} s"
    return number(value)


def tier_of(alert: str) -> BurnTier | None:
    """The burn tier with that name."""
    return next((tier for tier in BURN_TIERS if tier.alert == alert), None)


def condition(given: RuleSettings, alert: str) -> str:
    """What must be true, as one sentence; how long it must hold is `hold`."""
    tier, threshold = tier_of(alert), given.limits.thresholds.get(alert)
    if tier is not None:
        return _burn(tier, given.limits.factors.get(alert, tier.factor))
    if threshold is None:
        return ALWAYS
    text = threshold.condition.format(
        limit=amount(threshold.limit, threshold.unit), window=duration(threshold.window)
    )
    for said, plain in _OF_NONE:
        text = text.replace(said, plain)
    return text


def hold(given: RuleSettings, alert: str) -> str:
    """The rule's `for`."""
    one = _of(given, alert)
    return duration(one.hold) if one else "0s"


def severity(given: RuleSettings, alert: str) -> Severity:
    """How loudly the alert calls."""
    one = _of(given, alert)
    return one.severity if one else Severity.NONE


def _of(given: RuleSettings, alert: str) -> BurnTier | Threshold | None:
    return tier_of(alert) or given.limits.thresholds.get(alert)


def _burn(tier: BurnTier, factor: float) -> str:
    long, short = duration(tier.long_window), duration(tier.short_window)
    return (
        f"The burn rate of an objective is above {number(factor)} over {long} and still over "
        f"{short}, with at least {MIN_ERRORS_FOR_BURN} bad events in {long}."
    )
