"""`opsconductor up`."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from contextlib import redirect_stderr
from typing import Annotated

import typer

from opsconductor import __version__, telemetry
from opsconductor.cli.up_screen import LinesScreen, Screen, TableScreen, interactive
from opsconductor.settings import PROJECT_ROOT, Settings, config_path, load
from opsconductor.stack.build_identity import build_environment
from opsconductor.stack.documents import render_documents
from opsconductor.stack.ports import require_free
from opsconductor.stack.programs import locate
from opsconductor.stack.run_folder import RunFolder
from opsconductor.stack.spec import (
    SUPERVISOR,
    ProcessSpec,
    processes,
    supervisor_port,
    without_restart,
)
from opsconductor.stack.supervisor import Supervisor

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Send no demo traffic.")] = False,  # noqa: FBT002  a flag
    no_restart: Annotated[
        list[str] | None,
        typer.Option("--no-restart", metavar="NAME", help="Leave this process dead if it dies."),
    ] = None,
    plain: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--plain", help="Plain lines, as without a terminal.")
    ] = False,
) -> None:
    """Start the system and stay in the foreground until Ctrl-C."""
    began = time.monotonic()
    settings = load()
    if no_demo:
        # The services read their settings from the environment, as this one does.
        os.environ["OPSCONDUCTOR_DEMO_ENABLED"] = "false"
        settings = load()
    os.environ.update(build_environment(settings, PROJECT_ROOT))
    run_folder = RunFolder(settings.state)
    run_folder.acquire()
    screen = TableScreen(settings) if interactive() and not plain else LinesScreen(settings)
    try:
        screen.say(f"OpsConductor {__version__}, state in {settings.state}")
        specs = _prepare(settings, run_folder, screen, no_restart or ())
        with _log_file(settings):
            telemetry.configure(SUPERVISOR, settings.logging.level)
        supervisor = Supervisor(settings, specs, run_folder, screen.changed)
        with screen.showing(supervisor):
            asyncio.run(_run(supervisor, screen, began))
        screen.say("stopped")
    finally:
        run_folder.release()


def _prepare(
    settings: Settings, run_folder: RunFolder, screen: Screen, no_restart: Sequence[str]
) -> Sequence[ProcessSpec]:
    """Everything that can go wrong before anything is started."""
    leftovers = run_folder.end_leftovers()
    if leftovers:
        screen.say(f"stopped what a killed supervisor had left: {', '.join(leftovers)}")
    specs = processes(settings, locate(settings, screen.say), config_path())
    try:
        specs = without_restart(specs, no_restart)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--no-restart") from None
    require_free(specs, supervisor_port(settings))
    render_documents()
    return specs


async def _run(supervisor: Supervisor, screen: Screen, began: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)

    def ready() -> None:
        screen.ready(time.monotonic() - began)

    await supervisor.run(stop, ready)


def _log_file(settings: Settings) -> redirect_stderr:  # type: ignore[type-arg]  # generic in stubs only
    path = settings.state / "logs" / f"{SUPERVISOR}.log"
    # Kept open for the process's life: the logging handler writes to it.
    return redirect_stderr(path.open("a", encoding="utf-8"))
