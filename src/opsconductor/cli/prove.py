"""`opsconductor prove`: its options."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from opsconductor.cli.errors import ExitCode


class Format(StrEnum):
    """How the result is shown."""

    TABLE = "table"
    JSON = "json"


def prove(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]…", help="Rule files of others; without any, ours."),
    ] = None,
    alert: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this alert. May be repeated.")
    ] = None,
    routing: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option(help="Try routes, inhibition and delivery as well; ours only.")
    ] = True,
    shown: Annotated[Format, typer.Option("--format", help="table or json.")] = Format.TABLE,
) -> None:
    """Prove that each alert fires when it must, and only then, and reaches whom it must.

    Exit 0 when all is proven, 1 when anything is not, 2 on a rule file that cannot be read.
    """
    # Imported here: the expressions' parser is heavy, and only this command needs it.
    from opsconductor.cli.prove_run import Job, run  # noqa: PLC0415

    job = Job(tuple(files or ()), tuple(alert or ()), routing=routing)
    if not run(job, as_json=shown is Format.JSON):
        raise typer.Exit(ExitCode.FAILED)
