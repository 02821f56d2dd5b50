"""A file that Grafana provisions is a dashboard, whole and with something in it."""

import json

from tests.monitoring.lint.dashboards.boards import dashboard, findings, ids

from opsconductor.monitoring.lint.dashboards.example import board, panel


def test_the_remedy_for_a_wrapped_dashboard_is_the_dashboard() -> None:
    """What the edit leaves is what was inside, character by character."""
    wrapped = {"dashboard": board(), "overwrite": True, "folderUid": "x"}
    [finding] = findings(wrapped)
    assert finding.kind.id == "wrapped-dashboard"
    assert finding.edit is not None
    text = dashboard(wrapped).text
    assert finding.edit.old == text
    assert (finding.edit.first, finding.edit.last) == (1, text.count("\n") + 1)
    assert json.loads(finding.edit.new) == board()


def test_what_is_inside_a_wrapper_is_linted() -> None:
    """One mistake does not hide the next."""
    assert ids({"dashboard": board(panel(title=""))}) == [
        "wrapped-dashboard",
        "panel-without-title",
    ]


def test_inputs_are_named() -> None:
    """Who exported the dashboard must see what is to be replaced."""
    source = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}
    inputs = [{"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}]
    document = board(panel(datasource=source), __inputs=inputs, templating=None)
    [finding] = findings(document)
    assert finding.kind.id == "dashboard-inputs"
    assert "`DS_PROMETHEUS`" in finding.explanation


def test_an_empty_list_of_inputs_waits_for_nobody() -> None:
    """Generators write it, and it asks for nothing."""
    assert ids(board(__inputs=[])) == []


def test_a_dashboard_that_asks_nothing_is_found() -> None:
    """No panels, only rows, or panels without a query."""
    row = {"id": 1, "type": "row", "title": "Row", "panels": []}
    for panels in ([], [row], [panel(targets=None, datasource=None)]):
        assert ids(board(panels=panels, templating=None)) == ["empty-dashboard"]


def test_a_page_of_links_is_not_empty() -> None:
    """A start page of texts and lists asks nothing and shows something."""
    assert ids(board({"id": 1, "type": "dashlist", "title": "All"}, templating=None)) == []


def test_panels_that_grafana_overlooks_are_explained() -> None:
    """The author sees panels in the file and none on the screen."""
    old = {"title": "T", "uid": "t", "schemaVersion": 39, "rows": [{"panels": [panel()]}]}
    [finding] = findings(old)
    assert finding.kind.id == "empty-dashboard"
    assert "schemaVersion 16" in finding.explanation
