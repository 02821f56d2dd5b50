"""Our own dashboards have no finding, with whatever settings they are made."""

import pytest
from tests.monitoring.lint.linting import linted

from opsconductor.monitoring.dashboards import dashboards
from opsconductor.settings import Settings

CHANGED = Settings.model_validate({"alerting": {"count_caller_mistakes": True}})


@pytest.mark.parametrize("settings", [Settings(), CHANGED], ids=["default", "changed"])
def test_our_dashboards_are_silent(settings: Settings) -> None:
    """What we ask of others' dashboards, ours fulfil; and they are read, not skipped."""
    report = linted(*dashboards(settings).values())
    assert [f"{one.position}: {one.kind.id}: {one.explanation}" for one in report.findings] == []
    assert report.counts.panels == 15
    assert report.counts.expressions >= 20
