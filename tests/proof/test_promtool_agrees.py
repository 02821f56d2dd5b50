"""A backtest's alerts are those of promtool on the same samples, evaluation by evaluation."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml
from tests.proof import generated_rules
from tests.proof.promtool_view import disagreement, states
from tests.proof.shipped_history import STEP, STEPS, history

from opsconductor.monitoring import alert_names
from opsconductor.monitoring.backtest.outcome import Outcome, Verdict
from opsconductor.monitoring.rules import rules_document
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

SLOS = read_slos(Settings().alerting.slo_dir)

pytestmark = pytest.mark.stack
Judge = Callable[..., Outcome]


@pytest.fixture(scope="module")
def shipped(judge: Judge) -> Outcome:
    """The rules that we ship over four hours in which everything goes wrong once."""
    return judge(rules_document(Settings(), SLOS), history(), STEP)


def test_every_shipped_rule_is_judged_and_fires(shipped: Outcome) -> None:
    """The comparison below is about something: no rule is unproven, and none stays silent."""
    assert {
        (one.rule.name, one.why) for one in shipped.rules if one.verdict is not Verdict.JUDGED
    } == set()
    silent = [one.rule.place for one in shipped.rules if not any(a.firings for a in one.alerts)]
    assert silent == []
    assert {one.rule.name for one in shipped.rules} == set(alert_names(Settings(), SLOS))


def test_every_shipped_rule_has_promtools_states(
    shipped: Outcome, programs: Programs, tmp_path: Path
) -> None:
    """At each of 480 evaluations the pending and the firing alerts are promtool's."""
    expected = states(shipped, STEP, STEPS)
    rules = rules_document(Settings(), SLOS)
    assert disagreement(programs.promtool, tmp_path, rules, history(), STEP, expected) == ""


def test_a_wrong_state_is_seen(shipped: Outcome, programs: Programs, tmp_path: Path) -> None:
    """The comparison can fail: one alert that fires an evaluation too early is reported."""
    expected = states(shipped, STEP, STEPS)
    labels = next(one for alerts in expected for one in alerts if one["alertstate"] == "pending")
    labels["alertstate"] = "firing"
    rules = rules_document(Settings(), SLOS)
    said = disagreement(programs.promtool, tmp_path, rules, history(), STEP, expected)
    assert labels["alertname"] in said


def test_generated_rules_have_promtools_states(
    judge: Judge, programs: Programs, tmp_path: Path
) -> None:
    """Fifty generated alerting rules over recorded series that come and go, gaps and resets.

    Most of them can be judged, and they fire and calm down many times.
    """
    seen: Counter[str] = Counter()
    step, steps = generated_rules.STEP, generated_rules.STEPS

    @hypothesis.settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        # An example takes a second: one that fails is shown as it is.
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(document=generated_rules.rules(), samples=generated_rules.samples())
    def compare(document: dict[str, Any], samples: dict[str, list[float | None]]) -> None:
        outcome = judge(document, samples, step)
        # A rule that Prometheus itself cannot evaluate has no states to compare.
        unproven = {one.rule.name for one in outcome.unproven}
        for group in document["groups"]:
            group["rules"] = [one for one in group["rules"] if one.get("alert") not in unproven]
        expected = states(outcome, step, steps)
        said = disagreement(programs.promtool, tmp_path, document, samples, step, expected)
        assert said == "", f"{said.strip()[:1500]}\n{yaml.safe_dump(document)}"
        for rule in outcome.rules:
            seen[rule.verdict] += 1
            for alert in rule.alerts:
                seen["firings"] += len(alert.firings)
                seen["only pending"] += len(alert.episodes) - len(alert.firings)

    compare()
    assert seen[Verdict.JUDGED] + seen[Verdict.UNPROVEN] == 50
    assert seen[Verdict.JUDGED] >= 45, seen
    assert seen["firings"] >= 100, seen
    assert seen["only pending"] >= 20, seen


def test_series_that_take_turns_are_recorded_as_one(
    judge: Judge, programs: Programs, tmp_path: Path
) -> None:
    """Two series of a result, one after the other, become one by the rule's labels, as there."""
    labels = {"slo": "x", "service": "s"}
    document = {
        "groups": [
            {
                "name": "g",
                "interval": "30s",
                "rules": [
                    {"record": "r:all", "expr": "sum(g > 1)", "labels": labels},
                    {"record": "r:bad", "expr": "sum(g > 2) or on () r:all * 0", "labels": labels},
                    {"alert": "Bad", "expr": "max_over_time(r:bad[1m]) == 3", "for": "30s"},
                    {"alert": "Fine", "expr": "r:bad == 0", "for": "30s"},
                ],
            }
        ]
    }
    samples: dict[str, list[float | None]] = {"g": [2, 2, 3, 3, 3, 2, 2, 0, 2, 3, 2, 2, 2, 3] * 3}
    outcome = judge(document, samples, 30)
    steps = len(samples["g"])
    expected = states(outcome, 30, steps)
    assert disagreement(programs.promtool, tmp_path, document, samples, 30, expected) == ""
    assert {rule.rule.name: bool(rule.alerts) for rule in outcome.rules} == {
        "Bad": True, "Fine": True,
    }  # fmt: skip
