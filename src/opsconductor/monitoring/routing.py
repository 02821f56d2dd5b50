"""Who must be told about which alert, and which alert keeps quiet beside which: the intent.

Written from what the system promises its operators, not from Alertmanager's configuration, so that
the configuration can be held against it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsconductor.contract import AUTOMATION, MONITORING, PIPELINE
from opsconductor.objectives import ALERTS, BURN_TIERS, RECEIVERS, WATCHDOG, Receiver, Severity

Labels = Mapping[str, str]

SERVICES = (AUTOMATION, PIPELINE, MONITORING)
UNFORESEEN = "page-me"
"""A severity that nobody foresaw: its alert must still be seen."""
DOWN, ERROR_RATE, SUCCESS = "MetricsEndpointDown", "AIExecutionErrorRateHigh", "execution-success"
FAST, *SLOWER = (tier.alert for tier in BURN_TIERS)
FILLED: Mapping[str, str] = {"service": AUTOMATION, "tool": "echo"}
"""What a label stands for that a rule takes from its expression."""


@dataclass(frozen=True, slots=True)
class Route:
    """An alert's labels, and the one receiver that must get it."""

    labels: Labels
    receiver: str


def receiver(labels: Labels) -> str:
    """The receiver of an alert with these labels.

    A drill goes to the inbox, whatever it is; the Watchdog to the dead man's switch; any other
    alert where its severity goes, and one of a severity that nobody foresaw to Slack.
    """
    severity = labels.get("severity", "")
    by_severity = {str(each): to.value for each, to in RECEIVERS.items() if each != Severity.NONE}
    if labels.get("drill") == "true":
        return f"inbox-{by_severity.get(severity, Receiver.EMAIL.value)}"
    if labels.get("alertname") == WATCHDOG:
        return Receiver.WATCHDOG.value
    return by_severity.get(severity, Receiver.SLACK.value)


def matrix() -> Iterator[Route]:
    """Every alert with every severity, of every service, in earnest and as a drill."""
    for alert in ALERTS:
        for severity in (*map(str, Severity), UNFORESEEN):
            for service in SERVICES:
                for drill in ({}, {"drill": "true"}):
                    labels = {
                        "alertname": alert, "severity": severity, "service": service, **drill,
                    }  # fmt: skip
                    yield Route(labels, receiver(labels))


def own(rules: Iterable[tuple[str, Labels]]) -> tuple[Labels, ...]:
    """The labels with which each alerting rule (its name, its labels) fires, each once."""
    found = [
        {
            "alertname": alert,
            **{
                label: FILLED.get(label, "something") if "{{" in value else value
                for label, value in labels.items()
            },
        }
        for alert, labels in rules
    ]
    return tuple({str(sorted(labels.items())): labels for labels in found}.values())


def quiet(source: Labels, target: Labels) -> bool:
    """Whether `target` must keep quiet while `source` fires.

    - A fast burn says what the slower tiers of the same objective say, more loudly; the fast burn
      of execution-success also says what the error rate of its service says.
    - Of a service whose metrics endpoint is down nothing else is worth a message. The monitoring's
      own endpoints are processes apart: there only what is about the same process keeps quiet.
    - A drill silences nothing and is never silenced, and nobody silences the Watchdog.
    """
    if "true" in {source.get("drill"), target.get("drill")}:
        return False
    one, other = source.get("alertname"), target.get("alertname")
    if one == FAST:
        same = _agree(source, target, "service", "slo", "objective")
        success = source.get("slo") == SUCCESS and _agree(source, target, "service")
        return (other in SLOWER and same) or (other == ERROR_RATE and success)
    if one == DOWN and other not in {DOWN, WATCHDOG}:
        process = ("service", "job") if source.get("service") == MONITORING else ("service",)
        return _agree(source, target, *process)
    return False


def _agree(source: Labels, target: Labels, *labels: str) -> bool:
    return all(source.get(label, "") == target.get(label, "") for label in labels)


def pairs(known: Sequence[Labels]) -> Iterator[tuple[Labels, Labels]]:
    """Every alert beside every other, and beside drills and namesakes of another service."""
    drills = [
        {**labels, "drill": "true"} for labels in known if labels["alertname"] in {FAST, DOWN}
    ]
    elsewhere = [
        {**labels, "service": PIPELINE if labels.get("service") == AUTOMATION else AUTOMATION}
        for labels in known
    ]
    louder = [labels for labels in known if labels["alertname"] in {FAST, DOWN}]
    for source in known:
        for target in known:
            if source != target:
                yield source, target
    for source in drills:
        yield from ((source, target) for target in known)
    for source in louder:
        yield from ((source, target) for target in (*elsewhere, *drills) if source != target)
