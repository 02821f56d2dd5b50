"""Rules that say the same twice, or that another makes pointless."""

import pytest
from tests.monitoring.lint.linting import ids, linted, only

ALERT = """\
  - alert: DiskNearlyFull
    expr: {}
    for: {}
    labels: {{severity: {}}}
    annotations: {{summary: a, description: b, runbook_url: c}}
"""
FREE = "min by (path) (stack_disk_free_ratio)"


def pair(*alerts: tuple[str, str, str]) -> str:
    """A file of alerts of the same name: expression, `for`, severity."""
    return "groups:\n- name: a\n  rules:\n" + "".join(ALERT.format(*one) for one in alerts)


def lines(text: str) -> list[tuple[str, int]]:
    """Id and line of what is found."""
    return [(one.kind.id, one.position.line) for one in linted(text).findings]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ((f"{FREE} < 0.1", "5m"), (f"{FREE}<0.10", "5m"), [("duplicate-rule", 9)]),
        ((f"{FREE} < 0.1", "5m"), (f"{FREE} < 0.05", "5m"), [("shadowed-rule", 9)]),
        ((f"{FREE} < 0.05", "5m"), (f"{FREE} < 0.1", "5m"), [("shadowed-rule", 4)]),
        ((f"{FREE} < 0.1", "5m"), (f"{FREE} < 0.05", "1m"), []),
        ((f"{FREE} < 0.1", "5m"), (f"{FREE} < 0.1", "10m"), [("shadowed-rule", 9)]),
        ((f"{FREE} < 0.1", "5m"), (f"{FREE} <= 0.1", "5m"), [("shadowed-rule", 4)]),
        ((f"{FREE} < 0.1", "5m"), (f"0.05 > {FREE}", "5m"), [("shadowed-rule", 9)]),
        (
            (f"{FREE} < 0.1", "5m"),
            (f"{FREE} < 0.1 and {FREE} > 0.01", "5m"),
            [("shadowed-rule", 9)],
        ),
        ((f"{FREE} < 0.1", "5m"), (f"{FREE} > 0.05", "5m"), []),
        ((f"{FREE} < 0.1", "5m"), ("max by (path) (stack_disk_free_ratio) < 0.05", "5m"), []),
        ((f"{FREE} < 0.1 and on () (up > 0)", "5m"), (f"{FREE} < 0.05", "5m"), []),
    ],
)
def test_alerts_of_one_name_are_compared(
    one: tuple[str, str], other: tuple[str, str], found: list[tuple[str, int]]
) -> None:
    """Pointless is what fires only when the other does, and waits no shorter."""
    assert lines(pair((*one, "warning"), (*other, "warning"))) == found


def test_another_severity_makes_another_alert() -> None:
    """A warning at 10 % and a page at 5 % are two alerts."""
    text = pair((f"{FREE} < 0.1", "5m", "warning"), (f"{FREE} < 0.05", "5m", "critical"))
    assert ids(linted(text)) == []


def recorded(one: str, other: str, labels: str = "{}") -> str:
    """Two recording rules of the same name."""
    rule = "  - record: service:ai_requests:rate5m\n    expr: {}\n    labels: {}\n"
    return "groups:\n- name: a\n  rules:\n" + rule.format(one, "{}") + rule.format(other, labels)


RATE = 'sum by (service) (rate(ai_requests_total{{status="{}"}}[5m]))'


def test_one_name_recorded_from_two_expressions_is_found() -> None:
    """Both write the same series."""
    report = linted(recorded(RATE.format("success"), RATE.format("error")))
    finding = only(report)
    assert finding.kind.id == "shadowed-rule"
    assert "line 4" in finding.explanation


def test_one_name_with_labels_that_tell_apart_is_fine() -> None:
    """Different labels of the rule, or values that the expressions cannot share."""
    kept = 'sum by (service, status) (rate(ai_requests_total{{status="{}"}}[5m]))'
    apart = recorded(kept.format("success"), kept.format("error")).replace(
        "service:ai", "service_status:ai"
    )
    assert ids(linted(apart)) == []
    assert ids(linted(recorded(RATE.format("success"), RATE.format("error"), "{a: b}"))) == []
