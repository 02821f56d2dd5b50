"""Everything that asks reads a data source that can be switched."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import dashboard, findings, ids

from opsconductor.monitoring.lint.dashboards.example import CHOICE, board, panel, target

FIXED = {"type": "prometheus", "uid": "abc"}


def beside_the_usual(**changes: Any) -> dict[str, Any]:
    """A dashboard of the usual panel, which uses the variable, and a changed one."""
    below = {"x": 0, "y": 8, "w": 12, "h": 8}
    return board(panel(), panel(id=2, title="Changed", gridPos=below, **changes))


@pytest.mark.parametrize("source", [FIXED, "Prometheus", "default", {"type": "prometheus"}, None])
def test_a_source_that_cannot_be_switched_is_found(source: Any) -> None:
    """A uid, a name, the default one, or none at all."""
    [finding] = findings(beside_the_usual(datasource=source))
    assert (finding.kind.id, finding.subject) == ("datasource-not-variable", "panel Changed")


@pytest.mark.parametrize("source", ["$datasource", "${datasource}", "[[datasource]]", CHOICE])
def test_a_variable_is_fine_in_each_spelling(source: Any) -> None:
    """Old dashboards name the variable without an object around it."""
    assert ids(board(panel(datasource=source))) == []


def test_queries_of_a_mixed_panel_are_looked_at_one_by_one() -> None:
    """Mixed itself is no source; what its queries read counts."""
    mixed = {"type": "datasource", "uid": "-- Mixed --"}
    good, bad = target(datasource=CHOICE), target(refId="B", datasource=FIXED)
    assert ids(board(panel(datasource=mixed, targets=[good]))) == []
    assert ids(board(panel(datasource=mixed, targets=[good, bad]))) == ["datasource-not-variable"]


@pytest.mark.parametrize("uid", ["-- Grafana --", "-- Dashboard --", "grafana"])
def test_what_grafana_has_in_itself_cannot_be_chosen(uid: str) -> None:
    """A panel over another panel's result has no source to switch."""
    source = {"type": "datasource", "uid": uid}
    assert ids(beside_the_usual(datasource=source, targets=[{"refId": "A"}])) == []


def test_variables_and_annotations_count() -> None:
    """The choices of a variable come from the Prometheus that the panels read, or mislead."""
    tool = {"name": "tool", "type": "query", "datasource": FIXED, "query": "label_values(up, job)"}
    note = {"datasource": FIXED, "expr": 'ALERTS{alertstate="firing", alertname="$tool"}'}
    document = board(variables=(tool,), annotations={"list": [note]})
    found = findings(document)
    assert [finding.subject for finding in found] == ["variable tool", "annotation"]


def test_the_remedy_puts_the_only_fitting_variable_in() -> None:
    """The edit changes the uid and nothing else, though the type may read the same."""
    document = beside_the_usual(datasource={"type": "prometheus", "uid": "prometheus"})
    [finding] = findings(document)
    assert finding.edit is not None
    text = dashboard(document).text
    assert text.count(finding.edit.old) == 1
    fixed = text.replace(finding.edit.old, finding.edit.new)
    assert '"type": "prometheus",\n        "uid": "${datasource}"' in fixed
    lines = text.splitlines()
    edit = finding.edit
    assert edit.old in "\n".join(lines[edit.first - 1 : edit.last])


@pytest.mark.parametrize("names", ["", "ab"])
def test_without_one_fitting_variable_nothing_is_mechanical(names: str) -> None:
    """Which of two is meant, or what a new one is called, is for a person to say."""
    variables = [{"name": name, "type": "datasource", "query": "prometheus"} for name in names]
    links = [{"title": "t", "url": "/d/x?var-a=$a&var-b=$b"}]
    document = board(panel(datasource=FIXED), templating={"list": variables}, links=links)
    assert [finding.edit for finding in findings(document)] == [None]
