"""How a test looks at a board in a browser: which panels there are, and what state they are in."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Error, Page
from tests.monitoring.dashboards.boards import BOARDS, panel, panels
from tests.monitoring.dashboards.quiet import QUIET

UIDS = tuple(name.removesuffix(".json") for name in BOARDS)
DATA_SECONDS = 120
"""A fresh system has data in every panel within two minutes; the demo's pace here is higher."""
PATIENCE_SECONDS = 20
SCREENSHOTS = "OPSCONDUCTOR_SCREENSHOTS"
"""Environment variable: the folder in which to keep pictures of the boards."""

STATES = """() => Object.fromEntries([...document.querySelectorAll("[data-panel-id]")]
    .map((panel) => [panel.dataset.panelId, panel.dataset.state]))"""


class Complaints(list[str]):
    """What the page's scripts and the browser complained about."""

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors and warnings of the page's console."""
        if message.type in {"error", "warning"}:
            self.append(message.text)

    def thrown(self, error: Error) -> None:
        """Keep what no script caught."""
        self.append(str(error))


def board(uid: str) -> dict[str, object]:
    """The board that the console plays under this uid."""
    return BOARDS[f"{uid}.json"]


def number(uid: str, title: str) -> str:
    """The number of the board's panel of that title."""
    return str(panel(board(uid), title)["id"])


def quiet(uid: str) -> set[str]:
    """The numbers of the panels that may be without data on a healthy system."""
    found = board(uid)
    return {str(one["id"]) for one in panels(found) if (str(found["title"]), one["title"]) in QUIET}


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
    """Open a board and wait until every panel shows data, or says why it rightly has none."""
    page.goto(f"/d/{uid}{query}")
    silent = quiet(uid)

    def is_whole() -> bool:
        found = states(page)
        shown = {state for one, state in found.items() if one not in silent}
        rest = {state for one, state in found.items() if one in silent}
        return (
            len(found) == len(panels(board(uid))) and shown == {"ok"} and rest <= {"ok", "nodata"}
        )

    until(page, is_whole, DATA_SECONDS)


def keep(page: Page, name: str) -> None:
    """Take a picture where somebody wants one."""
    if folder := os.environ.get(SCREENSHOTS):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
