"""Runbooks: found, rendered, and never able to run anything."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from opsconductor.console.markdown import rendered
from opsconductor.console.runbooks import SEVERITY_OF, Runbooks
from opsconductor.objectives import ALERTS
from opsconductor.settings import PROJECT_ROOT, Settings
from opsconductor.settings.model import Prometheus

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
    page = str(rendered(TEXT, Settings()))
    assert '<h1 id="slow">Slow</h1>' in page
    assert "<strong>too high</strong>" in page
    assert "<td><code>2</code></td>" in page
    assert 'href="/runbooks/Other#steps"' in page


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>"],
)
def test_a_page_cannot_run_anything(text: str) -> None:
    """HTML in a page is text, and a script address is no link."""
    page = str(rendered(text, Settings()))
    assert "<script" not in page
    assert "<img" not in page
    assert "<a " not in page


def test_marks_of_generated_sections_are_not_shown() -> None:
    """A comment is for whoever edits the page, not for whoever reads it at night."""
    page = str(rendered("<!-- generated: facts -->\nSeverity: info\n<!-- end -->\n", Settings()))
    assert page == "<p>Severity: info</p>\n"


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("../reference/alerts.md#slow", "/reference/alerts#slow"),
        ("../runbooks/Slow.md", "/runbooks/Slow"),
        ("../reference/README.md", "/reference/README"),
        ("../runbooks", "/runbooks"),
        ("#steps", "#steps"),
        ("http://127.0.0.1:3001/d/board?viewPanel=3", "/d/board?viewPanel=3"),
        ("https://sre.google/workbook", "https://sre.google/workbook"),
    ],
)
def test_a_link_leads_to_what_the_console_shows(link: str, leads_to: str) -> None:
    """A link that works in the repository works in the console as well."""
    assert f'<a href="{leads_to}">x</a>' in str(rendered(f"[x]({link})", Settings()))


def test_a_link_to_what_the_console_does_not_show_is_text() -> None:
    """Nobody is sent to a page that does not exist."""
    assert "href" not in str(rendered("[x](../slo.md) [y](../../src/a.py)", Settings()))


def test_default_addresses_become_those_of_this_system() -> None:
    """Whoever moved Prometheus to another port is led there, in links and in commands."""
    settings = Settings(prometheus=Prometheus(port=19090))
    text = "[x](http://127.0.0.1:9090/graph?g0.expr=up)\n\n`curl http://127.0.0.1:9090`\n"
    page = str(rendered(text, settings))
    assert 'href="http://127.0.0.1:19090/graph?g0.expr=up"' in page
    assert "curl http://127.0.0.1:19090" in page


def test_every_link_between_the_shown_pages_opens(browser: httpx.Client) -> None:
    """Runbooks, reference and dashboards lead to one another, headings included."""
    start = [f"/runbooks/{name}" for name in ALERTS]
    waiting, seen = [*start, "/reference"], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            answer = browser.get(path)
            assert answer.status_code == 200, path
            seen[path] = answer.text
            found = re.findall(r'href="(/(?:runbooks|reference)[^"#]*|/d/[^"#]*)', answer.text)
            waiting += found
    assert {"/reference/alerts", "/reference/metrics", "/reference/settings"} <= set(seen)
    for path, text in seen.items():
        for target, heading in re.findall(
            r'href="((?:/runbooks|/reference)?[^"#]*)#([^"]+)"', text
        ):
            assert f'id="{heading}"' in seen[target or path], f"{path}: {target}#{heading}"


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
    names: list[Any] = Runbooks(PROJECT_ROOT / "docs" / "runbooks").names()
    for name in names:
        assert f'href="/runbooks/{name}"' in page
        assert browser.get(f"/runbooks/{name}").status_code == 200
