"""Firings are held against incidents: true, beside, false; detected, missed, unproven."""

import pytest

from opsconductor.monitoring.backtest.alert_state import Episode
from opsconductor.monitoring.backtest.comparison import compare, disagreements
from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.incidents import Incident, read_incidents
from opsconductor.monitoring.backtest.outcome import (
    Alert,
    Input,
    Labels,
    Outcome,
    RuleOutcome,
    Verdict,
    alert_labels,
    unexpanded,
)
from opsconductor.monitoring.backtest.rule_file import Rule
from opsconductor.monitoring.backtest.scoring import Scores, Told, scores

MINUTE = 60_000
HOUR = 60 * MINUTE


def rule(name: str, **labels: str) -> Rule:
    """An alerting rule."""
    return Rule(
        kind="alert", name=name, expr="up == 0", labels=labels, group="g", interval=30_000,
        file="rules.yml", line=1,
    )  # fmt: skip


def fired(name: str, *firings: tuple[int, int | None], unproven: bool = False) -> RuleOutcome:
    """A rule that fired from minute to minute."""
    labels: Labels = (("severity", "critical"),)
    found = tuple(
        Episode(start * MINUTE, start * MINUTE, None if end is None else end * MINUTE)
        for start, end in firings
    )
    return RuleOutcome(
        rule=rule(name, severity="critical"),
        verdict=Verdict.UNPROVEN if unproven else Verdict.JUDGED,
        why="no sample of up" if unproven else "",
        alerts=(Alert(labels, found),) if found else (),
        inputs=(Input("up", 0 if unproven else 1, 0, HOUR),),
    )


def outcome(*rules: RuleOutcome) -> Outcome:
    """What the rules did in ten hours."""
    return Outcome(name="A", asked=(0, 10 * HOUR), judged=(0, 10 * HOUR), rules=rules)


def incident(start: int, end: int, *alerts: str, severity: str | None = None) -> Incident:
    """An incident from minute to minute."""
    return Incident(
        name="i", start=start * MINUTE, end=end * MINUTE, alerts=alerts, severity=severity,
        labels={}, settle=5 * MINUTE,
    )  # fmt: skip


def told(found: Scores) -> Told:
    """What became of the only incident."""
    (one,) = found.incidents
    return one.told


def test_a_firing_within_an_incident_detects_it() -> None:
    """Times count from the incident's start to the firing, and from its end to the reset."""
    found = scores(outcome(fired("A", (65, 100))), [incident(60, 90, "A")])
    (one,) = found.incidents[0].detections
    assert (one.time_to_detect, one.time_to_reset) == (5 * MINUTE, 10 * MINUTE)
    assert (told(found), found.precision, found.recall) == (Told.DETECTED, 1, 1)


def test_a_silent_alert_misses_the_incident() -> None:
    """Recall falls, precision is unknown."""
    found = scores(outcome(fired("A")), [incident(60, 90, "A")])
    assert (told(found), found.precision, found.recall) == (Told.MISSED, None, 0)
    assert found.incidents[0].missed == ("A",)


def test_a_firing_outside_every_incident_is_false() -> None:
    """It called somebody for nothing."""
    found = scores(outcome(fired("A", (65, 70), (200, 210))), [incident(60, 90, "A")])
    (score,) = found.alerts
    assert (score.true, score.false, score.precision) == (1, 1, 0.5)


def test_another_alert_during_an_incident_is_beside_it() -> None:
    """A symptom that nobody asked for is neither right nor wrong."""
    found = scores(outcome(fired("A", (65, 70)), fired("B", (66, 70))), [incident(60, 90, "A")])
    assert [(one.true, one.beside, one.false) for one in found.alerts] == [(1, 0, 0), (0, 1, 0)]


def test_an_alert_may_begin_while_the_incident_settles_but_not_later() -> None:
    """Five minutes after the end a window may still hold it; six minutes after is too late."""
    assert told(scores(outcome(fired("A", (95, 99))), [incident(60, 90, "A")])) is Told.DETECTED
    assert told(scores(outcome(fired("A", (96, 99))), [incident(60, 90, "A")])) is Told.MISSED


def test_an_unproven_rule_neither_detects_nor_misses() -> None:
    """Where the rule's input is not in the history, nothing can be said."""
    found = scores(outcome(fired("A", unproven=True)), [incident(60, 90, "A")])
    assert (told(found), found.recall) == (Told.UNPROVEN, None)


