"""Groups that are evaluated too seldom for their rules."""

from dataclasses import replace

import pytest
from tests.monitoring.lint.linting import OURS, ids, linted

from opsconductor.monitoring.lint.rules.example import COMPLETE

RECORD = (
    "groups:\n- name: a\n{}  rules:\n  - record: service:up:sum\n    expr: sum by (service) (up)\n"
)


@pytest.mark.parametrize(
    ("interval", "hold", "found"),
    [
        ("30s", "5m", []),
        ("5m", "5m", []),
        ("5m", "4m59s", ["interval-slower-than-for"]),
        ("10m", "0s", []),
    ],
)
def test_an_interval_longer_than_for_is_found(interval: str, hold: str, found: list[str]) -> None:
    """`for: 0s` waits for nothing, so that it loses nothing."""
    text = COMPLETE.replace("30s", interval).replace("for: 5m", f"for: {hold}")
    assert ids(linted(text)) == found


def test_an_unknown_interval_says_nothing() -> None:
    """Without the group's interval and the server's there is nothing to compare."""
    text = COMPLETE.replace("  interval: 30s\n", "").replace("for: 5m", "for: 10s")
    assert ids(linted(text, context=replace(OURS, interval=None))) == []
    assert ids(linted(text, context=replace(OURS, interval=60))) == ["interval-slower-than-for"]


@pytest.mark.parametrize(
    ("interval", "found"), [("5m", []), ("301s", ["interval-slower-than-lookback"]), ("", [])]
)
def test_a_series_that_is_recorded_too_seldom_has_gaps(interval: str, found: list[str]) -> None:
    """Beyond the lookback of 5 minutes the series is absent between its samples."""
    text = RECORD.format(f"  interval: {interval}\n" if interval else "")
    assert ids(linted(text)) == found
