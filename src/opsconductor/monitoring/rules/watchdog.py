"""The Watchdog: always firing, so that its absence tells that alerts no longer arrive."""

from opsconductor.contract import MONITORING
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.objectives import WATCHDOG, Severity


def alert(given: RuleSettings) -> AlertingRule:
    """The dead man's switch."""
    return AlertingRule(
        alert=WATCHDOG,
        expr="vector(1)",
        hold=0,
        severity=Severity.NONE,
        labels={"service": MONITORING},
        summary="Alerts are evaluated and delivered",
        description=(
            "Always firing. Its receiver raises the alarm when it stops hearing this alert, for "
            "then rules are not evaluated or messages are not delivered."
        ),
        runbook_url=given.runbook_url(WATCHDOG),
    )
