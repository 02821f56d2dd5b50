"""The shell's scripts in a real browser: themes, live pages, nothing that the policy forbids."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests.stack.packages import chromium_program

pytestmark = pytest.mark.stack

QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "correct horse battery"
WAIT_MS = 20_000


@pytest.fixture
def page(console: str, tmp_path: Path) -> Iterator[Page]:
    """A logged-in page in dark colours; fails where the browser reports an error."""
    chromium = chromium_program(tmp_path)
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=[*chromium.arguments, *QUIET],
            env=dict(chromium.environment),
        )
        context = browser.new_context(color_scheme="dark", base_url=console)
        context.set_default_timeout(WAIT_MS)
        made = context.new_page()
        made.on("pageerror", lambda error: problems.append(str(error)))
        made.on(
            "console",
            lambda line: problems.append(line.text) if "Content Security" in line.text else None,
        )
        made.goto("/login?next=/inbox%3Freceiver=slack")
        made.get_by_label("Name").fill("admin")
        made.get_by_label("Password").fill(PASSWORD)
        made.get_by_role("button", name="Log in").click()
        made.wait_for_url("**/inbox?receiver=slack")
        yield made
        browser.close()
    assert not problems


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_chosen_theme_stays(page: Page) -> None:
    """The system's theme holds until another is chosen, and the choice outlives the page."""
    dark = _background(page)
    page.emulate_media(color_scheme="light")
    light = _background(page)
    assert light != dark
    page.get_by_role("button", name="Switch to the dark theme").click()
    assert _background(page) == dark
    page.goto("/runbooks")
    # Set by a script in the head, that is before anything is painted.
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert _background(page) == dark


def test_a_message_appears_by_itself(page: Page, console: str) -> None:
    """A delivery shows up without a reload, above what was there, which stays as it was left."""
    with httpx.Client(base_url=console, trust_env=False) as machine:
        machine.post("/inbox/slack", json={"text": "the first message"})
        first = page.locator("article.message").first
        expect(first).to_contain_text("the first message", timeout=WAIT_MS)
        first.locator("summary").click()
        page.evaluate("window.notReloaded = true")
        machine.post("/inbox/slack", json={"text": "the second message"})
    messages = page.locator("article.message")
    expect(messages).to_have_count(2, timeout=WAIT_MS)
    expect(messages.nth(0)).to_contain_text("the second message")
    expect(messages.nth(1).locator("details")).to_have_attribute("open", "")
    assert page.evaluate("window.notReloaded") is True


def test_a_console_that_is_gone_is_said_so(page: Page) -> None:
    """While nobody answers, the page keeps what it shows and says that it is from before."""
    page.route("**/inbox?receiver=slack", lambda route: route.abort())
    notice = page.locator("#connection")
    expect(notice).to_contain_text("does not answer", timeout=WAIT_MS)
    expect(page.locator("h1")).to_have_text("Inbox")
    page.unroute("**/inbox?receiver=slack")
    expect(notice).to_be_hidden(timeout=WAIT_MS)


def test_a_session_that_ended_leads_to_the_login(page: Page) -> None:
    """A live page whose session is over goes to the form instead of staying stale."""
    page.context.clear_cookies()
    page.wait_for_url("**/login?next=**", timeout=WAIT_MS)


def test_the_pages_fit_a_phone(page: Page) -> None:
    """No page is wider than a small screen; tables scroll inside their own frame."""
    page.set_viewport_size({"width": 360, "height": 740})
    reference = [f"/reference/{name}" for name in ("alerts", "commands", "metrics", "settings")]
    pages = ("/alerts", "/executions", "/inbox?receiver=slack", "/runbooks", "/dashboards")
    for path in (*pages, "/runbooks/SLOBurnRateFast", "/reference", *reference):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
