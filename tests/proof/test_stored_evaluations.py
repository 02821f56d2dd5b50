"""When a group of rules was evaluated is read from what it stored, and only from that."""

from opsconductor.monitoring.backtest.rule_file import rule_groups
from opsconductor.proof.stored_evaluations import stored_by


def test_groups_that_store_the_same_names_are_told_apart_by_labels() -> None:
    """Each group has a phase of its own; a neighbour's newest sample says nothing of it."""
    one, other = rule_groups(
        """
groups:
- name: a
  rules:
  - {record: r:rate, expr: up, labels: {slo: a}}
  - {alert: Burn, expr: up, labels: {slo: a, tool: "{{ $labels.tool }}"}}
  - {alert: Down, expr: up == 0}
- name: b
  rules:
  - {record: r:rate, expr: up, labels: {slo: b}}
  - {alert: Down, expr: up == 0, for: 1m}
""",
        "rules.yml",
        30_000,
    )
    assert stored_by(one, [one, other]) == [
        'ALERTS{alertname="Burn",slo="a"}', 'r:rate{slo="a"}',
    ]  # fmt: skip
    assert stored_by(other, [one, other]) == ['r:rate{slo="b"}']
