"""`opsconductor backtest`: its options."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How the result is shown."""

    TABLE = "table"
    JSON = "json"


class FailOn(StrEnum):
    """What makes the exit code 1."""

    MISSED = "missed"
    FALSE = "false"
    UNPROVEN = "unproven"
    DIFFERENCE = "difference"


def backtest(  # noqa: PLR0913, PLR0917  one parameter for each option
    prometheus: Annotated[
        str | None, typer.Option(metavar="URL", help="Over a running Prometheus, read-only.")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Over a snapshot: a folder of blocks.")
    ] = None,
    openmetrics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Over samples in OpenMetrics.")
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Rule files; without it, ours. May be repeated."),
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Rule files to compare with. May be repeated."),
    ] = None,
    incidents: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Marked incidents, see docs/backtest.md.")
    ] = None,
    days: Annotated[float, typer.Option(help="How much of the history's end to judge.")] = 30,
    begin: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Judge from here (RFC 3339).")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Judge up to here (RFC 3339).")
    ] = None,
    recompute: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--recompute", help="Of a running Prometheus, use raw series only.")
    ] = False,
    shown: Annotated[Format, typer.Option("--format", help="table or json.")] = Format.TABLE,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a timeline as SVG.")
    ] = None,
    fail_on: Annotated[
        list[FailOn] | None, typer.Option(help="Exit 1 on this. May be repeated.")
    ] = None,
) -> None:
    """Show what rules would have fired over a history.

    Exit 0 when it could be judged, 1 when no rule could or on --fail-on, 2 on wrong input.
    """
    # Imported here: the expressions' parser is heavy, and only this command needs it.
    from opsconductor.cli.backtest_run import Job, run  # noqa: PLC0415

    job = Job(
        prometheus=prometheus,
        snapshot=snapshot,
        openmetrics=openmetrics,
        rules=tuple(rules or ()),
        against=tuple(against or ()),
        incidents=incidents,
        days=days,
        begin=begin,
        end=end,
        recompute=recompute,
        picture=picture,
    )
    raise typer.Exit(run(job, shown, frozenset(fail_on or ())))
