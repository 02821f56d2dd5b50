"""Suppressions hold where they stand, for a reason, and for something that is there."""

import json

import pytest
from tests.monitoring.lint.linting import ids, linted

from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.suppression import described, suppression

BAD = "  - record: up_{}\n    expr: sum by (service) (up)\n"
COMMENT = "# lint: disable=recording-name -- others read it"
HEAD = "groups:\n- name: a\n  rules:\n"
PLACE = Position("f", 1)


@pytest.mark.parametrize(
    ("text", "named", "reason"),
    [
        ("# lint: disable=a-b -- why", ("a-b",), "why"),
        ("#lint:disable=a,b-c--why", ("a", "b-c--why"), ""),
        ("# lint: disable=a, b -- why -- so", ("a", "b"), "why -- so"),
        ("lint: disable = a -- why", ("a",), "why"),
        ("# lint: disable=a", ("a",), ""),
        ("# lint: disable=a --", ("a",), ""),
        ("# lint: disable=a because", ("a", "because"), ""),
        ("# lint: disable -- why", (), "why"),
    ],
)
def test_a_suppression_is_read(text: str, named: tuple[str, ...], reason: str) -> None:
    """Ids are parted by commas; the reason stands behind two dashes."""
    found = suppression(text, PLACE, 1, 9)
    assert found is not None
    assert (found.ids, found.reason) == (named, reason)


@pytest.mark.parametrize("text", ["# lint", "# lint: enable=a", "# see lint: disable=a", ""])
def test_other_comments_are_none(text: str) -> None:
    """Prose that mentions lint is prose."""
    assert suppression(text, PLACE, 1, 9) is None


@pytest.mark.parametrize(
    "text",
    [
        HEAD + f"  {COMMENT}\n" + BAD.format(1),
        HEAD + BAD.format(1).replace("up_1\n", f"up_1  {COMMENT}\n"),
        HEAD + BAD.format(1).replace("(up)\n", f"(up)  {COMMENT}\n"),
        HEAD + f"  - record: up_1\n    {COMMENT}\n    expr: sum by (service) (up)\n",
        HEAD + f"  - record: up_1\n    expr: |\n      {COMMENT}\n      sum by (service) (up)\n",
        f"groups:\n{COMMENT}\n- name: a\n  rules:\n" + BAD.format(1) + BAD.format(2),
        f"groups:\n- name: a  {COMMENT}\n  rules:\n" + BAD.format(1) + BAD.format(2),
        f"{COMMENT}\ngroups:\n- name: a\n  rules:\n" + BAD.format(1) + BAD.format(2),
        f"{COMMENT}\r\ngroups:\r\n- name: a\r\n  rules:\r\n" + BAD.format(1),
    ],
)
def test_a_suppression_holds_where_it_stands(text: str) -> None:
    """Above or in a rule for it, in a group for its rules, before everything for the file."""
    report = linted(text)
    assert ids(report) == []
    assert {one.finding.kind.id for one in report.suppressed} == {"recording-name"}
    assert {one.reason for one in report.suppressed} == {"others read it"}


def test_a_suppression_of_one_rule_leaves_the_next_alone() -> None:
    """The second rule's finding stays."""
    report = linted(HEAD + f"  {COMMENT}\n" + BAD.format(1) + BAD.format(2))
    assert [(one.kind.id, one.position.line) for one in report.findings] == [("recording-name", 7)]


@pytest.mark.parametrize(
    "value", [f'"x {COMMENT}"', f"'x {COMMENT}'", f"|\n        {COMMENT}\n", "x#lint:disable=a"]
)
def test_text_in_a_value_is_no_suppression(value: str) -> None:
    """A `#` inside quotes, a block or a word begins no comment."""
    report = linted(HEAD + BAD.format(1) + f"    labels:\n      note: {value}\n")
    assert ids(report) == ["recording-name"]


def test_an_unreadable_file_cannot_be_suppressed() -> None:
    """Whoever cannot read the file cannot read its comments."""
    assert ids(linted("# lint: disable=unreadable -- no\ngroups: [}")) == ["unreadable"]


def dashboard(description: str, of_dashboard: str = "") -> str:
    """A dashboard whose one panel has no unit."""
    panel = {
        "id": 1,
        "type": "timeseries",
        "title": "Up",
        "description": description,
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "targets": [{"refId": "A", "expr": "sum(up)"}],
    }
    variable = {"type": "datasource", "name": "datasource", "query": "prometheus"}
    document = {
        "uid": "u",
        "title": "T",
        "description": of_dashboard,
        "schemaVersion": 39,
        "templating": {"list": [variable]},
        "panels": [panel],
    }
    return json.dumps(document, indent=1)


LINE = "lint: disable=panel-without-unit -- a plain count"


def test_a_panel_is_suppressed_by_its_descriptions_last_line() -> None:
    """The same words without the `#`, at the end of the panel's or the dashboard's description."""
    assert ids(linted(dashboard("How many."))) == ["panel-without-unit"]
    for text in (dashboard(f"How many.\n{LINE}"), dashboard("How many.", f"All.\n{LINE}\n")):
        report = linted(text)
        assert ids(report) == []
        assert [one.reason for one in report.suppressed] == ["a plain count"]
    assert described(f"{LINE}\nmore", PLACE, 1, 2) is None
    assert described("", PLACE, 1, 2) is None
