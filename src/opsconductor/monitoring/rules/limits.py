"""The limits in force: the objectives' defaults with the settings' thresholds over them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from opsconductor.objectives import (
    ALERTS,
    BURN_TIERS,
    OBJECTIVES,
    THRESHOLDS,
    BurnTier,
    Threshold,
)
from opsconductor.settings import Settings, SettingsError

SHARES = ("AIExecutionErrorRateHigh", "CanaryFailing", "DiskNearlyFull")
"""Alerts whose limit is a share, 0 to 1."""
FIXED = ("MetricsEndpointDown", "Watchdog")
"""Alerts that have no limit to set: a target is up or it is not."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds by alert name, and the burn tiers."""

    thresholds: Mapping[str, Threshold]
    tiers: tuple[BurnTier, ...]


def limits(settings: Settings) -> Limits:
    """The limits that the settings ask for. Raises `SettingsError` for one that cannot work."""
    chosen = settings.alerting.thresholds
    for alert, limit in chosen.items():
        _check(alert, limit)
    return Limits(
        thresholds={
            alert: replace(threshold, limit=chosen.get(alert, threshold.limit))
            for alert, threshold in THRESHOLDS.items()
        },
        tiers=tuple(
            replace(tier, factor=chosen.get(tier.alert, tier.factor)) for tier in BURN_TIERS
        ),
    )


def _check(alert: str, limit: float) -> None:
    where = f"alerting.thresholds.{alert}"
    if alert not in ALERTS:
        known = ", ".join(name for name in ALERTS if name not in FIXED)
        raise SettingsError(f"{where}: no such alert; the alerts are {known}")
    if alert in FIXED:
        raise SettingsError(f"{where}: this alert has no limit to set; remove the line")
    if limit < 0:
        raise SettingsError(f"{where}: {limit} is not a limit; give a number of 0 or more")
    if alert in SHARES and not limit < 1:
        raise SettingsError(
            f"{where}: {limit:g} is a share of 1 or more, which nothing can exceed; "
            "give 5 % as 0.05"
        )
    if alert in {tier.alert for tier in BURN_TIERS}:
        _check_factor(where, limit)


def _check_factor(where: str, factor: float) -> None:
    if factor == 0:
        raise SettingsError(f"{where}: a burn of 0 would fire without an error; give 1 or more")
    for objective in OBJECTIVES:
        if factor * objective.budget >= 1:
            raise SettingsError(
                f"{where}: {factor:g} times the budget of {objective.name} "
                f"({objective.budget:.3g}) is an error ratio of 1 or more, which nothing can "
                f"exceed; give less than {1 / objective.budget:.4g}"
            )
