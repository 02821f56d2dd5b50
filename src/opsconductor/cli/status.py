"""`opsconductor status`."""

import json
import time
from collections.abc import Sequence
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from opsconductor.cli.errors import ExitCode
from opsconductor.cli.process_table import Row, process_table
from opsconductor.settings import Settings, load
from opsconductor.stack.process import State
from opsconductor.stack.run_folder import RunFolder


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,  # noqa: FBT002  a flag
) -> None:
    """Show every process; exit 0 when all are well, 1 when one is not, 3 when not running."""
    settings = load()
    supervisor = RunFolder(settings.state).supervisor()
    rows = [] if supervisor is None else _ask(settings)
    if as_json:
        pid = supervisor.pid if supervisor else None
        typer.echo(json.dumps({"running": supervisor is not None, "pid": pid, "processes": rows}))
    elif supervisor is None:
        typer.echo(f"not running in {settings.state}; start it with 'make up'")
    else:
        Console().print(process_table([Row.of(row) for row in rows], time.time()))
    if supervisor is None:
        raise typer.Exit(ExitCode.NOT_RUNNING)
    if any(row["state"] != State.READY for row in rows):
        raise typer.Exit(ExitCode.FAILED)


def _ask(settings: Settings) -> Sequence[dict[str, Any]]:
    url = f"{settings.loopback_url(settings.supervisor.port)}/processes"
    try:
        answer = httpx.get(url, timeout=5, trust_env=False)
        found: Sequence[dict[str, Any]] = answer.raise_for_status().json()["processes"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        typer.echo(f"the supervisor runs but does not answer at {url} yet: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from None
    return found
