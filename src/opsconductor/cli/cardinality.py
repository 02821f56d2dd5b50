"""`opsconductor cardinality`: how many series there are, may be, and are read by nobody."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from opsconductor.cli.cardinality_live import Live, ask, ask_unused
from opsconductor.cli.cardinality_tables import show, show_savings
from opsconductor.cli.errors import ExitCode
from opsconductor.cli.given_prometheus import answered
from opsconductor.console.dashboard_files import boards_folder
from opsconductor.monitoring.durations import duration, seconds_of
from opsconductor.settings import load

Form = Literal["table", "json"]


def cardinality(  # noqa: PLR0913, PLR0917  one parameter for each option
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="Which Prometheus; without one, our own.")
    ] = "",
    since: Annotated[
        str, typer.Option(help="Name what grew since then, such as 1h or 1d; 0 for nothing.")
    ] = "1h",
    unused: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--unused", help="Show instead what is scraped and read by nobody.")
    ] = False,
    rules: Annotated[
        list[Path] | None,
        typer.Option(help="With --unused: rule files that read series too."),
    ] = None,
    dashboards: Annotated[
        list[Path] | None,
        typer.Option(help="With --unused: dashboards, or folders of them, that read series too."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="With --unused: write each job's keep list here."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="For people or for programs.")] = "table",
) -> None:
    """Hold the series that Prometheus has against what the contract expects and allows.

    With --unused: by job, what neither the contract, nor the rules that Prometheus has loaded, nor
    a dashboard reads, and what dropping it would save.

    Exit 1 where a family has more series than the contract allows. Exit 2 where --prometheus cannot
    be reached.
    """
    if not unused and (rules or dashboards or output):
        raise typer.BadParameter("only together with --unused", param_hint="--rules, --dashboards")
    settings = load()
    own = settings.loopback_url(settings.prometheus.port)
    if unused:
        _unused(prometheus, own, [*(rules or ()), *(dashboards or ())], output, form)
        return
    ago = _ago(since)
    live = answered(ask(prometheus or own, ago), prometheus)
    if form == "json":
        typer.echo(json.dumps(live.document()))
    else:
        show(live, ago)
    _judge(live, given=prometheus)


def _judge(live: Live, *, given: str) -> None:
    over = live.standing.over
    for one in over:
        typer.echo(
            f"{one.family} at {one.job} has {one.live} series, {one.worst_case} are allowed: see "
            "the runbook CardinalityOverBudget",
            err=True,
        )
    if not any(one.live for one in live.standing.families):
        where = "at that Prometheus" if given else "yet; wait for the first scrape"
        typer.echo(f"none of our families is there {where}", err=True)
    if over:
        raise typer.Exit(ExitCode.FAILED)


def _unused(prometheus: str, own: str, files: list[Path], output: Path | None, form: Form) -> None:
    boards = None if prometheus else boards_folder(load())
    try:
        found = answered(ask_unused(prometheus or own, files, boards), prometheus)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--rules, --dashboards") from None
    if output is not None:
        found.write(output)
    if form == "json":
        typer.echo(json.dumps(found.document()))
    else:
        show_savings(found)
    if not files and prometheus:
        typer.echo("no dashboard was given: what only a dashboard reads counts as unused", err=True)


def _ago(since: str) -> str:
    """The time as PromQL writes an offset; empty for none."""
    try:
        seconds = seconds_of(since.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    return duration(seconds) if seconds else ""
