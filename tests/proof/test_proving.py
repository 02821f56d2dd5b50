"""The proof itself: it reads promtool exactly, and it can fail."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from opsconductor.monitoring.documents import documents
from opsconductor.monitoring.mutation.judging import verdicts as judged
from opsconductor.monitoring.mutation.mutants import mutants, slips
from opsconductor.monitoring.mutation.playing import ORIGINAL, Played, played
from opsconductor.monitoring.mutation.rule_file import FileRule, behind, rules
from opsconductor.monitoring.scenario import promtool_document
from opsconductor.monitoring.scenarios.catalogue import stories
from opsconductor.monitoring.scenarios.story import Story
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.proof.equivalents import Entry, Sorted, entries, told_apart
from opsconductor.proof.promtool import PromtoolError
from opsconductor.proof.proving import Course, Engine, StoriesError, prove
from opsconductor.proof.rule_tests import RuleTests
from opsconductor.proof.summary import LEAST, Summary, Verdict, summary
from opsconductor.proof.verdicts import Verdicts
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

SETTINGS = Settings()
SLOS = read_slos(SETTINGS.alerting.slo_dir)
SOURCE = documents(SETTINGS, SLOS, grafana=False)["prometheus/rules.yml"]
FEW = ("DiskNearlyFull", "SelectorErrorBurst", "Watchdog")
"""Alerts of three kinds that are proven in seconds."""
NONE = Sorted({}, {}, ())

Run = Callable[..., Course]


@pytest.fixture(scope="module")
def told() -> tuple[Story, ...]:
    """Every story of the default settings."""
    return stories(SETTINGS, SLOS)


@pytest.fixture(scope="module")
def promtool(programs: Programs) -> RuleTests:
    """The real promtool."""
    return RuleTests(programs.promtool.command)


@pytest.fixture
def run(promtool: RuleTests, told: Sequence[Story]) -> Run:
    """Prove some alerts of a rule file's text, without a cache."""

    def chosen(
        source: str = SOURCE, alerts: Sequence[str] = FEW, without: Sequence[str] = ()
    ) -> Course:
        every = rules(source, "rules.yml")
        kept = behind([rule for rule in every if rule.alert in alerts], every)
        some = [one for one in told if one.alerts and one.alerts <= set(alerts) - set(without)]
        return prove(kept, some, 30, Engine(promtool, Verdicts(None, ""), 2))

    return chosen


def verdict(course: Course) -> Summary:
    """The summary with the list of equivalents that applies."""
    reasons = {
        one.name: entry.reason
        for one in course.survivors
        for entry in entries()
        if entry.names(one)
    }
    return summary(course, Sorted(reasons, {}, ()), None, own=True)


def test_three_alerts_are_proven(run: Run) -> None:
    """Every story goes well, and every slip in their rules is caught or has an excuse."""
    found = verdict(run())
    assert found.survivors == []
    assert {line.name: line.verdict for line in found.lines} == dict.fromkeys(FEW, Verdict.PROVEN)
    assert found.rate_without_equivalents == 1


@pytest.mark.parametrize("alert", FEW)
def test_without_an_alerts_scenarios_the_proof_fails(run: Run, alert: str) -> None:
    """What nobody looks at survives any slip: the rate falls, and the alert is unproven."""
    found = verdict(run(without=[alert]))
    assert not found.ok
    line = next(line for line in found.lines if line.name == alert)
    assert (line.verdict, line.killed) == (Verdict.UNPROVEN, 0)
    if alert != "Watchdog":
        assert found.rate_without_equivalents < LEAST


@pytest.mark.parametrize(
    ("alert", "before", "after"),
    [
        ("DiskNearlyFull", "_free_ratio) < 0.1", "_free_ratio) < 0.09"),
        ("DiskNearlyFull", "min by (path) (stack_disk", "min by (job) (stack_disk"),
        ("SelectorErrorBurst", "selector_db_errors_total[5m]", "selector_db_errors_total[4m]"),
        ("SelectorErrorBurst", "The tool catalogue's database fails", "Something fails"),
        ("Watchdog", "severity: none", "severity: info"),
    ],
)
def test_a_rule_weakened_by_hand_is_caught(run: Run, alert: str, before: str, after: str) -> None:
    """Each of these still loads, and is no longer what the stories demand."""
    assert SOURCE.count(before) == 1
    found = verdict(run(SOURCE.replace(before, after)))
    line = next(line for line in found.lines if line.name == alert)
    assert not found.ok
    assert line.verdict is Verdict.UNPROVEN
    assert line.why


