"""`opsconductor down`."""

import time

import psutil
import typer

from opsconductor.cli.errors import ExitCode
from opsconductor.settings import load
from opsconductor.stack.run_folder import RunFolder

POLL_SECONDS = 0.05
STOP_SECONDS = 60
"""The longest chain of processes may use up its grace several times."""


def down() -> None:
    """Stop the system from anywhere, and wait until it is stopped. Data stays."""
    settings = load()
    run_folder = RunFolder(settings.state)
    supervisor = run_folder.supervisor()
    if supervisor is not None:
        typer.echo(f"stopping (pid {supervisor.pid})")
        _stop(supervisor)
    leftovers = run_folder.end_leftovers()
    if leftovers:
        typer.echo(f"stopped what a killed supervisor had left: {', '.join(leftovers)}")
    typer.echo("stopped" if supervisor or leftovers else f"not running in {settings.state}")


def _stop(supervisor: psutil.Process) -> None:
    try:
        supervisor.terminate()
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied:
        typer.echo(f"pid {supervisor.pid} is another user's; stop it as that user", err=True)
        raise typer.Exit(ExitCode.FAILED) from None
    deadline = time.monotonic() + STOP_SECONDS
    while _runs(supervisor):
        if time.monotonic() > deadline:
            typer.echo(f"pid {supervisor.pid} did not stop within {STOP_SECONDS} s", err=True)
            raise typer.Exit(ExitCode.FAILED)
        time.sleep(POLL_SECONDS)


def _runs(process: psutil.Process) -> bool:
    """Whether it has not ended; its pid stays until the parent has read the exit code."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
