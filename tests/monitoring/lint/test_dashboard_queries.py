"""Every expression of a dashboard is asked for with its place, and nothing else is."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import dashboard

from opsconductor.monitoring.lint.dashboard_queries import expressions, queries
from opsconductor.monitoring.lint.dashboards.example import board, panel, target
from opsconductor.monitoring.lint.query import ANYTHING, Query, Role


def asked(document: Any) -> list[Query]:
    """The queries of a dashboard, scraped every 15 seconds."""
    return list(queries(dashboard(document), 15.0))


def variable(query: Any, **fields: Any) -> dict[str, Any]:
    """A variable that is filled by a query."""
    return {"name": "v", "type": "query", "query": query} | fields


def test_panels_in_rows_are_asked_for_with_their_place() -> None:
    """Subject, name and the line of the expression are there for messages."""
    inner = panel(id=3, title="Inside", targets=[target(expr="sum(up)")])
    document = board(panel(), {"id": 2, "type": "row", "panels": [inner]})
    found = asked(document)[-1]
    assert (found.text, found.role, found.subject, found.name) == (
        "sum(up)",
        Role.PANEL,
        "panel Inside",
        "Inside",
    )
    line = dashboard(document).text.splitlines()[found.position.line - 1]
    assert line.strip().startswith('"expr": "sum(up)"')
    assert line[(found.position.column or 0) - 1 :].startswith('"sum(up)"')


def test_variables_are_replaced() -> None:
    """The checks of PromQL never see a dollar."""
    query = target(expr='rate(x{a="$v"}[$__rate_interval])')
    document = board(panel(targets=[query]), variables=(variable("label_values(a)"),))
    assert [found.text for found in asked(document)] == [f'rate(x{{a=~"{ANYTHING}"}}[1m])']


@pytest.mark.parametrize(
    "changes",
    [
        {"expr": ""},
        {"expr": None},
        {"expr": '{a="b"} | json', "datasource": {"type": "loki", "uid": "x"}},
        {"expr": "$A + 1", "datasource": {"type": "__expr__", "uid": "__expr__"}},
        {"expr": "sum by ($nobody) (x)"},
    ],
)
def test_what_is_no_readable_promql_is_left_out(changes: dict[str, Any]) -> None:
    """Empty queries, other languages, and expressions with a variable without a value."""
    assert asked(board(panel(targets=[target(**changes)]))) == []


@pytest.mark.parametrize(
    ("query", "text", "label"),
    [
        ("label_values(up, job)", "count(up)", "job"),
        (" label_values( up{a=~'x,y'} ,job ) ", "count(up{a=~'x,y'})", "job"),
        ("label_values({__name__=~'a|b', c='d'}, job)", "count({__name__=~'a|b', c='d'})", "job"),
        ("label_values(sum(up) by (a, b), a)", "count(sum(up) by (a, b))", "a"),
        ("query_result(topk(5, sum(up) by (a)))", "topk(5, sum(up) by (a))", ""),
        ("metrics(ai_.*)", 'count({__name__=~"ai_.*"})', ""),
        ("metrics(a\\d)", 'count({__name__=~"a\\\\d"})', ""),
        ("up{job='a'}", "count(up{job='a'})", ""),
        ({"qryType": 1, "query": "label_values(up, job)"}, "count(up)", "job"),
    ],
)
def test_queries_of_variables_name_series(query: Any, text: str, label: str) -> None:
    """Grafana's functions are taken off; which series there are is counted, not drawn."""
    document = board(panel(targets=None), variables=(variable(query),))
    assert [found.text for found in asked(document)] == [text]
    assert [found.label for found in expressions(dashboard(document), 15.0)] == [label]


@pytest.mark.parametrize(
    "entry",
    [
        variable("label_values(job)"),
        variable("label_names()"),
        variable(""),
        variable({"qryType": 5}),
        variable("label_values(up, job)", datasource={"type": "loki", "uid": "x"}),
        {"name": "v", "type": "custom", "query": "a,b"},
    ],
)
def test_variables_that_name_no_series_ask_nothing(entry: dict[str, Any]) -> None:
    """A label of whatever series, other sources, and lists written down."""
    assert asked(board(panel(targets=None), variables=(entry,))) == []


def test_annotations_ask_too_and_once() -> None:
    """Grafana writes their text twice: in the target, and beside it for older versions."""
    source = {"type": "prometheus", "uid": "${datasource}"}
    new = {"datasource": source, "expr": "ALERTS", "target": {"expr": "ALERTS", "refId": "A"}}
    old = {"datasource": "$datasource", "expr": "changes(up[5m])"}
    built_in = {"datasource": "-- Grafana --", "type": "dashboard"}
    document = board(panel(targets=None), annotations={"list": [new, old, built_in]})
    assert [found.text for found in asked(document)] == ["ALERTS", "changes(up[5m])"]
