"""Rule files are read with their places; what Prometheus refuses is a finding, the rest is read."""

import json

import pytest
import yaml
from tests.monitoring.lint.linting import ids, linted, only

from opsconductor.monitoring.lint.rule_file import RuleFile
from opsconductor.monitoring.lint.rule_reading import rule_file
from opsconductor.monitoring.lint.yaml_tree import yaml_tree

GROUP = "groups:\n- name: a\n  rules:\n"
RECORD = "  - record: service:up:sum\n    expr: sum by (service) (up)\n"

JSON = json.dumps(yaml.safe_load(GROUP + RECORD))


def read(text: str) -> RuleFile:
    """A rule file."""
    return rule_file("rules.yml", text, yaml_tree(text))


def found(text: str) -> list[tuple[str, int]]:
    """Id and line of what is wrong with a file."""
    return [(one.kind.id, one.position.line) for one in read(text).findings]


def test_a_rule_has_every_field_with_its_place() -> None:
    """Each value knows its line; durations are also seconds."""
    (group,) = read("""\
groups:
- name: disks
  interval: 1m30s
  limit: 10
  labels: {team: storage}
  rules:
  - alert: Full
    expr: |
      disk_free
        < 0.1
    for: 1h
    keep_firing_for: 5m
    labels:
      severity: page
    annotations:
      summary: It is full
""").groups
    (rule,) = group.rules
    assert (group.interval_seconds, rule.interval, rule.hold_seconds) == (90, 90, 3600)
    assert (rule.kind, rule.name.value, rule.name.position.line) == ("alert", "Full", 7)
    assert (rule.expr.value, rule.expr.position.line) == ("disk_free\n  < 0.1\n", 9)
    assert {name: text.value for name, text in rule.labels.items()} == {
        "team": "storage",
        "severity": "page",
    }
    assert rule.annotations["summary"].position.line == 16
    assert (rule.position.line, rule.last) == (7, 16)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("  - record: a:b:c\n", ("invalid-rule", 4)),
        ("  - record: a:b:c\n    expr:\n", ("invalid-rule", 4)),
        ("  - expr: up\n", ("invalid-rule", 4)),
        ("  - record: a:b:c\n    alert: A\n    expr: up\n", ("invalid-rule", 4)),
        ("  - record: a b\n    expr: up\n", ("invalid-rule", 4)),
        ("  - record: a:b:c\n    expr: up\n    for: 5m\n", ("invalid-rule", 6)),
        ("  - record: a:b:c\n    expr: [up]\n", ("invalid-rule", 5)),
        ("  - record: a:b:c\n    expr: up\n    labels: [a]\n", ("invalid-rule", 6)),
        ("  - record: a:b:c\n    expr: up\n    labels: {1a: b}\n", ("invalid-rule", 6)),
        ("  - record: a:b:c\n    expr: up\n    labels: {__name__: b}\n", ("invalid-rule", 6)),
        ("  - alert: A\n    expr: up\n    for: soon\n", ("invalid-rule", 6)),
        ("  - alert: A\n    expr: up\n    for: 300\n", ("invalid-rule", 6)),
        ("  - just a text\n", ("invalid-rule", 4)),
        ("  - record: a:b:c\n    expr: up\n    exrp: up\n", ("unknown-field", 6)),
        ("  - record: a:b:c\n    expr: up\n    expr: up\n", ("duplicate-key", 6)),
        ("  - alert: A\n    expr: up\n    labels: {a: b, a: c}\n", ("duplicate-key", 6)),
    ],
)
def test_a_rule_that_prometheus_refuses_is_found_and_the_next_is_still_read(
    rule: str, expected: tuple[str, int]
) -> None:
    """The finding has the line of the mistake; the good rule behind it is a rule."""
    text = GROUP + rule + RECORD
    assert expected in found(text)
    assert "service:up:sum" in [one.name.value for one in read(text).rules]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("groups: 5\n", ("invalid-rule", 1)),
        ("groups:\n- 5\n", ("invalid-rule", 2)),
        ("groups:\n- rules: []\n", ("invalid-rule", 2)),
        ("x: 1\n" + GROUP, ("unknown-field", 1)),
        ("groups:\n- name: a\n- name: a\n", ("invalid-rule", 3)),
        ("groups:\n- name: a\n  interval: often\n", ("invalid-rule", 3)),
        ("groups:\n- name: a\n  limit: few\n", ("invalid-rule", 3)),
        ("groups:\n- name: a\n  rules: {}\n", ("invalid-rule", 3)),
        (GROUP + RECORD + "---\n" + GROUP + RECORD, ("ignored-document", 7)),
    ],
)
def test_a_file_or_group_that_prometheus_refuses_is_found(
    text: str, expected: tuple[str, int]
) -> None:
    """The finding has the line of the mistake."""
    assert expected in found(text)


