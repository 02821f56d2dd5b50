"""Our own dashboards have no finding, with whatever settings they are made."""

from dataclasses import replace

import pytest
from tests.monitoring.lint.linting import OURS, linted

from opsconductor.monitoring.dashboards import dashboards
from opsconductor.monitoring.rules import alert_expressions
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos

CHANGED = Settings.model_validate({"alerting": {"count_caller_mistakes": True}})


@pytest.mark.parametrize("settings", [Settings(), CHANGED], ids=["default", "changed"])
def test_our_dashboards_are_silent(settings: Settings) -> None:
    """What we ask of others' dashboards, ours fulfil; and they are read, not skipped."""
    report = linted(*dashboards(settings).values())
    assert [f"{one.position}: {one.kind.id}: {one.explanation}" for one in report.findings] == []
    assert report.counts.panels == 70
    assert report.counts.expressions >= 110


@pytest.mark.parametrize(
    ("alert", "titles"),
    [
        ("AIExecutionErrorRateHigh", ["Error Rate (by reason + %)", "Error Rate by Tool"]),
        ("SelectorErrorBurst", ["DB Errors"]),
        ("SelectorCacheEvictionRateHigh", ["Cache Eviction Rate"]),
        ("NoRequestsReceived", ["Requests in 10m"]),
        ("DiskNearlyFull", ["Free Disk"]),
        ("CardinalityOverBudget", ["Series against the Budget"]),
        ("CanaryFailing", ["Failed Probes"]),
        ("SLOBurnRateFast", ["Burn over 1h and 5m (fast)"]),
    ],
)
def test_a_limit_that_moves_without_its_panel_is_found(alert: str, titles: list[str]) -> None:
    """The panel that shows an alert's limit is named when only the alert changes."""
    moved = Settings.model_validate({"alerting": {"thresholds": {alert: 0.77}}})
    context = replace(OURS, alerts=alert_expressions(moved, read_slos(moved.alerting.slo_dir)))
    report = linted(*dashboards(Settings()).values(), context=context)
    assert [(one.kind.id, one.subject) for one in report.findings] == [
        ("threshold-differs-from-alert", f"panel {title}") for title in titles
    ]
