"""The limit at which an alert fires: the user's where the settings name one, else the default."""

from opsconductor.objectives import THRESHOLDS
from opsconductor.settings import Settings


def limit(settings: Settings, alert: str) -> float:
    """The alert's limit in the unit of its signal; the rules read the same two places."""
    return settings.alerting.thresholds.get(alert, THRESHOLDS[alert].limit)
