"""How well alerts told of incidents: detected or missed, how fast, and what rang for nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from opsconductor.monitoring.backtest.alert_state import Episode
from opsconductor.monitoring.backtest.incidents import Incident
from opsconductor.monitoring.backtest.outcome import Alert, Labels, Outcome, RuleOutcome, Verdict


class Told(StrEnum):
    """What became of an incident, or of one alert that it expects."""

    DETECTED = "detected"
    MISSED = "missed"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """An alert that fired for an incident; durations in milliseconds.

    `time_to_detect` counts from the incident's start to the firing, 0 where it fired already;
    `time_to_reset` from the incident's end to the end of the last firing for it, 0 where that was
    before, None where the history ends first. `budget_spent` is the share of the error budget of
    the objective's period that the incident had spent at the detection.
    """

    alert: str
    labels: Labels
    fired: int
    time_to_detect: int
    time_to_reset: int | None
    budget_spent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentScore:
    """One incident: the alerts that told of it, the first one first, and the names that did not."""

    incident: Incident
    told: Told
    why: str = ""
    detections: tuple[Detection, ...] = ()
    missed: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertScore:
    """All alerts of one name against all incidents that could be judged.

    A firing is true when it overlaps an incident that expects it, beside when it overlaps only
    incidents that expect others, false when it overlaps none. A heartbeat reads nothing and
    fires always; it is held against no incident.
    """

    alert: str
    verdict: Verdict
    heartbeat: bool = False
    true: int = 0
    beside: int = 0
    false: int = 0
    expected: int = 0
    detected: int = 0

    @property
    def precision(self) -> float | None:
        """Of the firings that are held against incidents, the share that are true."""
        held = self.true + self.false
        return self.true / held if held else None

    @property
    def recall(self) -> float | None:
        """Of the incidents that expect it, the share that it told of."""
        return self.detected / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class Scores:
    """Every incident and every alert name."""

    incidents: tuple[IncidentScore, ...]
    alerts: tuple[AlertScore, ...]

    @property
    def precision(self) -> float | None:
        """Over all alerts."""
        held = sum(one.true + one.false for one in self.alerts)
        return sum(one.true for one in self.alerts) / held if held else None

    @property
    def recall(self) -> float | None:
        """The share of the judged incidents that were detected."""
        judged = [one for one in self.incidents if one.told is not Told.UNPROVEN]
        found = [one for one in judged if one.told is Told.DETECTED]
        return len(found) / len(judged) if judged else None


def scores(outcome: Outcome, incidents: Sequence[Incident]) -> Scores:
    """Hold the firings against the incidents."""
    told = tuple(_incident(outcome, one) for one in incidents)
    judged = [one for one in told if not one.why]
    names = dict.fromkeys(rule.rule.name for rule in outcome.rules)
    return Scores(told, tuple(_alert(outcome, name, judged) for name in names))


def is_heartbeat(rule: RuleOutcome) -> bool:
    """Whether the rule reads nothing and so fires always, as a dead man's switch does."""
    return not rule.inputs


def _incident(outcome: Outcome, incident: Incident) -> IncidentScore:
    why = _outside(outcome, incident)
    if why:
        return IncidentScore(incident=incident, told=Told.UNPROVEN, why=why)
    detections = tuple(
        sorted(
            (
                found
                for rule in outcome.proven
                if not is_heartbeat(rule)
                for alert in rule.alerts
                if (found := detection(rule.rule.name, alert, incident))
            ),
            key=lambda one: one.fired,
        )
    )
    fired = {one.alert for one in detections}
    absent = [name for name in incident.alerts if name not in fired]
    proven = {rule.rule.name for rule in outcome.proven}
    missed = tuple(name for name in absent if name in proven)
    unproven = tuple(name for name in absent if name not in proven)
    if missed or (not detections and not unproven and outcome.proven):
        told = Told.MISSED
    else:
        told = Told.UNPROVEN if unproven or not detections else Told.DETECTED
    return IncidentScore(
        incident=incident, told=told, detections=detections, missed=missed, unproven=unproven
    )


def _outside(outcome: Outcome, incident: Incident) -> str:
    first, last = outcome.judged
    if incident.end < first or incident.start > last:
        return "it lies outside the history"
    if incident.start < first:
        return "it began before the history"
    return ""


def detection(name: str, alert: Alert, incident: Incident) -> Detection | None:
    """How the alert told of the incident; None where it did not, or is not expected to."""
    if not incident.expects(name, alert.labels):
        return None
    there = [one for one in alert.firings if overlaps(one, incident)]
    if not there:
        return None
    fired = max(there[0].fired or 0, incident.start)
    ended = there[-1].ended
    return Detection(
        alert=name,
        labels=alert.labels,
        fired=fired,
        time_to_detect=fired - incident.start,
        time_to_reset=None if ended is None else max(0, ended - incident.end),
    )


def overlaps(firing: Episode, incident: Incident) -> bool:
    """Whether a firing is there during the incident, or begins before it has settled."""
    fired = firing.fired
    if fired is None or fired > incident.end + incident.settle:
        return False
    return firing.ended is None or firing.ended > incident.start


def _alert(outcome: Outcome, name: str, judged: Iterable[IncidentScore]) -> AlertScore:
    rules = [one for one in outcome.rules if one.rule.name == name]
    proven = [one for one in rules if one.verdict is Verdict.JUDGED]
    verdict = Verdict.JUDGED if proven else Verdict.UNPROVEN
    if proven and all(is_heartbeat(one) for one in proven):
        return AlertScore(alert=name, verdict=verdict, heartbeat=True)
    counts = Counter[str]()
    incidents = [one.incident for one in judged]
    everything = [alert for one in proven for alert in one.alerts]
    for alert in everything:
        for firing in alert.firings:
            counts[_kind(name, alert, firing, incidents)] += 1
    expected = [one for one in incidents if name in one.alerts]
    detected = [
        one
        for one in expected
        if any(detection(name, alert, one) is not None for alert in everything)
    ]
    return AlertScore(
        alert=name,
        verdict=verdict,
        expected=len(expected) if proven else 0,
        detected=len(detected),
        true=counts["true"],
        beside=counts["beside"],
        false=counts["false"],
    )


def _kind(name: str, alert: Alert, firing: Episode, incidents: Iterable[Incident]) -> str:
    there = [one for one in incidents if overlaps(firing, one)]
    if any(one.expects(name, alert.labels) for one in there):
        return "true"
    return "beside" if there else "false"


def with_budgets(found: Scores, spent: Mapping[tuple[str, str, Labels], float]) -> Scores:
    """The same scores with the budget spent at each detection, by incident, alert and labels."""
    return Scores(
        tuple(
            replace(
                one,
                detections=tuple(
                    replace(
                        each,
                        budget_spent=spent.get((one.incident.name, each.alert, each.labels)),
                    )
                    for each in one.detections
                ),
            )
            for one in found.incidents
        ),
        found.alerts,
    )
