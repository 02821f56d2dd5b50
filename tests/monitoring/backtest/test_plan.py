"""The plan knows what each rule reads, and what must not be judged."""

from typing import Any

import pytest
import yaml

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.expression import Expression
from opsconductor.monitoring.backtest.plan import Plan, plan
from opsconductor.monitoring.backtest.rule_file import rule_groups
from opsconductor.monitoring.rules import rules_document
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos

SLOS = read_slos(Settings().alerting.slo_dir)


def planned(*rules: dict[str, Any], stored: frozenset[str] = frozenset()) -> Plan:
    """The plan of one group."""
    text = yaml.safe_dump({"groups": [{"name": "g", "rules": list(rules)}]})
    return plan(rule_groups(text, "rules.yml", 30_000), stored)


def test_windows_add_up_through_recorded_series() -> None:
    """Three days over a five-minute rate reach three days and five minutes back."""
    found = planned(
        {"record": "r:five", "expr": "rate(c_total[5m])"},
        {"record": "r:days", "expr": "sum_over_time(r:five[3d] offset 1h)"},
        {"alert": "A", "expr": "r:days > 1"},
    )
    (alert,) = found.alerts
    assert [one.text for one in alert.inputs] == ["c_total"]
    assert alert.reach == (300 + 3 * 86_400 + 3_600 + 300) * 1000


def test_what_only_a_gated_alert_reads_is_recorded_on_demand() -> None:
    """The dear window is asked only where the cheap one lets through."""
    found = planned(
        {"record": "r:short", "expr": "rate(c_total[5m])"},
        {"record": "r:long", "expr": "rate(c_total[6h])"},
        {"alert": "A", "expr": "r:long > 1 and r:short > 1"},
    )
    assert {one.rule.name: one.on_demand for one in found.steps} == {
        "r:short": True, "r:long": True, "A": False,
    }  # fmt: skip
    assert found.alerts[0].gate == (("rate(c_total[5m]) > 1",),)


def test_a_series_that_is_read_over_a_window_is_recorded_everywhere() -> None:
    """Another rule looks back at it: every instant may matter."""
    found = planned(
        {"record": "r:short", "expr": "rate(c_total[5m])"},
        {"record": "r:long", "expr": "rate(c_total[6h])"},
        {"alert": "A", "expr": "r:long > 1 and r:short > 1"},
        {"alert": "B", "expr": "max_over_time(r:long[1h]) > 1"},
    )
    assert {one.rule.name: one.on_demand for one in found.steps if one.rule.kind == "record"} == {
        "r:short": True, "r:long": False,
    }  # fmt: skip


def test_what_no_alert_reads_is_not_evaluated() -> None:
    """A dashboard's series costs a backtest nothing."""
    found = planned(
        {"record": "r:panel", "expr": "rate(c_total[5m])"}, {"alert": "A", "expr": "up == 0"}
    )
    assert [one.needed for one in found.steps] == [False, True]


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("r:late > 1", "recorded only after it"),
        ('{job="x"} > 1', "names no metric"),
        ("ALERTS > 0", "only a running Prometheus writes"),
        ("up @ end() > 0", "only one instant"),
    ],
)
def test_what_cannot_be_judged_has_a_reason(expr: str, why: str) -> None:
    """No verdict is better than one about other values than the rule would see."""
    found = planned({"alert": "A", "expr": expr}, {"record": "r:late", "expr": "up"})
    assert why in (found.alerts[0].problem or "")


