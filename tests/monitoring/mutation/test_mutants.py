"""Slips of the hand: every kind is made, and what changes nothing is none."""

import pytest

from opsconductor.monitoring.mutation.mutants import slips
from opsconductor.monitoring.mutation.rule_file import rules

ALERT = """\
groups:
- name: g
  rules:
  - record: job:errors:rate5m
    expr: sum by (job, code) (rate(errors_total{code=~"5..|429"}[5m]))
    labels: {team: us}
  - alert: A
    expr: job:errors:rate5m / on (job) requests > 0.05 and requests >= 20 unless ignoring (x) off
    for: 2m
    labels: {severity: critical, team: us}
"""


def said() -> set[str]:
    """What is said of every mutant of the example."""
    return {mutant.name for mutant in slips(rules(ALERT, "rules.yml")).mutants}


@pytest.mark.parametrize(
    "slip",
    [
        "A: 0.05 becomes 0.055",
        "A: 0.05 becomes 0.045",
        "A: 0.05 becomes 0.5",
        "A: > becomes >= before 0.05",
        "A: > becomes < before 0.05",
        "A: >= becomes > before 20",
        "job:errors:rate5m: [5m] becomes [10m] of errors_total",
        "job:errors:rate5m: [5m] becomes [150s] of errors_total",
        "A: for 2m becomes 0s",
        "A: for 2m becomes 1m",
        "A: for 2m becomes 4m",
        "job:errors:rate5m: code=~ of errors_total loses 429",
        "job:errors:rate5m: code=~ of errors_total becomes !~",
        "job:errors:rate5m: code=~ of errors_total is dropped",
        "job:errors:rate5m: by loses job",
        "job:errors:rate5m: by has instance for job",
        "job:errors:rate5m: by becomes without",
        "job:errors:rate5m: sum becomes avg",
        "job:errors:rate5m: sum is dropped",
        "job:errors:rate5m: rate becomes increase of errors_total",
        "job:errors:rate5m: rate becomes irate of errors_total",
        "A: the sides of / are swapped before requests",
        "A: / becomes * before requests",
        "A: on (job) is dropped before requests",
        "A: and becomes unless before requests",
        "A: and becomes or before requests",
        "A: unless becomes and before off",
        "A: the right side of and is dropped before requests",
        "A: severity becomes warning",
        "A: the label team is dropped",
        "job:errors:rate5m: the label team is dropped",
    ],
)
def test_every_slip_of_the_hand_is_made(slip: str) -> None:
    """Each kind of slip is tried on alerts and on recording rules."""
    assert slip in said()


def test_every_mutant_differs_from_its_rule_and_from_every_other() -> None:
    """No mutant is counted twice, and none is the rule itself."""
    every = rules(ALERT, "rules.yml")
    written = [str(rule.document()) for rule in every]
    written += [str(mutant.rule.document()) for mutant in slips(every).mutants]
    assert len(written) == len(set(written))


SAID_TWICE = """\
groups:
- name: g
  rules:
  - {record: 'a:x', expr: 'sum(rate(x[5m]))', labels: {slo: one}}
  - {record: 'a:x', expr: 'sum(rate(y[5m]))', labels: {slo: two}}
  - {record: 'a:y', expr: 'a:x{slo="one"} / (a:x{slo="one"} > 0)', labels: {slo: one}}
  - {record: 'a:z', expr: 'a:x{slo="one"} / on () (a:x{slo="one"} > 0)', labels: {slo: one}}
  - {alert: Gone, expr: 'absent(up{job="a"})', labels: {job: a}}
  - {alert: Sum, expr: 'sum(up{job="a"}) < 1', labels: {job: a}}
"""


def test_what_is_said_twice_can_be_left_out() -> None:
    """A matcher that the other operand implies, and a label that the series have anyway."""
    names = {mutant.name for mutant in slips(rules(SAID_TWICE, "rules.yml")).redundant}
    assert names == {
        "a:y: slo= of a:x is dropped",
        "a:y: slo= of a:x is dropped (2)",
        "a:y: the label slo is dropped",
        "Gone: the label job is dropped",
    }


def test_what_makes_a_difference_is_never_called_redundant() -> None:
    """Without labels to match on, or after a sum, the same words do matter."""
    names = {mutant.name for mutant in slips(rules(SAID_TWICE, "rules.yml")).mutants}
    assert {
        "a:z: slo= of a:x is dropped",
        "a:z: slo= of a:x is dropped (2)",
        "a:z: the label slo is dropped",
        "Sum: the label job is dropped",
        "Sum: job= of up is dropped",
        "a:x{slo=one}: the label slo is dropped",
    } <= names
