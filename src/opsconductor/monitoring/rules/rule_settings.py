"""What every rule takes from the settings, worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.monitoring.durations import TimeScale
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.rules.limits import Limits, limits
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.objectives import Threshold
from opsconductor.settings import Settings

SCRAPES_IN_A_WINDOW = 4
"""A scaled window covers at least so many scrapes: two make a rate, and some are late."""


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The settings, the limits in force and the scale of time."""

    settings: Settings
    limits: Limits
    scale: TimeScale

    def threshold(self, alert: str) -> Threshold:
        """The limit, window and hold of an alert, unscaled."""
        return self.limits.thresholds[alert]

    def window(self, alert: str) -> str:
        """The alert's window as a range selector writes it."""
        return self.scale.window(self.threshold(alert).window)

    def limit(self, alert: str) -> str:
        """The alert's limit as PromQL writes it."""
        return number(self.threshold(alert).limit)

    def runbook_url(self, alert: str) -> str:
        """Where the alert's runbook is read."""
        local = f"{self.settings.url(self.settings.console.port)}/runbooks"
        return f"{(self.settings.alerting.runbook_base_url or local).rstrip('/')}/{alert}"

    def alert(
        self, alert: str, *, expr: str, summary: str, description: str, **labels: str
    ) -> AlertingRule:
        """A rule with the hold and severity of the alert's threshold."""
        threshold = self.threshold(alert)
        return AlertingRule(
            alert=alert,
            expr=expr,
            hold=self.scale.hold(threshold.hold),
            severity=threshold.severity,
            labels=_ordered(labels),
            summary=summary,
            description=description,
            runbook_url=self.runbook_url(alert),
        )


def rule_settings(settings: Settings) -> RuleSettings:
    """Raises `SettingsError` for a threshold that cannot work."""
    prometheus = settings.prometheus
    slowest = max(prometheus.scrape_interval_seconds, prometheus.automation_scrape_interval_seconds)
    scale = TimeScale(settings.alerting.time_scale, SCRAPES_IN_A_WINDOW * slowest)
    return RuleSettings(settings, limits(settings), scale)


def _ordered(labels: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(labels.items()))
