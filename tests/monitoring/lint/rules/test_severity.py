"""Severities exist and lead to somebody, by our receivers or by an Alertmanager configuration."""

from dataclasses import replace

import pytest
from tests.monitoring.lint.linting import OURS, ids, linted, only

from opsconductor.monitoring.lint.alertmanager import alertmanager_routing
from opsconductor.monitoring.lint.rules.example import COMPLETE
from opsconductor.monitoring.lint.source import Source, UnreadableError
from opsconductor.objectives import RECEIVERS


def with_severity(value: str, more: str = "") -> str:
    """The complete alert with another severity, and further labels."""
    return COMPLETE.replace("severity: warning", f"severity: {value}{more}")


@pytest.mark.parametrize("severity", RECEIVERS)
def test_every_severity_of_ours_has_a_receiver(severity: str) -> None:
    """The words that our routes know are fine."""
    assert ids(linted(with_severity(severity))) == []


@pytest.mark.parametrize(
    ("severity", "found", "words"),
    [
        ("critcal", "unknown-severity", "Did you mean `critical`?"),
        ("Warning", "unknown-severity", "Did you mean `warning`?"),
        ("page", "severity-without-receiver", "critical (pagerduty)"),
        ("blubb", "unknown-severity", "There is no severity `blubb`"),
    ],
)
def test_a_severity_without_a_receiver_is_found(severity: str, found: str, words: str) -> None:
    """A misspelt word and somebody else's word are told apart."""
    finding = only(linted(with_severity(severity)))
    assert finding.kind.id == found
    assert words in f"{finding.explanation} {finding.advice}"


def test_a_severity_by_template_is_left_alone() -> None:
    """What it will be is not known."""
    assert ids(linted(with_severity("'{{ if gt $value 0.05 }}critical{{ end }}'"))) == []


CONFIGURATION = """\
route:
  receiver: nobody
  routes:
  - matchers: [severity="critical", team=~"db|web"]
    receiver: pager
  - match: {severity: warning}
    continue: true
    receiver: nobody
  - match_re: {severity: warn.*}
    receiver: chat
    routes:
    - matchers: ['{alertname="DiskNearlyFull",path="/boot"}']
      receiver: nobody
    - matchers: ['service!=""']
      receiver: nobody
receivers:
- name: nobody
- name: pager
  pagerduty_configs: [{routing_key: x}]
- name: chat
  slack_configs: [{channel: x}]
"""


def routed(text: str, configuration: str = CONFIGURATION) -> list[str]:
    """What is found against an Alertmanager configuration."""
    routing = alertmanager_routing(Source("alertmanager.yml", configuration.encode()))
    return ids(linted(text, context=replace(OURS, routing=routing)))


@pytest.mark.parametrize(
    ("severity", "more", "found"),
    [
        ("critical", "\n      team: db", []),
        ("critical", "\n      team: '{{ $labels.path }}'", []),
        ("critical", "\n      team: mail", ["severity-without-receiver"]),
        ("critical", "", ["severity-without-receiver"]),
        ("warning", "", []),
        ("warning", "\n      service: x", ["severity-without-receiver"]),
        ("info", "", ["severity-without-receiver"]),
        ("none", "", []),
    ],
)
def test_an_alert_is_followed_through_the_route_tree(
    severity: str, more: str, found: list[str]
) -> None:
    """A path label may be anything, so its route may match or not; `continue` goes on."""
    assert routed(with_severity(severity, more)) == found


def test_the_default_route_counts_where_it_has_an_integration() -> None:
    """Whoever falls through to a receiver that tells somebody is told."""
    configuration = "route: {receiver: chat}\nreceivers: [{name: chat, slack_configs: [{a: b}]}]\n"
    assert routed(with_severity("blubb"), configuration) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("route: [}", "alertmanager.yml:1"),
        ("", "no Alertmanager configuration"),
        ("groups: []", "no Alertmanager configuration"),
        ("route: {receiver: a}\nreceivers: [{name: b}]", "no receiver `a`"),
        ("route: {}\nreceivers: [{name: b}]", "no receiver"),
        ("route: {receiver: b, routes: [{matchers: [a]}]}\nreceivers: [{name: b}]", "no matcher"),
        ("route: {receiver: b, routes: 5}\nreceivers: [{name: b}]", "list"),
        ("route: {receiver: b}\nreceivers: 5", "no list"),
    ],
)
def test_a_broken_configuration_is_refused(text: str, words: str) -> None:
    """The place and the reason are named."""
    with pytest.raises(UnreadableError, match=words):
        alertmanager_routing(Source("alertmanager.yml", text.encode()))


@pytest.mark.parametrize(
    ("severity", "found"),
    [
        ("page", []),
        ("crit", []),
        ("P1", []),
        ("business-hours", []),
        ("critcal", ["unknown-severity"]),
        ("warnign", ["unknown-severity"]),
    ],
)
def test_of_a_strangers_receivers_nothing_is_claimed(severity: str, found: list[str]) -> None:
    """Who is told by another Alertmanager is not known; a misspelling is one everywhere."""
    context = replace(OURS, receivers={})
    assert ids(linted(with_severity(severity), context=context)) == found
