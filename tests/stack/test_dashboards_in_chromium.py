"""Both dashboards in a real browser, over a real system with demo traffic."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright
from tests.stack.packages import Chromium
from tests.stack.system import Sections, System

from opsconductor.console.assets import build
from opsconductor.console.login import once_link
from opsconductor.settings import load
from opsconductor.stack.programs import Programs

pytestmark = pytest.mark.stack

UIDS = ("opsconductor-execution", "opsconductor-selector")
PANELS = {"opsconductor-execution": 6, "opsconductor-selector": 9}
DATA_SECONDS = 120
"""A fresh system has data in every panel within two minutes; the demo's pace here is higher."""
PATIENCE_SECONDS = 20
FLAGS = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)
SCREENSHOTS = "OPSCONDUCTOR_SCREENSHOTS"
"""Environment variable: the folder in which to keep pictures of both dashboards."""

STATES = """() => Object.fromEntries([...document.querySelectorAll("[data-panel-id]")]
    .map((panel) => [panel.dataset.panelId, panel.dataset.state]))"""


@pytest.fixture(scope="module")
def busy(
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: Callable[[int], list[int]],
    programs: Programs,
) -> Iterator[System]:
    """A system with demo traffic, shared by the module; its dead processes stay dead."""
    build(print)
    sections: Sections = {
        "demo": {"enabled": True, "requests_per_second": 5},
        "supervisor": {"restart": False},
    }
    folder = tmp_path_factory.mktemp("system")
    made = System(folder, free_ports(9), sections, load().packages)
    made.up()
    yield made
    made.down()


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """Headless Chromium, driven by playwright's own driver."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=[*chromium.arguments, *FLAGS],
            env=dict(chromium.environment),
        )
        yield started
        started.close()


class Complaints(list[str]):
    """What the page's scripts and the browser complained about."""

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors and warnings of the page's console."""
        if message.type in {"error", "warning"}:
            self.append(message.text)

    def thrown(self, error: Error) -> None:
        """Keep what no script caught."""
        self.append(str(error))


@pytest.fixture
def complaints() -> Complaints:
    """Complaints of the test's page."""
    return Complaints()


@pytest.fixture
def page(busy: System, browser: Browser, complaints: Complaints) -> Iterator[Page]:
    """A logged-in page on a wide screen, in the dark theme."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, color_scheme="dark", base_url=busy.url("console")
    )
    opened = context.new_page()
    opened.on("console", complaints.console)
    opened.on("pageerror", complaints.thrown)
    opened.goto(once_link(busy.settings))
    yield opened
    context.close()


def states(page: Page) -> dict[str, str]:
    """Panel id to state."""
    found: dict[str, str] = page.evaluate(STATES)
    return found


def until(page: Page, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the condition holds; the page goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, states(page)
        page.wait_for_timeout(100)


def opened(page: Page, uid: str, query: str = "?refresh=5s&from=now-5m&to=now") -> None:
    """Open a dashboard and wait until every panel shows data."""
    page.goto(f"/d/{uid}{query}")
    until(page, lambda: len(states(page)) == PANELS[uid])
    until(page, lambda: set(states(page).values()) == {"ok"}, DATA_SECONDS)


def keep(page: Page, name: str) -> None:
    """Take a picture where somebody wants one."""
    if folder := os.environ.get(SCREENSHOTS):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("uid", UIDS)
def test_every_panel_shows_data(page: Page, complaints: Complaints, uid: str) -> None:
    """In a healthy system no panel may be without data, and no script may complain."""
    opened(page, uid)
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        keep(page, f"{uid}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []


@pytest.mark.parametrize("width", [420, 900, 1920])
def test_nothing_overflows_on_any_screen(page: Page, width: int) -> None:
    """Neither a phone nor a wide screen may scroll sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    for uid in UIDS:
        opened(page, uid)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_true_zero_is_zero(page: Page) -> None:
    """With the database well, DB Errors must read 0 and not be without data."""
    opened(page, "opsconductor-selector")
    assert page.locator("[data-panel-id='6'] .big b").inner_text() == "0"


