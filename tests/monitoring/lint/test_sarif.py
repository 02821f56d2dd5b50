"""The SARIF log has what SARIF 2.1.0 asks for, in the types that it asks for."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.monitoring.lint.linting import linted

from opsconductor.monitoring.lint.finding import Level
from opsconductor.monitoring.lint.kinds import KINDS
from opsconductor.monitoring.lint.sarif import sarif

PAGES = "file:///x/docs/lint"
TEXT = """\
groups:
- name: a
  rules:
  - record: up_total
    expr: sum by (service) (up)
  # lint: disable=recording-name -- others read it
  - record: up_sum
    expr: sum by (service) (up)
  - record: service:slow:rate5m
    expr: sum by (service) (rate(ai_request_duration_seconds_bucket{le="1"}[5m]))
"""


def log(*texts: str, least: Level = Level.NOTE) -> dict[str, Any]:
    """The log of documents."""
    return sarif(linted(*texts), KINDS, version="3.0.0", pages=PAGES, least=least)


def run(*texts: str) -> dict[str, Any]:
    """The one run of a log."""
    (found,) = log(*texts)["runs"]
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    """The results of the text above."""
    found = run(TEXT)["results"]
    assert isinstance(found, list)
    return found


def test_the_log_names_its_version_and_schema() -> None:
    """Section 3.13: `version` is 2.1.0, `$schema` an absolute address, `runs` a list."""
    whole = log(TEXT)
    assert whole["version"] == "2.1.0"
    assert whole["$schema"].startswith("https://")
    assert set(whole) == {"$schema", "version", "runs"}


def test_the_driver_describes_every_rule() -> None:
    """Sections 3.19 and 3.49: a name, and for each rule an id, texts, help and a level."""
    driver = run(TEXT)["tool"]["driver"]
    assert driver["name"] == "opsconductor lint"
    assert re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
    assert [rule["id"] for rule in driver["rules"]] == sorted(kind.id for kind in KINDS)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"].count("```") >= 4
        assert rule["helpUri"] == f"{PAGES}/{rule['id']}.md"
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", rule["name"])


def test_each_result_points_at_its_rule_and_its_place(results: list[dict[str, Any]]) -> None:
    """Section 3.27: id, index, level, message and a location with a region."""
    rules = run(TEXT)["tool"]["driver"]["rules"]
    assert results
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"] == {"uri": "file1"}
        region = physical["region"]
        assert region["startLine"] >= 1
        assert region.get("startColumn", 1) >= 1
        assert region["snippet"]["text"] == TEXT.splitlines()[region["startLine"] - 1]
        assert location["logicalLocations"][0]["fullyQualifiedName"]


def test_a_suppressed_result_is_marked(results: list[dict[str, Any]]) -> None:
    """Section 3.35: suppressions in the source have their kind and the reason."""
    marked = [one for one in results if "suppressions" in one]
    assert [one["suppressions"] for one in marked] == [
        [{"kind": "inSource", "justification": "others read it"}]
    ]
    assert marked[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 7


def test_a_mechanical_remedy_is_a_fix(results: list[dict[str, Any]]) -> None:
    """Section 3.55: a fix replaces a region of an artifact by a text."""
    (fixed,) = [one for one in results if "fixes" in one]
    assert fixed["ruleId"] == "le-spelling"
    (fix,) = fixed["fixes"]
    assert fix["description"]["text"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "file1"}
    (replacement,) = change["replacements"]
    assert changed(TEXT, replacement) == TEXT.replace('le="1"', 'le="1.0"')


def changed(text: str, replacement: dict[str, Any]) -> str:
    """The text with a replacement carried out, as a reader of SARIF does it."""
    region = replacement["deletedRegion"]
    lines = text.splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        return sum(len(one) for one in lines[: line - 1]) + column - 1

    start = offset(region["startLine"], region["startColumn"])
    end = offset(region["endLine"], region["endColumn"])
    return f"{text[:start]}{replacement['insertedContent']['text']}{text[end:]}"


def test_fingerprints_stay_when_lines_move(results: list[dict[str, Any]]) -> None:
    """A code host recognises a finding again although the file grew above it."""
    moved = run(TEXT.replace("groups:", "\n\ngroups:"))["results"]
    assert prints(moved) == prints(results)
    assert len(set(prints(results))) == len(results)


def prints(results: list[dict[str, Any]]) -> list[str]:
    """The fingerprints of results."""
    return [print_ for one in results for print_ in one["partialFingerprints"].values()]


def test_a_file_that_cannot_be_read_is_no_success() -> None:
    """Section 3.20.14: an execution that read nothing was not successful."""
    assert run("groups: [}")["invocations"] == [{"executionSuccessful": False}]
    assert run(TEXT)["invocations"] == [{"executionSuccessful": True}]


def test_nothing_in_the_log_is_null_or_empty_where_sarif_wants_a_text() -> None:
    """Properties without a value are left out, not null."""
    assert None not in list(values(log(TEXT)))


def values(node: Any) -> Iterator[Any]:
    """Every value of a document."""
    yield node
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for one in inner:
        yield from values(one)


def test_the_least_level_leaves_others_out() -> None:
    """Warnings are not in a log of errors; suppressed ones stay, for they are marked."""
    (only,) = log(TEXT, least=Level.ERROR)["runs"]
    levels = {one["level"] for one in only["results"] if "suppressions" not in one}
    assert levels <= {"error"}
