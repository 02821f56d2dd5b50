"""`opsconductor run "how full are the disks?"`."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from opsconductor.cli.answer_table import print_table
from opsconductor.cli.errors import ExitCode
from opsconductor.client.pipeline import PipelineClient
from opsconductor.client.pipeline_answers import Outcome, PlanEntry, Reply
from opsconductor.settings import Settings, load

OUTCOMES = {
    Outcome.ANSWERED: ExitCode.OK,
    Outcome.PLANNED: ExitCode.OK,
    Outcome.FAILED: ExitCode.FAILED,
    Outcome.NEEDS_INPUT: ExitCode.NEEDS_ANSWER,
    Outcome.NO_MATCH: ExitCode.NEEDS_ANSWER,
}


def run(
    sentence: Annotated[str, typer.Argument(help="What you want, in a sentence.")],
    dry_run: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--dry-run", help="Show the plan and run nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,  # noqa: FBT002  a flag
) -> None:
    """Answer a sentence; exit 0 answered, 1 failed, 4 when it asks back or matches no tool."""
    settings = load()
    reply = asyncio.run(_ask(settings, sentence, dry_run=dry_run))
    if as_json:
        typer.echo(reply.model_dump_json())
    else:
        _show(reply)
    raise typer.Exit(OUTCOMES[reply.outcome])


async def _ask(settings: Settings, sentence: str, *, dry_run: bool) -> Reply:
    url, timeout = settings.url(settings.pipeline.port), settings.pipeline.request_timeout_seconds
    async with PipelineClient(url, timeout=timeout) as pipeline:
        return await pipeline.ask(sentence, dry_run=dry_run)


def _show(reply: Reply) -> None:
    typer.echo(reply.answer)
    if reply.outcome is Outcome.PLANNED:
        for number, entry in enumerate(reply.plan, start=1):
            typer.echo(f"  {number}. {_step(entry)}")
    if reply.table:
        typer.echo("")
        print_table(reply.table.columns, reply.table.rows)
    footer = f"trace {reply.trace_id}, {reply.duration_ms:.0f} ms"
    Console(highlight=False).print(f"\n[bright_black]{footer}[/bright_black]")


def _step(entry: PlanEntry) -> str:
    given = " ".join(f"{name}={value}" for name, value in entry.params.items())
    return f"{entry.tool} {given}".rstrip()
