"""The board's rules and deliveries as the rows of the Alerts page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from opsconductor.client.alertmanager import Alert, Silence
from opsconductor.client.prometheus import Rule, RuleAlert
from opsconductor.console.alert_board import AlertBoard, Delivery
from opsconductor.objectives import RECEIVERS, WATCHDOG, Severity

State = Literal["firing", "pending", "inactive"]
STATES: tuple[State, ...] = ("firing", "pending", "inactive")

TONES: Mapping[str, str] = {
    Severity.CRITICAL: "crit",
    Severity.WARNING: "warn",
    Severity.INFO: "info",
    Severity.NONE: "idle",
}
_WORST_FIRST = {severity.value: rank for rank, severity in enumerate(Severity)}
_SHOWN_APART = frozenset({"alertname", "severity"})
_FIGURES = 4


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert, or one rule without any.

    `held_back` says what keeps it from being delivered; `broken` what the rule fails with.
    """

    name: str
    state: State
    severity: str
    tone: str
    since: datetime | None
    value: str
    labels: Mapping[str, str]
    summary: str
    description: str
    receivers: Sequence[str]
    held_back: str
    broken: str
    query: str
    runbook_url: str
    expected: bool


@dataclass(frozen=True, slots=True)
class PostedRow:
    """An alert that Alertmanager holds and no rule of ours made, for instance a drill."""

    name: str
    severity: str
    tone: str
    since: datetime
    labels: Mapping[str, str]
    summary: str
    receivers: Sequence[str]
    held_back: str


def rows(board: AlertBoard) -> list[AlertRow]:
    """Every alert and every quiet rule: firing ones first, the worst severity first."""
    delivery = board.delivery.value
    found = [row for rule in board.alerting_rules() for row in _rows_of(rule, delivery)]
    return sorted(
        found,
        key=lambda row: (
            row.expected,
            STATES.index(row.state),
            _WORST_FIRST.get(row.severity, len(_WORST_FIRST)),
            row.name,
        ),
    )


def posted(board: AlertBoard) -> list[PostedRow]:
    """What Alertmanager holds beside the alerts of our rules."""
    known = {rule.name for rule in board.alerting_rules()}
    delivery = board.delivery.value
    return [
        PostedRow(
            name=alert.labels.get("alertname", "unnamed"),
            severity=alert.labels.get("severity", "-"),
            tone=TONES.get(alert.labels.get("severity", ""), "idle"),
            since=alert.starts_at,
            labels=_apart(alert.labels),
            summary=alert.annotations.get("summary", ""),
            receivers=[receiver.name for receiver in alert.receivers],
            held_back=_held_back(alert, delivery.silences),
        )
        for alert in delivery.alerts
        if known and alert.labels.get("alertname") not in known
    ]


def shown_value(text: str) -> str:
    """Prometheus's value with the figures that a person reads."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return {"nan": "not a number", "inf": "infinite"}.get(str(abs(value)), text)
    return f"{value:.{_FIGURES}g}"


def _rows_of(rule: Rule, delivery: Delivery) -> list[AlertRow]:
    if not rule.alerts:
        return [_row(rule, None, delivery)]
    return [_row(rule, alert, delivery) for alert in rule.alerts]


def _row(rule: Rule, alert: RuleAlert | None, delivery: Delivery) -> AlertRow:
    labels = alert.labels if alert else _unfilled(rule.labels)
    # A rule's own annotations are templates; only an alert's are filled in.
    annotations = alert.annotations if alert else {}
    severity = labels.get("severity", rule.labels.get("severity", "-"))
    held = _delivered(alert, delivery.alerts)
    return AlertRow(
        name=rule.name,
        state=alert.state if alert else "inactive",
        severity=severity,
        tone=TONES.get(severity, "idle"),
        since=_moment(alert.active_at) if alert else None,
        value=shown_value(alert.value) if alert else "",
        labels=_apart(labels),
        summary=annotations.get("summary", ""),
        description=annotations.get("description", ""),
        receivers=[receiver.name for receiver in held.receivers] if held else _route(severity),
        held_back=_held_back(held, delivery.silences) if held else "",
        broken=rule.last_error if rule.health == "err" else "",
        query=rule.query,
        runbook_url=rule.annotations.get("runbook_url", ""),
        expected=rule.name == WATCHDOG,
    )


def _unfilled(labels: Mapping[str, str]) -> dict[str, str]:
    """A quiet rule's labels; a template says nothing before there is an alert to fill it."""
    return {name: "any" if "{{" in value else value for name, value in labels.items()}


def _apart(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: labels[name] for name in sorted(labels) if name not in _SHOWN_APART}


def _route(severity: str) -> list[str]:
    try:
        return [RECEIVERS[Severity(severity)].value]
    except ValueError:
        return []


def _delivered(alert: RuleAlert | None, held: Sequence[Alert]) -> Alert | None:
    """Alertmanager's view of the alert; it carries the external labels besides."""
    if alert is None or alert.state != "firing":
        return None
    wanted = alert.labels.items()
    return next((one for one in held if wanted <= one.labels.items()), None)


def _held_back(alert: Alert, silences: Mapping[str, Silence]) -> str:
    if alert.status.silenced_by:
        silence = silences.get(alert.status.silenced_by[0])
        if silence is None:
            return "silenced"
        until = silence.ends_at.strftime("%Y-%m-%d %H:%M UTC")
        return f"silenced until {until} by {silence.created_by}: {silence.comment}"
    return "inhibited by a worse alert" if alert.status.inhibited_by else ""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
