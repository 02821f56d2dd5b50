"""What an alert lacks is found; what it has in another ordinary form is not missed."""

import pytest
from tests.monitoring.lint.linting import ids, linted

from opsconductor.monitoring.lint.rules.example import COMPLETE


def without(*lines: str) -> str:
    """The complete alert without the lines that begin with these words."""
    kept = [
        line
        for line in COMPLETE.splitlines(keepends=True)
        if not line.strip().startswith(tuple(lines))
    ]
    assert len(kept) < len(COMPLETE.splitlines())
    return "".join(kept)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("for:", "missing-for"),
        ("summary:", "missing-summary"),
        ("description:", "missing-description"),
        ("runbook_url:", "missing-runbook"),
        ("severity:", "missing-severity"),
    ],
)
def test_what_is_missing_is_found_and_nothing_else(line: str, found: str) -> None:
    """Each part that an alert needs has an id of its own."""
    assert ids(linted(without(line))) == [found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("for: 5m", "for: 0s"),
        ("description:", "message:"),
        ("runbook_url: http://127.0.0.1:3001/runbooks/DiskNearlyFull", "runbook: see the wiki"),
    ],
)
def test_other_ordinary_forms_count(old: str, new: str) -> None:
    """At once on purpose, `message`, and a runbook without an address are something."""
    assert old in COMPLETE
    assert ids(linted(COMPLETE.replace(old, new))) == []


def test_an_empty_text_is_none() -> None:
    """A summary of blanks helps nobody."""
    text = COMPLETE.replace("The disk of {{ $labels.path }} is nearly full", '"  "')
    assert ids(linted(text)) == ["missing-summary"]


def test_a_severity_may_come_from_the_series() -> None:
    """An alert about ALERTS has the severity of the alert that it is about."""
    text = without("severity:", "labels:").replace(
        "min by (path) (stack_disk_free_ratio) < 0.1", 'ALERTS{alertstate="firing"} > 0'
    )
    assert "missing-severity" not in ids(linted(text.replace("$labels.path", "$labels.alertname")))


def test_a_groups_labels_count() -> None:
    """Prometheus 3 adds a group's labels to each of its rules."""
    text = without("severity:", "labels:").replace(
        "  interval: 30s\n", "  interval: 30s\n  labels: {severity: warning}\n"
    )
    assert ids(linted(text)) == []


def test_recording_rules_need_none_of_it() -> None:
    """Nobody is called by a recorded series."""
    rule = "  - record: service:up:sum\n    expr: sum by (service) (up)\n"
    assert ids(linted(f"groups:\n- name: a\n  rules:\n{rule}")) == []
