"""A backtest as a JSON document; times are RFC 3339 in UTC, durations are seconds."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from opsconductor.monitoring.backtest.alert_state import Episode
from opsconductor.monitoring.backtest.comparison import AlertComparison
from opsconductor.monitoring.backtest.outcome import Input, Labels, Outcome, RuleOutcome, Span
from opsconductor.monitoring.backtest.scoring import AlertScore, Detection, IncidentScore, Scores


def document(
    outcomes: Sequence[tuple[Outcome, Scores | None]], compared: Sequence[AlertComparison] = ()
) -> dict[str, Any]:
    """What was found, per set of rules, and both sets side by side where there are two."""
    body: dict[str, Any] = {"rule_sets": [_outcome(one, scores) for one, scores in outcomes]}
    if len(outcomes) > 1:
        body["comparison"] = [_comparison(one) for one in compared]
    return body


def seconds(milliseconds: int | None) -> float | None:
    """A duration in seconds."""
    return None if milliseconds is None else milliseconds / 1000


def moment(milliseconds: int | None) -> str | None:
    """An instant as RFC 3339."""
    if milliseconds is None:
        return None
    text = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z").replace(".000Z", "Z")


def firing_time(episodes: Iterable[Episode], judged: Span) -> int:
    """Milliseconds within the judged time for which the alert fired."""
    return sum(
        max(0, min(one.ended or judged[1], judged[1]) - max(one.fired, judged[0]))
        for one in episodes
        if one.fired is not None
    )


def _outcome(outcome: Outcome, scores: Scores | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": outcome.name,
        "asked": _span(outcome.asked),
        "judged": _span(outcome.judged),
        "gaps": [_span(one) for one in outcome.gaps],
        "notes": list(outcome.notes),
        "rules": [_rule(one, outcome.judged) for one in outcome.rules],
    }
    if scores is not None:
        body["precision"], body["recall"] = scores.precision, scores.recall
        body["incidents"] = [_incident(one) for one in scores.incidents]
        body["alerts"] = [_alert_score(one) for one in scores.alerts]
    return body


def _rule(found: RuleOutcome, judged: Span) -> dict[str, Any]:
    return {
        "alert": found.rule.name,
        "place": found.rule.place,
        "group": found.rule.group,
        "verdict": str(found.verdict),
        "why": found.why,
        "notes": list(found.notes),
        "inputs": [_input(one) for one in found.inputs],
        "alerts": [
            {
                "labels": dict(alert.labels),
                "firings": len(alert.firings),
                "firing_seconds": seconds(firing_time(alert.firings, judged)),
                "episodes": [_episode(one) for one in alert.episodes],
            }
            for alert in found.alerts
        ],
    }


def _input(one: Input) -> dict[str, Any]:
    return {
        "selector": one.selector,
        "share": round(one.share, 6),
        "first": moment(one.first),
        "last": moment(one.last),
        "gaps": [_span(gap) for gap in one.gaps],
    }


def _episode(one: Episode) -> dict[str, Any]:
    return {
        "pending": moment(one.pending),
        "fired": moment(one.fired),
        "ended": moment(one.ended),
    }


def _incident(one: IncidentScore) -> dict[str, Any]:
    return {
        "name": one.incident.name,
        "start": moment(one.incident.start),
        "end": moment(one.incident.end),
        "told": str(one.told),
        "why": one.why,
        "missed": list(one.missed),
        "unproven": list(one.unproven),
        "detections": [_detection(each) for each in one.detections],
    }


def _detection(one: Detection) -> dict[str, Any]:
    return {
        "alert": one.alert,
        "labels": dict(one.labels),
        "fired": moment(one.fired),
        "time_to_detect_seconds": seconds(one.time_to_detect),
        "time_to_reset_seconds": seconds(one.time_to_reset),
        "budget_spent": one.budget_spent,
    }


def _alert_score(one: AlertScore) -> dict[str, Any]:
    return {
        "alert": one.alert,
        "verdict": str(one.verdict),
        "heartbeat": one.heartbeat,
        "true": one.true,
        "beside": one.beside,
        "false": one.false,
        "expected": one.expected,
        "detected": one.detected,
        "precision": one.precision,
        "recall": one.recall,
    }


def _comparison(one: AlertComparison) -> dict[str, Any]:
    return {
        "alert": one.alert,
        "labels": dict(one.labels),
        "only_first": [_episode(each) for each in one.only_first],
        "only_second": [_episode(each) for each in one.only_second],
        "both": [
            {
                "first": _episode(pair.first),
                "second": _episode(pair.second),
                "later_seconds": seconds(pair.later),
                "longer_seconds": seconds(pair.longer),
            }
            for pair in one.both
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"from": moment(span[0]), "to": moment(span[1])}


def text_of(labels: Labels) -> str:
    """Labels as people read them: `severity=critical service=automation-service`."""
    return " ".join(f"{name}={value}" for name, value in labels)
