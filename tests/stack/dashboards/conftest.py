"""A busy system and a browser for each module that looks at the boards."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.stack.dashboards.looking import Complaints
from tests.stack.packages import Chromium
from tests.stack.system import Sections, System

from opsconductor.console.assets import build
from opsconductor.console.login import once_link
from opsconductor.settings import load
from opsconductor.stack.programs import Programs

FLAGS = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)
NOBODY_LISTENS = 1
"""The port of tcpmux: a connection to it is refused, which is an error of the service's side."""
FAILED_RUNS = 5


@pytest.fixture(scope="module")
def busy(
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: Callable[[int], list[int]],
    programs: Programs,
) -> Iterator[System]:
    """A system with demo traffic and some failed runs; its dead processes stay dead."""
    build(print)
    sections: Sections = {
        "demo": {"enabled": True, "requests_per_second": 5},
        "supervisor": {"restart": False},
    }
    made = System(tmp_path_factory.mktemp("system"), free_ports(9), sections, load().packages)
    made.up()
    for _ in range(FAILED_RUNS):
        httpx.post(
            made.url("automation", "/ai/tools/execute"),
            json={"name": "tcp_check", "params": {"host": "127.0.0.1", "port": NOBODY_LISTENS}},
            trust_env=False,
        ).raise_for_status()
    yield made
    made.down()


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """Headless Chromium; its driver keeps an event loop, so that it must end with the module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=[*chromium.arguments, *FLAGS],
            env=dict(chromium.environment),
        )
        yield started
        started.close()


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
