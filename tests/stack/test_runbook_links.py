"""What a runbook tells a person to open, opens: on a running system, from its own console."""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.stack.packages import Chromium
from tests.stack.system import System

from opsconductor.console.assets import build
from opsconductor.console.login import once_link
from opsconductor.objectives import ALERTS

pytestmark = pytest.mark.stack

ERROR_RATE = "AIExecutionErrorRateHigh"


@pytest.fixture(scope="module")
def console(system: System) -> Iterator[httpx.Client]:
    """Somebody who is logged in."""
    with httpx.Client(base_url=system.url("console"), trust_env=False, timeout=30) as client:
        client.get(once_link(system.settings), follow_redirects=True).raise_for_status()
        yield client


def links(console: httpx.Client, alert: str) -> list[str]:
    """Every address on the alert's page."""
    page = console.get(f"/runbooks/{alert}")
    assert page.status_code == 200
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page.text)]


def graphs(console: httpx.Client, system: System, alert: str) -> list[str]:
    """The page's links to this system's Prometheus."""
    return [one for one in links(console, alert) if one.startswith(system.url("prometheus"))]


@pytest.mark.parametrize("alert", ALERTS)
def test_every_query_of_a_runbook_opens_and_is_answered(
    system: System, console: httpx.Client, alert: str
) -> None:
    """The link leads to the page of the Prometheus that runs, and its query is valid there."""
    found = graphs(console, system, alert)
    assert len(found) >= 3
    for link in found:
        opened = httpx.get(link, follow_redirects=True, trust_env=False)
        assert opened.status_code == 200, link
        # Debian's build sends on to its own page: the query must have come along.
        (query,) = parse_qs(urlsplit(str(opened.url)).query)["g0.expr"]
        answer = httpx.get(
            system.url("prometheus", "/api/v1/query"), params={"query": query}, trust_env=False
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "success"


@pytest.mark.parametrize("alert", ALERTS)
def test_every_other_link_of_a_runbook_opens(console: httpx.Client, alert: str) -> None:
    """Dashboards, other runbooks and the reference are there."""
    for link in links(console, alert):
        if link.startswith("/") and not link.startswith("/static/"):
            assert console.get(link, follow_redirects=True).status_code == 200, link


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=list(chromium.arguments),
            env=dict(chromium.environment),
        )
        yield started
        started.close()


def test_the_opened_page_shows_the_query(
    system: System, console: httpx.Client, browser: Browser
) -> None:
    """Whoever follows the link sees the expression, ready to be changed."""
    link = graphs(console, system, ERROR_RATE)[0]
    (query,) = parse_qs(urlsplit(link).query)["g0.expr"]
    page = browser.new_page()
    page.goto(link)
    # A text area in Debian's page and in React's; an editor's lines in newer versions.
    page.wait_for_function(
        """query => [...document.querySelectorAll("textarea, .cm-content")]
            .some((one) => (one.value ?? one.innerText).includes(query))""",
        arg=query,
    )
    page.close()


def test_the_link_to_a_panel_brings_it_into_view(
    system: System, console: httpx.Client, browser: Browser
) -> None:
    """Whoever follows it need not look for the panel among all of the board."""
    build(print)
    (link, *_) = [one for one in links(console, "DiskNearlyFull") if "viewPanel=" in one]
    (panel,) = parse_qs(urlsplit(link).query)["viewPanel"]
    context = browser.new_context(viewport={"width": 1200, "height": 700})
    page = context.new_page()
    page.goto(once_link(system.settings))
    page.goto(system.url("console", link))
    page.wait_for_function(
        """id => {
            const box = document.querySelector(`[data-panel-id="${id}"]`)?.getBoundingClientRect();
            return box && scrollY > 0 && box.top >= 0 && box.bottom <= innerHeight;
        }""",
        arg=panel,
    )
    context.close()
