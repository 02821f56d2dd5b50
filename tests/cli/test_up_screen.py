"""What `up` shows on a terminal and in a log."""

import asyncio
import io
from pathlib import Path
from unittest.mock import Mock

import pytest
from rich.console import Console

from opsconductor.cli.up_screen import LinesScreen, TableScreen
from opsconductor.settings import Settings
from opsconductor.stack.process import Pace, SupervisedProcess
from opsconductor.stack.run_folder import RunFolder
from opsconductor.stack.spec import Port, ProcessSpec
from opsconductor.stack.supervisor import Supervisor

SPEC = ProcessSpec(name="one", command=("true",), ports=(Port(4711, "one.port"),))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a state folder of the test's."""
    return Settings(state_dir=tmp_path)


@pytest.mark.anyio
async def test_a_terminal_shows_the_table_and_a_link_that_logs_in(settings: Settings) -> None:
    """The link is on a line of its own, whole however narrow the terminal is."""
    written = io.StringIO()
    screen = TableScreen(settings, Console(file=written, force_terminal=True, width=60))
    supervisor = Supervisor(settings, [SPEC], RunFolder(settings.state), screen.changed)
    with screen.showing(supervisor):
        screen.ready(1.25)
        await asyncio.sleep(0)
    shown = written.getvalue()
    (link,) = {line for line in shown.splitlines() if "/login/once?token=" in line}
    assert link.split("token=")[1].count(".") == 2
    assert "4711" in shown
    assert "waiting" in shown
    assert "ready in 1." in shown


def test_a_log_gets_a_line_for_each_change_and_no_secret(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same state twice is one line; no link that logs in is kept."""
    screen = LinesScreen(settings)
    process = SupervisedProcess(SPEC, Mock(), Mock(), screen.changed, Pace())
    screen.changed(process)
    screen.changed(process)
    screen.ready(2)
    shown = capsys.readouterr().out
    assert shown.count("one: waiting") == 1
    assert "token" not in shown
    assert "http://127.0.0.1:3001" in shown
