"""Runbooks: found, rendered, and never able to run anything."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from opsconductor.console.runbooks import SEVERITY_OF, Runbooks, rendered
from opsconductor.objectives import ALERTS

TEXT = """# Slow

Severity: warning (Slack)

The p95 is **too high**, see [the other](Other.md#steps).

## Steps

| a | b |
|---|---|
| 1 | `2` |
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pages."""
    (tmp_path / "Slow.md").write_text(TEXT)
    (tmp_path / "Other.md").write_text("# Other\n\nSecond.\n")
    (tmp_path / "notes.txt").write_text("no page")
    return tmp_path


def test_a_page_is_rendered() -> None:
    """Headings, tables, emphasis and links between pages work."""
    page = str(rendered(TEXT))
    assert "<h1>Slow</h1>" in page
    assert "<strong>too high</strong>" in page
    assert "<td><code>2</code></td>" in page
    assert 'href="/runbooks/Other#steps"' in page


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>"],
)
def test_a_page_cannot_run_anything(text: str) -> None:
    """HTML in a page is text, and a script address is no link."""
    page = str(rendered(text))
    assert "<script" not in page
    assert "<img" not in page
    assert "<a " not in page


def test_the_list_has_each_pages_first_paragraph(folder: Path) -> None:
    """The summary is the first paragraph without its markup."""
    runbooks = Runbooks(folder)
    assert runbooks.names() == ["Other", "Slow"]
    assert runbooks.entries()[1].summary == "The p95 is too high, see the other."


@pytest.mark.parametrize("name", ["../secret", "Slow.md", "..", "", "slow", "notes", "/etc/passwd"])
def test_a_name_leads_nowhere_else(folder: Path, name: str) -> None:
    """Only the folder's own pages are opened."""
    assert Runbooks(folder).text(name) is None


def test_a_missing_folder_is_an_empty_list(tmp_path: Path) -> None:
    """Without a folder there is no page, and no error."""
    assert Runbooks(tmp_path / "none").entries() == []


def test_every_alert_has_a_severity() -> None:
    """The list can say for each alert whom it calls."""
    assert set(SEVERITY_OF) == set(ALERTS)


def test_an_unknown_runbook_lists_those_that_exist(browser: httpx.Client) -> None:
    """A mistyped name gets a page of names, and runs nothing."""
    answer = browser.get("/runbooks/%3Cscript%3E")
    assert answer.status_code == 404
    assert "No runbook is called" in answer.text
    assert "<script>" not in answer.text


def test_the_shipped_runbooks_are_shown(browser: httpx.Client) -> None:
    """Every page in the repository is listed and opens."""
    page = browser.get("/runbooks").text
    from opsconductor.settings import PROJECT_ROOT  # noqa: PLC0415  beside its only use

    names: list[Any] = Runbooks(PROJECT_ROOT / "docs" / "runbooks").names()
    for name in names:
        assert f'href="/runbooks/{name}"' in page
        assert browser.get(f"/runbooks/{name}").status_code == 200