READ = (
    "SLOBurnRateFast pipeline-success: just above",
    "AIExecutionErrorRateHigh: one tool of two",
    "MetricsEndpointDown canary: just above",
    "AIExecutionLatencyP95High: just above",
    "NotificationsFailing delivery: several services, tools and targets",
)


@pytest.mark.parametrize("name", READ)
def test_mutants_played_together_get_promtools_own_verdicts(
    promtool: RuleTests, told: Sequence[Story], name: str
) -> None:
    """What is read from one run is what promtool says of each mutant in a file of its own."""
    every = rules(SOURCE, "rules.yml")
    scenario = next(one.scenario for one in told if one.scenario.name == name)
    game = played(scenario, every, mutants(every), 30)
    chosen = game.mutants[:: max(1, len(game.mutants) // 12)]
    game = Played(game.scenario, game.rules, chosen, 30)
    found = promtool.ask(game)
    assert not found.errors
    said = judged(game, found)
    for mutant in chosen:
        alone = [mutant.rule if r.key == mutant.rule.key else r for r in game.rules]
        assert plainly(promtool, alone, game) == (not said[mutant.name]), mutant.name
    assert plainly(promtool, game.rules, game) == (not said[ORIGINAL])
    assert any(said.values())


def plainly(promtool: RuleTests, alone: Sequence[FileRule], game: Played) -> bool:
    """Whether `promtool test rules` accepts the rules on the scenario."""
    groups = dict.fromkeys(rule.group for rule in alone)
    document = {
        "groups": [
            {"name": name, "rules": [r.document() for r in alone if r.group == name]}
            for name in groups
        ]
    }
    tests = json.loads(json.dumps(promtool_document([game.scenario], "rules.yml", 30)))
    return promtool.test(document, tests).returncode == 0


def test_a_story_of_an_unknown_alert_is_refused(promtool: RuleTests, told: Sequence[Story]) -> None:
    """It would be silent for ever, and look like a success."""
    every = rules(SOURCE, "rules.yml")
    watchdog = [rule for rule in every if rule.alert == "Watchdog"]
    engine = Engine(promtool, Verdicts(None, ""), 1)
    disk = [one for one in told if "DiskNearlyFull" in one.alerts]
    with pytest.raises(StoriesError, match="is about DiskNearlyFull, and no rule"):
        prove(watchdog, disk, 30, engine)
    with pytest.raises(StoriesError, match="no scenario at all"):
        prove(watchdog, [], 30, engine)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("/nowhere/promtool",), "is not at /nowhere/promtool"),
        (("sh", "-c", "kill -9 $$"), "was killed by signal 9"),
        (("true",), "found nothing amiss"),
        (("sh", "-c", "echo something else >&2; exit 1", "sh"), "promtool says"),
        (("sh", "-c", "exec sleep 60"), "took more than 2 s"),
    ],
)
def test_a_promtool_that_fails_is_never_taken_for_a_proof(
    told: Sequence[Story], command: tuple[str, ...], said: str
) -> None:
    """Missing, killed, mute, or another program: an error, and no verdict."""
    every = rules(SOURCE, "rules.yml")
    disk = next(one for one in told if "DiskNearlyFull" in one.alerts)
    game = played(disk.scenario, every, (), 30)
    with pytest.raises(PromtoolError, match=said):
        RuleTests(command, timeout=2).ask(game)


def test_rules_that_promtool_refuses_are_not_proven(
    promtool: RuleTests, told: Sequence[Story]
) -> None:
    """A label that cannot be one is promtool's own refusal, in its own words."""
    source = SOURCE.replace("severity: none", "severity: none\n      no-label: x")
    every = [rule for rule in rules(source, "rules.yml") if rule.alert == "Watchdog"]
    watchdog = [one for one in told if "Watchdog" in one.alerts]
    with pytest.raises(PromtoolError, match=r"(?s)promtool refuses the rules.*no-label"):
        prove(every, watchdog, 30, Engine(promtool, Verdicts(None, ""), 1))


