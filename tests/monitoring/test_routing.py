"""Who must be told, and who keeps quiet: the intent itself."""

import pytest

from opsconductor.monitoring.routing import matrix, own, pairs, quiet, receiver
from opsconductor.objectives import ALERTS

FAST = {"alertname": "SLOBurnRateFast", "service": "automation-service", "slo": "execution-success"}
SLOW = {**FAST, "alertname": "SLOBurnRateSlow"}
ERRORS = {"alertname": "AIExecutionErrorRateHigh", "service": "automation-service"}
DOWN = {"alertname": "MetricsEndpointDown", "service": "automation-service", "job": "x"}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"alertname": "A", "severity": "critical"}, "pagerduty"),
        ({"alertname": "A", "severity": "warning"}, "slack"),
        ({"alertname": "A", "severity": "info"}, "email"),
        ({"alertname": "A", "severity": "page-me"}, "slack"),
        ({"alertname": "A"}, "slack"),
        ({"alertname": "Watchdog", "severity": "none"}, "watchdog"),
        ({"alertname": "Watchdog", "severity": "critical"}, "watchdog"),
        ({"alertname": "A", "severity": "critical", "drill": "true"}, "inbox-pagerduty"),
        ({"alertname": "A", "drill": "true"}, "inbox-email"),
    ],
)
def test_the_severity_decides_who_is_told(labels: dict[str, str], expected: str) -> None:
    """Critical pages, warning goes to Slack, info to email; drills to the inbox."""
    assert receiver(labels) == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (FAST, SLOW, True),
        (FAST, {**SLOW, "slo": "another"}, False),
        (FAST, {**SLOW, "service": "ai-pipeline"}, False),
        (FAST, ERRORS, True),
        ({**FAST, "slo": "execution-latency"}, ERRORS, False),
        (SLOW, FAST, False),
        (FAST, {**SLOW, "drill": "true"}, False),
        ({**FAST, "drill": "true"}, SLOW, False),
        (DOWN, ERRORS, True),
        (DOWN, {**DOWN, "job": "y"}, False),
        (DOWN, {"alertname": "Watchdog", "service": "automation-service"}, False),
        (
            {**DOWN, "service": "monitoring", "job": "console"},
            {"alertname": "DiskNearlyFull", "service": "monitoring"},
            False,
        ),
    ],
)
def test_only_what_says_the_same_keeps_quiet(
    source: dict[str, str], target: dict[str, str], expected: bool
) -> None:
    """Of the same objective, service or process; never because of a drill."""
    assert quiet(source, target) is expected


def test_the_matrix_has_every_alert_with_every_severity() -> None:
    """Also with one that nobody foresaw, of each service, in earnest and as a drill."""
    routes = list(matrix())
    assert {route.labels["alertname"] for route in routes} == set(ALERTS)
    assert len(routes) == len(ALERTS) * 5 * 3 * 2


def test_labels_that_are_templates_are_filled() -> None:
    """An alert that takes a label from its expression is routed with a value of it."""
    found = own([("A", {"service": "{{ $labels.service }}", "severity": "info"})])
    assert found == ({"alertname": "A", "service": "automation-service", "severity": "info"},)


def test_every_pair_is_tried_in_both_directions() -> None:
    """Each alert beside each other one."""
    tried = list(pairs((FAST, SLOW)))
    assert (FAST, SLOW) in tried
    assert (SLOW, FAST) in tried
