"""Ids, uids, letters and keys are there once."""

from tests.monitoring.lint.dashboards.boards import dashboard, findings, ids

from opsconductor.monitoring.lint.dashboard import load
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards import check
from opsconductor.monitoring.lint.dashboards.example import board, panel, target
from opsconductor.monitoring.promql.schema import Schema

BELOW = {"x": 0, "y": 8, "w": 12, "h": 8}


def test_two_panels_with_one_id() -> None:
    """The second is reported at its id, with the line of the first."""
    document = board(panel(), panel(gridPos=BELOW))
    [finding] = findings(document)
    assert finding.kind.id == "duplicate-panel-id"
    lines = dashboard(document).text.splitlines()
    assert lines[finding.position.line - 1].strip() == '"id": 1,'
    first = int(finding.explanation.split("line ")[1].rstrip("."))
    assert lines[first - 1].strip() == '"id": 1,'
    assert first < finding.position.line


def test_ids_inside_collapsed_rows_count() -> None:
    """Grafana numbers all panels of a dashboard together."""
    row = {"id": 7, "type": "row", "title": "Row", "panels": [panel()]}
    assert ids(board(panel(), row)) == ["duplicate-panel-id"]


def test_panels_without_an_id_are_numbered_by_grafana() -> None:
    """No id, null and 0 are no ids."""
    others = [panel(gridPos=None, id=number) for number in (None, 0, 0)]
    assert ids(board(*others)) == []


def test_two_queries_with_one_letter() -> None:
    """The letters count within a panel only."""
    twice = panel(targets=[target(), target()])
    assert ids(board(twice)) == ["duplicate-ref-id"]
    assert ids(board(panel(), panel(id=2, gridPos=BELOW))) == []


def test_two_files_with_one_uid() -> None:
    """The later file is reported and names the earlier one."""
    first = dashboard(board(), "first.json")
    [finding] = findings(board(title="Another"), others=(first,))
    assert finding.kind.id == "duplicate-uid"
    assert finding.explanation == "The uid `example` is that of first.json."
    assert findings(board(uid="other"), others=(first,)) == []


def test_dashboards_without_a_uid_get_one() -> None:
    """No uid is not the same uid."""
    first = dashboard(board(uid=None), "first.json")
    assert findings(board(uid=None), others=(first,)) == []


def test_a_key_that_is_there_twice() -> None:
    """Wherever it is, with its own line."""
    text = '{"panels": [{"type": "text",\n"type": "text"}],\n "panels": []}'
    linted = load("board.json", text)
    context = DashboardContext(schema=Schema({}, "nothing", complete=False), dashboards=(linted,))
    found = [one for one in check(linted, context) if one.kind.id == "repeated-key"]
    assert [str(one.position) for one in found] == ["board.json:3:2"]
