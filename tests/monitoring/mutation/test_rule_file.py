"""Rule files as they come: their rules told apart, and what is wrong with others said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.monitoring.mutation.error import RuleFileError
from opsconductor.monitoring.mutation.rule_file import behind, rules, touched

GROUP = "groups:\n- name: g\n  rules:\n"


def file(*written: str) -> str:
    """A file of one group; each rule is one line of flow YAML."""
    return GROUP + "".join(f"  - {{{rule}}}\n" for rule in written)


def test_namesakes_are_told_apart_by_their_labels() -> None:
    """Two alerts of one name have keys that say in which label they differ."""
    found = rules(
        file(
            "alert: A, expr: 'x > 1', labels: {severity: warning, job: a}",
            "alert: A, expr: 'y > 1', labels: {severity: warning, job: b}",
            "alert: B, expr: 'y > 1'",
        ),
        "rules.yml",
    )
    assert [rule.key for rule in found] == ["A{job=a}", "A{job=b}", "B"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("groups: [", "rules.yml:1"),
        ("groups: []", "rules.yml:1: no rule file"),
        ("- 1", "rules.yml:1: no rule file"),
        ("groups:\n- name: g\n  rules: []", "hold no rule"),
        ("groups:\n- rules: []", "rules.yml:2: a group must have a name"),
        (file("expr: x"), "rules.yml:4: a rule must be either"),
        (file("alert: A, record: b, expr: x"), "rules.yml:4: a rule must be either"),
        (file("alert: A, expr: 'x >'"), "rules.yml:4: A: no PromQL"),
        (file("alert: A, expr: x, for: soon"), "rules.yml:4: A:"),
        (file("alert: A, expr: x", "alert: A, expr: y"), "rules.yml:5: two rules of the name A"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source: str, said: str) -> None:
    """A file that cannot be judged ends in one sentence that names file and line."""
    with pytest.raises(RuleFileError, match=r"rules\.yml") as error:
        rules(source, "rules.yml")
    assert said in str(error.value)


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str))
def test_no_text_ends_in_a_traceback(source: str) -> None:
    """Whatever stands in the file, it holds rules or the error says that it does not."""
    for prefix in ("", "groups: ", "groups:\n- name: g\n  rules: "):
        try:
            assert rules(prefix + source, "rules.yml")
        except RuleFileError as error:
            assert str(error).startswith("rules.yml")  # noqa: PT017  either is right


CHAIN = file(
    "record: 'a:x', expr: 'rate(x[5m])', labels: {slo: one}",
    "record: 'a:x', expr: 'rate(y[5m])', labels: {slo: two}",
    "record: 'a:y', expr: 'a:x{slo=\"one\"} * 2'",
    "alert: A, expr: 'a:y > 1'",
    "alert: B, expr: 'a:x > 1'",
)


def test_only_what_is_read_stands_behind_a_rule() -> None:
    """A matcher on a label that a rule sets leaves the others out."""
    every = rules(CHAIN, "rules.yml")
    behind_a = behind([rule for rule in every if rule.alert == "A"], every)
    assert [rule.key for rule in behind_a] == ["a:x{slo=one}", "a:y", "A"]
    behind_b = behind([rule for rule in every if rule.alert == "B"], every)
    assert [rule.key for rule in behind_b] == ["a:x{slo=one}", "a:x{slo=two}", "B"]


def test_a_change_touches_its_readers_and_what_they_read_beside() -> None:
    """B reads both records of a name, so the other must stand beside the changed one."""
    every = rules(CHAIN, "rules.yml")
    changed = [rule.key for rule in touched(every[0], every[0], every)]
    assert changed == ["a:x{slo=two}", "a:y", "A", "B"]
    assert [rule.key for rule in touched(every[1], every[1], every)] == ["a:x{slo=one}", "B"]
