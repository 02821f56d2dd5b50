"""The known traps of this architecture, each set as people set it, and found by name."""

import json
from dataclasses import dataclass

import pytest
from tests.monitoring.lint.linting import ids, linted

from opsconductor.monitoring.lint.kinds import BY_ID
from opsconductor.monitoring.lint.slos.example import TEXT

RULE = """\
groups:
- name: example
  interval: 30s
  rules:
  - alert: DiskNearlyFull
    expr: {expr}
    for: 5m
    labels:
      severity: warning
    annotations:
      summary: Something is wrong
      description: The value is {{{{ $value }}}}.
      runbook_url: http://127.0.0.1:3001/runbooks/DiskNearlyFull
"""
"""An alert that lacks nothing but a right expression."""
SUCCESS = (
    'sum(rate(ai_requests_total{{status="success"}}[{0}])) / sum(rate(ai_requests_total[{0}]))'
)
ERRORS = 'sum(rate(ai_requests_total{status="error"}[1h])) / sum(rate(ai_requests_total[1h]))'
BUSY = " and sum(increase(ai_requests_total[1h])) > 20"


@dataclass(frozen=True, slots=True)
class Trap:
    """A trap: what it is called, the id that has to name it, the mistake, and what is right."""

    number: str
    id: str
    wrong: str
    right: str


def _expression(number: str, name: str, wrong: str, right: str) -> Trap:
    return Trap(number, name, *(RULE.format(expr=json.dumps(one)) for one in (wrong, right)))


def _board(*, wrapped: bool) -> str:
    (kind,) = (BY_ID["wrapped-dashboard"],)
    return (kind.bad if wrapped else kind.good).text


TRAPS = (
    _expression(
        "1: two label sets that do not match",
        "never-matches",
        "rate(ai_request_errors_total[5m]) / rate(ai_requests_total[5m]) > 0.05" + BUSY,
        "sum(rate(ai_request_errors_total[5m])) / sum(rate(ai_requests_total[5m])) > 0.05" + BUSY,
    ),
    _expression(
        "2: success that vanishes at an outage",
        "empty-when-absent",
        'sum(rate(http_requests_total{code="200"}[1h])) / sum(rate(http_requests_total[1h])) < 0.9'
        " and sum(increase(http_requests_total[1h])) > 20",
        'sum(rate(http_requests_total{code="500"}[1h])) / sum(rate(http_requests_total[1h])) > 0.1'
        " and sum(increase(http_requests_total[1h])) > 20",
    ),
    _expression(
        "3: the objective as threshold of a fast burn",
        "objective-as-threshold",
        f"{SUCCESS.format('1h')} < 0.99 and {SUCCESS.format('5m')} < 0.99{BUSY}",
        f"{SUCCESS.format('1h')} < 0.856 and {SUCCESS.format('5m')} < 0.856{BUSY}",
    ),
    _expression(
        "4: a quantile of a range",
        "invalid-expression",
        "histogram_quantile(0.95, ai_request_duration_seconds_bucket[5m]) > 1",
        "histogram_quantile(0.95, sum by (le) (rate(ai_request_duration_seconds_bucket[5m]))) > 1",
    ),
    _expression(
        "5: a counter born at 1",
        "born-at-one",
        'sum(increase(ai_request_errors_total{reason="denied"}[5m])) > 0',
        'sum(increase(ai_request_errors_total{reason="timeout"}[5m])) > 0',
    ),
    _expression(
        "6: no requests, and no series either",
        "silent-without-series",
        "sum(rate(http_requests_total[5m])) == 0",
        "sum(rate(http_requests_total[5m])) == 0 or absent(http_requests_total)",
    ),
    _expression(
        "6: a target that vanished",
        "vanished-target",
        'up{job="automation-service"} == 0',
        'up{job="automation-service"} == 0 or absent(up{job="automation-service"})',
    ),
    _expression(
        "7: a tier that needs more than everything to fail",
        "unfirable-tier",
        f"{ERRORS} > 14.4 * (1 - 0.9){BUSY}",
        f"{ERRORS} > 14.4 * (1 - 0.99){BUSY}",
    ),
    Trap(
        "7: the same in an SLO",
        "slo-unfirable-tier",
        BY_ID["slo-unfirable-tier"].bad.text,
        TEXT,
    ),
    _expression(
        "8: one error of ten requests",
        "low-traffic-without-guard",
        f"{ERRORS} > 0.05",
        f"{ERRORS} > 0.05{BUSY}",
    ),
    _expression(
        "9: an alert that fires on NaN",
        "fires-on-nan",
        f"({ERRORS}) != 0",
        f"({ERRORS}) > 0.01{BUSY}",
    ),
    _expression(
        "9: an alert that is silent on an empty vector",
        "never-on-empty",
        'sum(up{job="automation-service"}) == 0',
        'sum(up{job="automation-service"}) == 0 or absent(up{job="automation-service"})',
    ),
    Trap(
        "28: a dashboard inside a dashboard",
        "wrapped-dashboard",
        _board(wrapped=True),
        _board(wrapped=False),
    ),
    Trap(
        "28: a panel of trace ids over series that have none",
        "legend-without-label",
        BY_ID["legend-without-label"].bad.text,
        BY_ID["legend-without-label"].good.text,
    ),
    _expression(
        "37: a bound without its point",
        "le-spelling",
        'sum(rate(ai_request_duration_seconds_bucket{le="1"}[5m])) > 5',
        'sum(rate(ai_request_duration_seconds_bucket{le="1.0"}[5m])) > 5',
    ),
)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.number)
def test_a_trap_is_found_by_its_id_and_its_corrected_twin_is_silent(trap: Trap) -> None:
    """Each was true of an existing implementation; nothing else is said of it."""
    assert set(ids(linted(trap.wrong))) == {trap.id}
    assert ids(linted(trap.right)) == []


def test_every_trap_of_rules_and_dashboards_is_among_them() -> None:
    """Traps 1 to 9 are of rules, 28 of dashboards, 37 of buckets."""
    numbers = {int(trap.number.partition(":")[0]) for trap in TRAPS}
    assert numbers == {*range(1, 10), 28, 37}
