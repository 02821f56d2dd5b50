"""A backtest's alerts are those of promtool on the same samples, evaluation by evaluation."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.proof.promtool_view import disagreement, states
from tests.proof.shipped_history import STEP, STEPS, history

from opsconductor.monitoring import alert_names
from opsconductor.monitoring.backtest.outcome import Outcome, Verdict
from opsconductor.monitoring.rules import rules_document
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs

pytestmark = pytest.mark.stack
Judge = Callable[..., Outcome]


@pytest.fixture(scope="module")
def shipped(judge: Judge) -> Outcome:
    """The rules that we ship over four hours in which everything goes wrong once."""
    return judge(rules_document(Settings()), history(), STEP)


def test_every_shipped_rule_is_judged_and_fires(shipped: Outcome) -> None:
    """The comparison below is about something: no rule is unproven, and none stays silent."""
    assert {
        (one.rule.name, one.why) for one in shipped.rules if one.verdict is not Verdict.JUDGED
    } == set()
    silent = [one.rule.place for one in shipped.rules if not any(a.firings for a in one.alerts)]
    assert silent == []
    assert {one.rule.name for one in shipped.rules} == set(alert_names(Settings()))


def test_every_shipped_rule_has_promtools_states(
    shipped: Outcome, programs: Programs, tmp_path: Path
) -> None:
    """At each of 480 evaluations the pending and the firing alerts are promtool's."""
    expected = states(shipped, STEP, STEPS)
    rules = rules_document(Settings())
    assert disagreement(programs.promtool, tmp_path, rules, history(), STEP, expected) == ""


def test_a_wrong_state_is_seen(shipped: Outcome, programs: Programs, tmp_path: Path) -> None:
    """The comparison can fail: one alert that fires an evaluation too early is reported."""
    expected = states(shipped, STEP, STEPS)
    number, labels = next(
        (number, labels)
        for number, alerts in enumerate(expected)
        for labels in alerts
        if labels["alertstate"] == "pending"
    )
    labels["alertstate"] = "firing"
    rules = rules_document(Settings())
    said = disagreement(programs.promtool, tmp_path, rules, history(), STEP, expected)
    assert f"time: {number * STEP}s" in said or "exp" in said
