"""A dashboard is read as Grafana reads it, each part with its place, or refused with a reason."""

import json
from typing import Any

import pytest

from opsconductor.monitoring.lint.dashboard import Dashboard, DashboardError, load

FILE = "board.json"


def read(document: Any) -> Dashboard:
    """The dashboard, from indented JSON."""
    return load(FILE, json.dumps(document, indent=2))


def test_parts_have_places() -> None:
    """Panel, query and field each stand at their own line and column."""
    text = """{
  "panels": [
    {"id": 1, "title": "A",
     "targets": [
       {"refId": "A",
        "expr": "up"}]}
  ]
}
"""
    board = load(FILE, text)
    [panel] = board.panels
    [target] = panel.targets
    assert str(board.position(panel.node)) == "board.json:3:5"
    assert str(board.position(target.node)) == "board.json:5:8"
    assert str(board.position(target.node.get("expr"))) == "board.json:6:17"
    assert str(board.position(panel.node.get("description"))) == "board.json:1:1"


def test_a_collapsed_row_holds_panels() -> None:
    """Panels of a collapsed row are panels like the others, and know their row."""
    inner = {"id": 3, "type": "stat", "title": "Inside"}
    row = {"id": 2, "type": "row", "title": "Row", "collapsed": True, "panels": [inner]}
    board = read({"panels": [{"id": 1, "type": "stat"}, row]})
    assert [panel.id for panel in board.panels] == [1, 2, 3]
    assert board.panels[2].row is board.panels[1]


@pytest.mark.parametrize("version", [None, 6, 15])
def test_rows_of_old_dashboards_hold_panels(version: int | None) -> None:
    """Below schema 16, panels stand in rows; their queries are linted like any others."""
    target = {"refId": "A", "expr": "up"}
    row = {"title": "Row", "panels": [{"id": 1, "type": "graph", "span": 6, "targets": [target]}]}
    board = read({"rows": [row], "schemaVersion": version})
    assert [found.expression for _, found in board.targets()] == ["up"]
    assert board.panels[0].grid is None


def test_rows_of_a_grid_dashboard_are_overlooked() -> None:
    """From schema 16 on Grafana does not look into `rows`, so what is in them is not shown."""
    board = read({"rows": [{"panels": [{"id": 1}]}], "schemaVersion": 16})
    assert board.panels == ()
    assert board.hidden_rows is not None


@pytest.mark.parametrize("document", [{"panels": [], "rows": []}, {"panels": None}])
def test_an_empty_list_is_no_mistake_of_form(document: dict[str, Any]) -> None:
    """Exports of Grafana 5 have an empty `rows` beside `panels`."""
    assert read(document).panels == ()


def test_a_wrapped_dashboard_is_read_and_known_as_such() -> None:
    """What stands inside `dashboard` is the dashboard; positions are those of the file."""
    board = read({"dashboard": {"title": "T", "panels": []}, "folderId": 0})
    assert board.title == "T"
    assert board.wrapper is not None
    assert board.position(board.root).line == 2


def test_a_resource_of_schema_v1_is_read() -> None:
    """Grafana 12 writes the classic dashboard as the `spec` of a resource."""
    spec = {"title": "T", "panels": [{"id": 1}]}
    board = read({"apiVersion": "dashboard.grafana.app/v1beta1", "spec": spec})
    assert [panel.id for panel in board.panels] == [1]


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ('{\n"panels": [', "not JSON: Expecting value", 2),
        ("", "not JSON", 1),
        ("\x00\x01PNG", "not JSON", 1),
        ("[" * 5000, "not JSON: nested more than 100", 1),
        ("[]", "a dashboard is a JSON object", 1),
        ("3", "a dashboard is a JSON object", 1),
        ('{"groups": []}', "neither 'panels' nor 'rows'", 1),
        ('{"dashboard":\n {"a": 1}}', "neither 'panels' nor 'rows'", 2),
        ('{"dashboard": "text"}', "neither 'panels' nor 'rows'", 1),
        ('{"panels":\n {"a": 1}}', "'panels' is not a list", 2),
        ('{"panels": [\n{},\n 5]}', "a member of 'panels' is not an object", 3),
        ('{"rows": [\n 5]}', "a member of 'rows' is not an object", 2),
        (
            '{"apiVersion": "dashboard.grafana.app/v2alpha1",\n"spec": {"elements": {}}}',
            "schema v2",
            2,
        ),
        ('{"elements": {},\n "layout": {}}', "schema v2", 1),
    ],
)
def test_what_is_no_dashboard_is_refused_with_place_and_reason(
    text: str, says: str, line: int
) -> None:
    """One error that says where and why; never a traceback and never an empty dashboard."""
    with pytest.raises(DashboardError) as refused:
        load(FILE, text)
    assert says in str(refused.value)
    assert refused.value.position.line == line


def test_fields_of_odd_types_count_as_absent() -> None:
    """Grafana loads such files too, and shows what it understands."""
    panel = {
        "id": "7",
        "title": 5,
        "type": None,
        "gridPos": {"x": "0", "y": 0, "w": "HUGE", "h": 1},
        "targets": [{"expr": 5, "refId": []}, "text"],
        "datasource": 3,
    }
    document = {"panels": [panel], "templating": [], "annotations": {"list": {}}, "uid": 9}
    board = load(FILE, json.dumps(document).replace('"HUGE"', "1e999"))
    [found] = board.panels
    assert (found.id, found.title, found.type, found.grid, board.uid) == (None, "", "", None, "")
    assert [target.expression for target in found.targets] == ["", ""]


@pytest.mark.parametrize(
    ("datasource", "expected"),
    [
        (None, True),
        ("Prometheus", True),
        ("$source", True),
        ("${source}", True),
        ("[[source]]", True),
        ("$logs", False),
        ("Loki production", False),
        ("${DS_LOKI}", False),
        ("-- Mixed --", False),
        ("-- Grafana --", False),
        ({"type": "prometheus", "uid": "abc"}, True),
        ({"type": "loki", "uid": "abc"}, False),
        ({"type": "__expr__", "uid": "__expr__"}, False),
        ({"type": "datasource", "uid": "-- Dashboard --"}, False),
        ({"uid": "$source"}, True),
        ({"uid": "$logs"}, False),
        ({"type": "postgres", "uid": "abc"}, False),
    ],
)
def test_the_data_source_decides_whether_a_query_is_promql(datasource: Any, expected: bool) -> None:
    """Type, variable, input or name: whichever there is; a query of another kind is left alone."""
    document = {
        "panels": [{"targets": [{"refId": "A", "expr": "up", "datasource": datasource}]}],
        "templating": {
            "list": [
                {"name": "source", "type": "datasource", "query": "prometheus"},
                {"name": "logs", "type": "datasource", "query": "loki"},
            ]
        },
        "__inputs": [{"name": "DS_LOKI", "type": "datasource", "pluginId": "loki"}],
    }
    [(_, target)] = read(document).targets()
    assert target.source.is_prometheus is expected


def test_a_query_without_a_source_reads_that_of_its_panel() -> None:
    """Old dashboards name the data source at the panel only."""
    panel = {"datasource": {"type": "loki", "uid": "x"}, "targets": [{"expr": "{a=~'b'}"}]}
    [(_, target)] = read({"panels": [panel]}).targets()
    assert target.source.plugin == "loki"