@pytest.mark.parametrize(("start", "end"), [(-90, -60), (700, 710), (-10, 20)])
def test_an_incident_that_the_history_does_not_hold_is_unproven(start: int, end: int) -> None:
    """Before, after, or begun before: the time to detect cannot be known."""
    found = scores(outcome(fired("A", (0, 30))), [incident(start, end, "A")])
    assert (told(found), found.recall) == (Told.UNPROVEN, None)
    assert found.incidents[0].why


def test_an_incident_without_names_wants_any_alert_of_its_severity() -> None:
    """A page is a page, whatever it is called; a warning is none."""
    rules = outcome(fired("A", (65, 70)))
    assert told(scores(rules, [incident(60, 90, severity="critical")])) is Told.DETECTED
    assert told(scores(rules, [incident(60, 90, severity="warning")])) is Told.MISSED


def test_a_heartbeat_detects_nothing() -> None:
    """A rule that reads nothing fires always; that is no detection and no false alarm."""
    beat = RuleOutcome(
        rule=rule("W"),
        verdict=Verdict.JUDGED,
        alerts=(Alert((), (Episode(0, 0, None),)),),
    )
    found = scores(outcome(beat), [incident(60, 90)])
    assert told(found) is Told.MISSED
    assert found.alerts[0].heartbeat
    assert found.precision is None


def test_two_rule_sets_are_paired_by_overlap() -> None:
    """The same firing a minute later is one pair; what has no partner stands alone."""
    first = outcome(fired("A", (10, 20), (50, 60)))
    second = outcome(fired("A", (11, 25), (90, 99)))
    (one,) = compare(first, second)
    assert [(pair.later, pair.longer) for pair in one.both] == [(MINUTE, 4 * MINUTE)]
    assert [each.fired for each in one.only_first] == [50 * MINUTE]
    assert [each.fired for each in one.only_second] == [90 * MINUTE]
    assert disagreements([one]) == 2


def test_equal_rule_sets_do_not_disagree() -> None:
    """A rule against itself."""
    both = outcome(fired("A", (10, 20), (30, None)))
    assert disagreements(compare(both, both)) == 0


def test_an_alerts_labels_are_the_series_and_the_rules() -> None:
    """The metric's name goes, the rule's labels win, empty ones vanish, label templates expand."""
    given = rule("A", severity="critical", of="{{ $labels.tool }}!", job="")
    metric = {"__name__": "up", "tool": "echo", "job": "x"}
    assert alert_labels(metric, given) == (
        ("of", "echo!"), ("severity", "critical"), ("tool", "echo"),
    )  # fmt: skip
    assert unexpanded(rule("A", of="{{ $labels.tool }}", value="{{ $value }}")) == ("value",)


GOOD = """\
incidents:
  - name: later
    start: 2026-01-03T12:00:00Z
    end: 2026-01-03T12:30:00+00:00
  - name: sooner
    start: 1767434400
    end: 2026-01-03 11:00:00
    alerts: [A, B]
    severity: critical
    labels: {service: x}
    settle: 1h
"""


def test_incidents_are_read_and_sorted() -> None:
    """Times are RFC 3339, Unix seconds, or UTC where they name no zone."""
    sooner, later = read_incidents(GOOD, "i.yml")
    assert (sooner.name, later.name) == ("sooner", "later")
    assert sooner.end - sooner.start == HOUR
    assert later.end - later.start == 30 * MINUTE
    assert (sooner.alerts, sooner.severity, sooner.settle) == (("A", "B"), "critical", HOUR)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("incidents: [", "i.yml:1: not YAML"),
        ("groups: []", "no list `incidents`"),
        ("incidents:\n  - name: x\n    start: 5\n", "i.yml:2: the incident has no end"),
        ("incidents:\n  - {name: x, start: 9, end: 5}\n", "ends before it starts"),
        ("incidents:\n  - {name: x, start: noon, end: 5}\n", "'noon' is no time"),
        ("incidents:\n  - {name: x, start: 1, end: 5, alert: A}\n", "'alert' is not one of"),
        ("incidents:\n  - {name: x, start: 1, end: 5, alerts: A}\n", "a list of names"),
        ("incidents:\n  - {name: x, start: 1, end: 5, settle: soon}\n", "no duration"),
    ],
)
def test_a_wrong_incident_file_is_refused_with_its_place(text: str, said: str) -> None:
    """Nobody has to guess what is wrong, or finds out later that it was ignored."""
    with pytest.raises(BacktestError, match=r"i\.yml") as error:
        read_incidents(text, "i.yml")
    assert said in str(error.value)
