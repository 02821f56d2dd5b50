"""An address of a Prometheus that somebody gave, and that may be mistaken."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from opsconductor.cli.errors import ExitCode
from opsconductor.client.errors import UpstreamError

_T = TypeVar("_T")


def answered(question: Coroutine[Any, Any, _T], given: str | None) -> _T:
    """The answer; where a `given` address cannot be reached, the command ends as of wrong use.

    Raises `UpstreamError` for everything else.
    """
    try:
        return asyncio.run(question)
    except UpstreamError as error:
        if not given or error.reason != "unreachable":
            raise
        typer.echo(f"{error}\nIs the address of --prometheus right?", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