def test_a_row_of_the_trace_table_leads_to_its_execution(page: Page) -> None:
    """View Logs must open the page of that very trace, with its log lines."""
    opened(page, "opsconductor-execution")
    row = page.locator("[data-panel-id='10'] tbody tr").first
    trace = row.locator("td").nth(2).inner_text()
    assert re.fullmatch(r"[0-9a-f-]{32,36}", trace)
    row.locator("a").click()
    page.wait_for_url(f"**/executions/{trace}")
    assert trace in page.locator("main").inner_text()


def test_an_exemplar_leads_to_its_execution(page: Page) -> None:
    """A diamond on the latency panel must be a link to an execution."""
    opened(page, "opsconductor-execution")
    diamonds = page.locator("[data-panel-id='5'] a.exemplar")
    until(page, lambda: diamonds.count() > 0)
    address = diamonds.first.get_attribute("href") or ""
    assert re.fullmatch(r"/executions/[0-9a-f]{32}", address)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200


def test_the_address_holds_time_and_refresh(page: Page) -> None:
    """A chosen range must be in the address, so that a link shows the same."""
    opened(page, "opsconductor-selector")
    page.locator(".range > button").click()
    page.get_by_role("button", name="Last 15 minutes").click()
    until(page, lambda: "from=now-15m&to=now&refresh=5s" in page.url)
    page.reload()
    assert page.locator(".range > button").inner_text().strip() == "Last 15 minutes"


def test_dragging_over_a_graph_shows_that_time(page: Page) -> None:
    """The dragged stretch must become the range, in absolute ends."""
    opened(page, "opsconductor-execution")
    plot = page.locator("[data-panel-id='2'] .u-over").bounding_box()
    assert plot is not None
    middle = plot["y"] + plot["height"] / 2
    page.mouse.move(plot["x"] + plot["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.9, middle, steps=5)
    page.mouse.up()
    until(page, lambda: re.search(r"from=\d{13}&to=\d{13}", page.url) is not None)


def test_a_series_is_hidden_from_the_legend_by_keyboard(page: Page) -> None:
    """A legend's entry must take the focus, and Enter must hide its series and show it again."""
    opened(page, "opsconductor-execution")
    entry = page.locator("[data-panel-id='2'] [data-series='success']")
    entry.focus()
    page.keyboard.press("Enter")
    until(page, lambda: entry.get_attribute("aria-pressed") == "false")
    page.keyboard.press("Enter")
    until(page, lambda: entry.get_attribute("aria-pressed") == "true")


def test_a_chosen_tool_is_the_only_one_shown(page: Page) -> None:
    """The variable must narrow every panel to the tools in the address."""
    opened(page, "opsconductor-execution")
    names = "[data-panel-id='6'] .legend-item"
    until(page, lambda: page.locator(names).count() > 1)
    some = page.locator("[data-panel-id='10'] tbody tr td:nth-child(2)").first.inner_text()
    page.goto(f"/d/opsconductor-execution?from=now-5m&to=now&refresh=5s&var-tool={some}")
    until(page, lambda: page.locator(names).count() == 1)
    until(page, lambda: states(page).get("10") == "ok")
    tools = page.locator("[data-panel-id='10'] tbody tr td:nth-child(2)").all_inner_texts()
    assert set(tools) == {some}


def test_a_row_folds_its_panels_away(page: Page) -> None:
    """A press on a row's title must hide its panels, a second one must show them."""
    opened(page, "opsconductor-selector")
    toggle = page.get_by_role("button", name="Build Info")
    toggle.click()
    assert not page.locator("[data-panel-id='13']").is_visible()
    toggle.click()
    until(page, page.locator("[data-panel-id='13']").is_visible)


def test_while_prometheus_is_down_panels_keep_what_they_showed(busy: System, page: Page) -> None:
    """Old data must stay with a badge that tells since when; a new page must say what is wrong."""
    opened(page, "opsconductor-selector")
    busy.kill("prometheus", signal.SIGKILL)
    until(page, lambda: set(states(page).values()) == {"stale"}, 40)
    badge = page.locator("[data-panel-id='2'] .panel-badge")
    assert re.fullmatch(r"stale since \d\d:\d\d:\d\d", badge.inner_text())
    assert page.locator("[data-panel-id='2'] canvas").is_visible()
    keep(page, "prometheus-down")
    page.goto("/d/opsconductor-selector")
    until(page, lambda: set(states(page).values()) == {"error"})
    message = page.locator("[data-panel-id='2'] .panel-message").inner_text()
    assert "Prometheus cannot be reached" in message