def test_series_of_one_name_are_told_apart_by_their_labels() -> None:
    """A rule reads what its matchers can select, whichever other rules record the same name."""
    found = planned(
        {"record": "r:rate", "expr": "rate(a_total[5m])", "labels": {"slo": "a"}},
        {"alert": "A", "expr": 'r:rate{slo="a"} > 1'},
        {"alert": "Odd", "expr": 'r:rate{slo!~"a|c", job="x"} > 1'},
        {"record": "r:rate", "expr": "rate(b_total[5m])", "labels": {"slo": "b"}},
        {"alert": "B", "expr": 'r:rate{slo=~"b|c", job="x"} > 1'},
        {"alert": "Both", "expr": "r:rate > 1"},
        {"alert": "Neither", "expr": 'r:rate{slo="c"} > 1'},
    )
    assert {one.rule.name: one.reads for one in found.alerts if not one.problem} == {
        "A": (0,), "B": (3,), "Both": (0, 3),
    }  # fmt: skip
    problems = {one.rule.name: one.problem or "" for one in found.alerts}
    assert "recorded only after it" in problems["Odd"]
    assert "no rule records r:rate with such labels" in problems["Neither"]


def test_only_what_the_matchers_select_is_recorded() -> None:
    """Another rule's series of the same name is nobody's need."""
    found = planned(
        {"record": "r:rate", "expr": "rate(a_total[5m])", "labels": {"slo": "a"}},
        {"record": "r:rate", "expr": "rate(b_total[5m])", "labels": {"slo": "b"}},
        {"alert": "B", "expr": 'r:rate{slo="b"} > 1'},
    )
    assert [one.needed for one in found.steps] == [False, True, True]


def test_a_problem_is_passed_on_to_readers() -> None:
    """An alert over a series that cannot be recorded is unproven too."""
    found = planned(
        {"record": "r:odd", "expr": "up @ start()"}, {"alert": "A", "expr": "r:odd > 1"}
    )
    assert "it reads r:odd" in (found.alerts[0].problem or "")


def test_stored_series_are_inputs() -> None:
    """What is taken as stored is not evaluated, and is looked for in the history."""
    found = planned(
        {"record": "r:five", "expr": "rate(c_total[5m])"},
        {"alert": "A", "expr": "r:five > 1"},
        stored=frozenset({"r:five"}),
    )
    assert [one.rule.name for one in found.steps] == ["A"]
    assert [one.text for one in found.alerts[0].inputs] == ["r:five"]


def test_every_shipped_rule_can_be_planned() -> None:
    """None of ours is unproven for its shape, and the longest window is known."""
    text = yaml.safe_dump(rules_document(Settings(), SLOS))
    found = plan(rule_groups(text, "rules.yml", 15_000))
    assert [one.problem for one in found.steps if one.problem] == []
    assert found.warm_up > 3 * 86_400_000


def test_selectors_are_written_so_that_prometheus_reads_them() -> None:
    """Quotes and backslashes in matchers survive."""
    (one,) = Expression(r'rate(c{a=~"x\\.y",b="q\"z"}[5m]) > 1').selectors
    assert one.text == r'c{a=~"x\\.y",b="q\"z"}'
    assert one.counter


def test_an_alerts_signal_is_what_it_compares_with_a_number() -> None:
    """The picture draws the left-hand side and the limit."""
    signal = Expression("(sum(rate(c_total[5m])) > 5) and up").signal()
    assert signal is not None
    assert (signal.operator, signal.limit) == (">", 5)
    assert Expression("absent(up)").signal() is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("groups: [", "rules.yml:1: not YAML"),
        ("[]", "no list `groups`"),
        ("groups: []", "holds no rule"),
        ("groups:\n- rules: []\n", "rules.yml:2: a group without a name"),
        ("groups:\n- name: g\n  rules:\n  - alert: A\n", "rules.yml:4: a rule has `expr`"),
        (
            "groups:\n- name: g\n  rules:\n  - {alert: A, record: r, expr: up}\n",
            "rules.yml:4: a rule has `expr` and either",
        ),
        (
            "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up, for: soon}\n",
            "rules.yml:4: `soon` is no duration",
        ),
        ("groups:\n- {name: g, interval: -1s, rules: []}\n", "is no duration"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_its_place(text: str, said: str) -> None:
    """File and line, before anything is started."""
    with pytest.raises(BacktestError) as error:
        rule_groups(text, "rules.yml", 30_000)
    assert said in str(error.value)