@pytest.mark.parametrize(
    "text",
    [
        GROUP + RECORD,
        (GROUP + RECORD).replace("\n", "\r\n"),
        "\ufeff" + GROUP + RECORD,
        JSON,
        GROUP + "  - &one\n    record: service:up:sum\n    expr: sum by (service) (up)\n"
        "  - <<: *one\n    record: job:up:sum\n    expr: sum by (job) (up)\n",
        "# comment\n---\n" + GROUP + RECORD + "...\n",
        GROUP + RECORD + "    labels:\n",
        "apiVersion: v1\nkind: Service\n---\n"
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\nspec:\n"
        + "".join(f"  {line}\n" for line in (GROUP + RECORD).splitlines()),
    ],
)
def test_every_ordinary_spelling_is_read_without_a_finding(text: str) -> None:
    """Line ends, byte order marks, JSON, anchors, comments and Kubernetes change nothing."""
    report = linted(text)
    assert ids(report) == []
    assert report.counts.rules > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("# nothing\n", "no document"),
        ("groups: [}", "near `groups: [}`"),
        ("groups:\n\t- name: a\n", "near `- name: a`"),
        ("a: 1\n", "mapping of a"),
        ("- a\n", "no mapping"),
        ("just words\n", "no mapping"),
        ("apiVersion: v1\nkind: ConfigMap\n", "Kubernetes ConfigMap"),
        ("{{- if .Values.rules }}\ngroups: []\n{{- end }}\n", "template"),
        ("groups:\n- name: {{ .Release.Name }}\n  rules: {{ include x }}\n  a: b: c\n", "template"),
        ("[" * 1000, "deep"),
        ("groups: *x", "no anchor"),
        ("{" * 100_000, ""),
    ],
)
def test_what_cannot_be_read_is_said_and_never_passes(text: str, words: str) -> None:
    """One finding that tells why; the report counts as unreadable."""
    report = linted(text)
    finding = only(report)
    assert finding.kind.id == "unreadable"
    assert words in finding.explanation
    assert report.unreadable


@pytest.mark.parametrize("text", ["groups: []", "groups:\n- name: a\n", "groups:\n"])
def test_a_file_without_rules_is_no_success(text: str) -> None:
    """Promtool says success; nothing to lint is an error here."""
    report = linted(text)
    assert ids(report) == ["nothing-to-lint"]
    assert report.unreadable


def test_aliases_cannot_multiply_rules_without_end() -> None:
    """A small file that means millions of rules is refused."""
    rules = "[" + ", ".join(["{record: 'a:b:c', expr: up}"] * 400) + "]"
    text = f"x: &r {rules}\ngroups:\n" + "".join(
        f"- {{name: g{number}, rules: *r}}\n" for number in range(300)
    )
    assert "unreadable" in ids(linted(text))


def test_one_broken_file_does_not_hide_the_others() -> None:
    """The findings of the second file are reported beside the first one's."""
    report = linted("groups: [}", GROUP + "  - record: up_sum\n    expr: sum(up)\n")
    assert ids(report) == ["unreadable", "recording-name"]
