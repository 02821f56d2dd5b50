"""What `up` shows: a live table on a terminal, plain lines elsewhere."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from opsconductor.cli.process_table import Row, process_table
from opsconductor.settings import Settings
from opsconductor.stack.process import State, SupervisedProcess
from opsconductor.stack.supervisor import Supervisor


class Screen(Protocol):
    """Shows the progress of `up`."""

    def say(self, text: str) -> None:
        """Show one line."""

    def changed(self, process: SupervisedProcess, /) -> None:
        """A process changed its state."""

    def ready(self, seconds: float) -> None:
        """Everything is ready, `seconds` after the command began."""

    def showing(self, supervisor: Supervisor, /) -> AbstractContextManager[None]:
        """Show the supervisor's processes while the block runs."""


def interactive() -> bool:
    """Whether a person looks at a terminal."""
    return sys.stdout.isatty()


def links(settings: Settings, *, login: bool) -> list[tuple[str, str]]:
    """What to open in a browser; with `login` the console's link logs in once."""
    return [
        ("Console", _console_link(settings) if login else settings.url(settings.console.port)),
        ("Tools API", f"{settings.url(settings.automation.port)}/docs"),
        ("Prometheus", f"{settings.loopback_url(settings.prometheus.port)}/"),
        ("Alertmanager", f"{settings.loopback_url(settings.alertmanager.port)}/"),
    ]


def _console_link(settings: Settings) -> str:
    # Imported here: where there is no terminal no link is made.
    from opsconductor.console.login import once_link  # noqa: PLC0415

    return once_link(settings)


class LinesScreen:
    """A line for each event, for logs and pipes. Shows no link that logs in: logs are kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last: dict[str, State] = {}

    def say(self, text: str) -> None:
        """Show one line at once."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def changed(self, process: SupervisedProcess) -> None:
        """A line when the state is another one."""
        name, state = process.spec.name, process.state
        if self._last.get(name) is state:
            return
        self._last[name] = state
        pid = f" (pid {process.pid})" if process.pid and state is State.READY else ""
        detail = f": {process.detail}" if process.detail else ""
        self.say(f"{name}: {state.value}{pid}{detail}")

    def ready(self, seconds: float) -> None:
        """The links."""
        self.say(f"ready in {seconds:.1f} s")
        for name, url in links(self._settings, login=False):
            self.say(f"  {name}: {url}")
        self.say(f"  log in as {self._settings.console.username}")

    @contextmanager
    def showing(self, _supervisor: Supervisor) -> Iterator[None]:
        """Nothing to set up."""
        yield


class TableScreen:
    """A table that stays up to date."""

    def __init__(self, settings: Settings, console: Console | None = None) -> None:
        self._settings = settings
        self._console = console or Console()
        self._supervisor: Supervisor | None = None
        self._live: Live | None = None
        self._footer = "starting"

    def say(self, text: str) -> None:
        """A line above the table."""
        self._console.print(text, highlight=False, soft_wrap=True)

    def changed(self, _process: SupervisedProcess) -> None:
        """Draw the table anew."""
        self._draw()

    def ready(self, seconds: float) -> None:
        """The links, and from now on a table whose ages move."""
        for name, url in links(self._settings, login=True):
            # Above the table, where a narrow terminal does not cut the address.
            self.say(f"  {name:<13}{url}")
        self._footer = f"ready in {seconds:.1f} s; Ctrl-C stops everything"
        self._tick()

    @contextmanager
    def showing(self, supervisor: Supervisor) -> Iterator[None]:
        """Keep the table on the screen."""
        self._supervisor = supervisor
        with Live(console=self._console, auto_refresh=False) as self._live:
            yield
            self._footer = ""
            self._draw()
        self._live = None

    def _tick(self) -> None:
        self._draw()
        asyncio.get_running_loop().call_later(5, self._tick)

    def _draw(self) -> None:
        if self._live is None or self._supervisor is None:
            return
        rows = [Row.of(row) for row in self._supervisor.table()]
        footer = Text(self._footer, "bright_black")
        self._live.update(Group(process_table(rows, time.time()), footer), refresh=True)
