"""The limits in force: the objectives' defaults with the settings' thresholds over them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from opsconductor.objectives import (
    ALERTS,
    BURN_TIERS,
    THRESHOLDS,
    WATCHDOG,
    Threshold,
    Unit,
)
from opsconductor.settings import Settings, SettingsError

FIXED = (*(alert for alert, one in THRESHOLDS.items() if one.unit == Unit.STATE), WATCHDOG)
"""Alerts that have no limit to set: a target is up or it is not, an indicator there or not."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds by alert name, and the factors of the burn tiers that were chosen."""

    thresholds: Mapping[str, Threshold]
    factors: Mapping[str, float]


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
        factors={tier.alert: chosen[tier.alert] for tier in BURN_TIERS if tier.alert in chosen},
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
    if alert in THRESHOLDS and THRESHOLDS[alert].unit == Unit.SHARE and not limit < 1:
        raise SettingsError(
            f"{where}: {limit:g} is a share of 1 or more, which nothing can exceed; "
            "give 5 % as 0.05"
        )
    if alert in {tier.alert for tier in BURN_TIERS} and limit == 0:
        raise SettingsError(f"{where}: a burn of 0 would fire without an error; give 1 or more")
