"""The health summary in the top bar."""

from opsconductor.console.alert_board import AlertBoard
from opsconductor.console.templating import Pill
from opsconductor.objectives import WATCHDOG, Severity

_TONE_OF_SEVERITY = {Severity.CRITICAL: "crit", Severity.WARNING: "warn"}


def health_pill(board: AlertBoard) -> Pill:
    """How many alerts fire, coloured by the worst; the Watchdog fires always and is left out."""
    if board.rules.taken_at is None:
        return Pill("idle", "no alert data", board.rules.error or "Prometheus was not asked yet")
    firing = [
        alert.labels
        for rule in board.alerting_rules()
        for alert in rule.alerts
        if alert.state == "firing" and rule.name != WATCHDOG
    ]
    title = ", ".join(sorted({labels.get("alertname", "?") for labels in firing}))
    if board.rules.error:
        return Pill("warn", f"{len(firing)} firing, stale", board.rules.error)
    if not firing:
        return Pill("ok", "all quiet", "No alert is firing")
    severities = {labels.get("severity") for labels in firing}
    worst = next((tone for name, tone in _TONE_OF_SEVERITY.items() if name in severities), "info")
    return Pill(worst, f"{len(firing)} firing", title)