def test_a_second_run_asks_nothing(
    promtool: RuleTests, told: Sequence[Story], tmp_path: Path
) -> None:
    """Verdicts are kept by content, and a changed rule is asked about anew."""
    file = tmp_path / "prove" / "verdicts.json"

    def proven(source: str, tool: RuleTests) -> Course:
        every = [rule for rule in rules(source, "rules.yml") if rule.alert == "DiskNearlyFull"]
        disk = [one for one in told if "DiskNearlyFull" in one.alerts]
        return prove(every, disk, 30, Engine(tool, Verdicts(file, "2.42"), 2))

    first = proven(SOURCE, promtool)
    known = file.read_text(encoding="utf-8")
    silent = _Silent(promtool)
    again = proven(SOURCE, silent)
    assert (again.killed.keys(), again.failed) == (first.killed.keys(), first.failed)
    assert file.read_text(encoding="utf-8") == known
    with pytest.raises(AssertionError, match="asked"):
        proven(SOURCE.replace("_ratio) < 0.1", "_ratio) < 0.2"), silent)
    file.write_text("{", encoding="utf-8")
    assert proven(SOURCE, promtool).failed == {}


class _Silent(RuleTests):
    """Checks rules, and fails where a scenario would be played."""

    def __init__(self, real: RuleTests) -> None:
        super().__init__(real._command)

    def ask(self, played: Played) -> None:  # type: ignore[override]
        raise AssertionError(f"asked about {played.scenario.name}")


def test_a_false_equivalent_is_unmasked(run: Run, promtool: RuleTests) -> None:
    """Random traffic shows the difference that somebody overlooked, and the list must be true."""
    course = run(alerts=("DiskNearlyFull", "Watchdog"), without=["DiskNearlyFull"])
    listed = [
        Entry("DiskNearlyFull", "< becomes > before 0.1", "somebody was in a hurry"),
        Entry("DiskNearlyFull", "such a slip there is not", "long gone"),
        Entry("Watchdog", "1 becomes 1.1", "any number is an alert"),
    ]
    engine = Engine(promtool, Verdicts(None, ""), 2)
    found = told_apart(course.survivors, listed, course.rules, Clock(), engine)
    assert list(found.unmasked) == ["DiskNearlyFull: < becomes > before 0.1"]
    assert list(found.equivalent) == ["Watchdog: 1 becomes 1.1"]
    assert [entry.what for entry in found.stale] == ["such a slip there is not"]
    complaints = summary(course, found, None, own=True).complaints
    assert any("no equivalent" in one for one in complaints)
    assert any("such a slip there is not" in one for one in complaints)


def test_too_many_equivalents_are_no_proof_of_all_rules(run: Run) -> None:
    """The share that may be excused is one of all mutants; of some rules it is not judged."""
    course = run(alerts=("DiskNearlyFull", "Watchdog"), without=["DiskNearlyFull"])
    excused = Sorted({one.name: "somebody was generous" for one in course.survivors}, {}, ())
    (said,) = summary(course, excused, None, own=True).complaints
    assert "called equivalent; at most 3% may be" in said
    assert summary(course, excused, None, own=True, whole=False).complaints == ()


def test_what_is_called_redundant_differs_in_no_traffic(promtool: RuleTests) -> None:
    """Every slip that is left out for changing nothing does change nothing, for one objective."""
    every = rules(SOURCE, "rules.yml")
    ours = [one for one in slips(every).redundant if one.rule.group == "slo-pipeline-success"]
    assert len(ours) > 30
    listed = [Entry(one.rule.key, one.what, "redundant") for one in ours]
    engine = Engine(promtool, Verdicts(None, ""), 2)
    found = told_apart(ours, listed, every, Clock(), engine)
    assert found.unmasked == {}
    assert len(found.equivalent) == len(ours)


def test_no_mutants_and_no_equivalents_are_no_proof() -> None:
    """An empty result is never a success."""
    found = summary(Course((), (), ()), NONE, None, own=True)
    assert not found.ok
    assert found.complaints == ("no scenario was played, so nothing was tried",)
