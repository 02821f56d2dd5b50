"""`opsconductor check`: walk the whole path of the running system."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.text import Text

from opsconductor.cli.checks import alerting, panels, scraping
from opsconductor.cli.checks.finding import Check, Finding, Running
from opsconductor.cli.errors import ExitCode
from opsconductor.client.alertmanager import AlertmanagerClient
from opsconductor.client.errors import UpstreamError
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.settings import Settings, load
from opsconductor.stack.run_folder import RunFolder

CHECKS: tuple[Check, ...] = (
    scraping.processes,
    scraping.scraped,
    scraping.exposed,
    scraping.canary,
    alerting.rules,
    alerting.exemplars,
    alerting.routes,
    alerting.watchdog,
    panels.answer,
)
SCRAPES_AND_A_BIT = 15
"""Seconds above an evaluation interval that a first evaluation may take after a start."""


def check(
    deliver: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--deliver", help="Send a test alert to the real receivers as well.")
    ] = False,
) -> None:
    """Check the running system; each line is ok or says what to do. Exit 1 on any failure."""
    settings = load()
    if RunFolder(settings.state).supervisor() is None:
        typer.echo(f"not running in {settings.state}; start it with 'make up'")
        raise typer.Exit(ExitCode.NOT_RUNNING)
    checks = (*CHECKS, alerting.delivery) if deliver else CHECKS
    failed = asyncio.run(_walk(settings, checks))
    if failed:
        typer.echo(f"{failed} not ok")
        raise typer.Exit(ExitCode.FAILED)
    typer.echo("all ok")


async def _walk(settings: Settings, checks: Sequence[Check]) -> int:
    console, failed = Console(highlight=False, soft_wrap=True), 0
    async with AsyncExitStack() as stack:
        running = await _running(settings, stack)
        for each in checks:
            async for finding in _guarded(each, running):
                failed += not finding.ok
                console.print(_line(finding))
    return failed


async def _running(settings: Settings, stack: AsyncExitStack) -> Running:
    login = (settings.console.username, settings.console.password.get_secret_value())

    async def client(url: str, auth: tuple[str, str] | None = None) -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url=url, auth=auth, timeout=10, trust_env=False)
        return await stack.enter_async_context(made)

    loopback = "http://127.0.0.1"
    return Running(
        settings=settings,
        prometheus=await stack.enter_async_context(
            PrometheusClient(f"{loopback}:{settings.prometheus.port}")
        ),
        alertmanager=await stack.enter_async_context(
            AlertmanagerClient(f"{loopback}:{settings.alertmanager.port}")
        ),
        console=await client(settings.url(settings.console.port), login),
        supervisor=await client(f"{loopback}:{settings.supervisor.port}"),
        patience=settings.prometheus.rule_interval_seconds + SCRAPES_AND_A_BIT,
    )


async def _guarded(each: Check, running: Running) -> AsyncIterator[Finding]:
    """The check's findings; one that cannot be made is a finding too."""
    name = each.__name__.replace("_", " ")
    try:
        async for finding in each(running):
            yield finding
    except UpstreamError as error:
        yield Finding(name, str(error), "see 'opsconductor status' and the process's log")
    except httpx.HTTPError as error:
        said = f"the console does not answer: {str(error) or type(error).__name__}"
        yield Finding(name, said, "see 'opsconductor status' and the console's log")


def _line(finding: Finding) -> Text:
    mark = Text("ok    ", "green") if finding.ok else Text("FAIL  ", "red")
    text = f"{finding.what}: {finding.said}"
    return mark.append(text if finding.ok else f"{text} -> {finding.advice}", "default")
