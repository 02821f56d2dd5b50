"""Variables are declared where they are used, and used where they are declared."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import asking, dashboard, findings, ids

from opsconductor.monitoring.lint.dashboards.example import CHOICE, board, panel, target

TOOL = {
    "name": "tool",
    "type": "query",
    "datasource": CHOICE,
    "query": {"qryType": 1, "query": "label_values(ai_requests_total, tool)", "refId": "V"},
}


@pytest.mark.parametrize(
    "expression",
    [
        'sum(rate(ai_requests_total{tool="$tool"}[5m]))',
        'sum(rate(ai_requests_total{tool=~"${tool:regex}"}[5m]))',
        'sum(rate(ai_requests_total{tool=~"[[tool]]"}[5m]))',
        "sum(rate(ai_requests_total[$tool]))",
        "topk($tool, ai_requests_total)",
    ],
)
def test_an_undeclared_name_is_found_in_each_spelling(expression: str) -> None:
    """Grafana sends it as it is, and the panel stays empty."""
    document = asking(expression)
    [finding] = findings(document)
    assert finding.kind.id == "undefined-variable"
    line = dashboard(document).text.splitlines()[finding.position.line - 1]
    assert line.strip().startswith('"expr"')


def test_an_undeclared_data_source_is_found_once() -> None:
    """All queries of the panel read it through the panel."""
    queries = [target(), target(refId="B")]
    document = board(panel(datasource={"type": "prometheus", "uid": "$other"}, targets=queries))
    found = findings(document)
    assert [one.kind.id for one in found] == ["undefined-variable", "unused-variable"]
    assert "`other`" in found[0].explanation


def test_queries_of_variables_use_variables() -> None:
    """`$job` in another variable's query is a use of it, and must be declared."""
    inner = TOOL | {"query": 'label_values(ai_requests_total{service=~"$job"}, tool)'}
    expression = 'sum(rate(ai_requests_total{tool="$tool"}[5m]))'
    job = {"name": "job", "type": "query", "datasource": CHOICE, "query": "label_values(up, job)"}
    assert ids(asking(expression, inner)) == ["undefined-variable"]
    assert ids(asking(expression, inner, job)) == []


@pytest.mark.parametrize(
    "where",
    [
        {"title": "Requests of $tool"},
        {"description": "Of [[tool]]."},
        {"repeat": "tool"},
        {"links": [{"title": "more", "url": "/d/x?var-tool=${tool:queryparam}"}]},
        {"links": [{"title": "more", "url": "/d/x?${__all_variables}"}]},
        {"fieldConfig": {"defaults": {"unit": "s", "displayName": "${tool}"}}},
    ],
)
def test_any_text_can_use_a_variable(where: dict[str, Any]) -> None:
    """Titles, links, repetition and names of fields count as uses."""
    assert ids(board(panel(**where), variables=(TOOL,))) == []


def test_a_link_that_takes_all_variables_along_uses_them() -> None:
    """What the linked dashboard does with them is not known here."""
    links = [{"title": "Other", "type": "link", "includeVars": True}]
    assert ids(board(variables=(TOOL,), links=links)) == []


@pytest.mark.parametrize("kind", ["adhoc", "groupby"])
def test_filters_need_no_reference(kind: str) -> None:
    """Grafana adds them to every query by itself."""
    filters = {"name": "Filters", "type": kind, "datasource": CHOICE}
    assert ids(board(variables=(filters,))) == []


def test_a_variable_that_only_names_itself_is_unused() -> None:
    """Its own definition is no use."""
    auto = {
        "name": "interval",
        "type": "interval",
        "query": "1m,5m",
        "current": {"value": "$__auto_interval_interval"},
    }
    assert ids(board(variables=(auto,))) == ["unused-variable"]


def test_a_name_that_begins_with_another_is_another() -> None:
    """`$tool_name` is no use of `tool`."""
    named = TOOL | {"name": "tool_name"}
    expression = 'sum(rate(ai_requests_total{tool="$tool_name"}[5m]))'
    assert ids(asking(expression, TOOL, named)) == ["unused-variable"]


def test_what_only_grafana_knows_is_said_once_as_a_note() -> None:
    """A query fills the variable; without its value there is nothing to parse or to complain of."""
    assert ids(asking("sum by ($tool) (rate(ai_requests_total[5m]))", TOOL)) == [
        "unresolved-variable"
    ]


def test_queries_of_other_sources_are_left_alone() -> None:
    """Loki's language has rules of its own."""
    logs = {"type": "loki", "uid": "${logs}"}
    source = {"name": "logs", "type": "datasource", "query": "loki"}
    query = target(datasource=logs, expr='{service="$nobody"} | json')
    assert (
        ids(board(panel(targets=[query]), variables=(source,), links=[{"url": "$datasource"}]))
        == []
    )
