"""`opsconductor check`: walk the whole path of the running system."""

import asyncio
import time
from collections.abc import Sequence
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

AT_ONCE: tuple[Check, ...] = (scraping.processes,)
SETTLING: tuple[Check, ...] = (
    scraping.scraped,
    scraping.exposed,
    scraping.canary,
    alerting.rules,
    alerting.watchdog,
)
"""What shows only after a scrape and an evaluation: looked at again until it does."""
ACTIVE: tuple[Check, ...] = (alerting.exemplars, alerting.routes, panels.answer)
SETTLE_SECONDS = 15
"""Above an evaluation interval: how long after a start the slowest of these may take to show."""
POLL_SECONDS = 0.5


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
    active = (*ACTIVE, alerting.delivery) if deliver else ACTIVE
    failed = asyncio.run(_walk(settings, active))
    if failed:
        typer.echo(f"{failed} not ok")
        raise typer.Exit(ExitCode.FAILED)
    typer.echo("all ok")


async def _walk(settings: Settings, active: Sequence[Check]) -> int:
    failed = 0
    async with AsyncExitStack() as stack:
        running = await _running(settings, stack)
        for each in AT_ONCE:
            failed += _show(await _findings(each, running))
        # What does not run will not show either, however long one waits.
        patience = 0 if failed else settings.prometheus.rule_interval_seconds + SETTLE_SECONDS
        deadline = time.monotonic() + patience
        for each in SETTLING:
            failed += _show(await _settled(each, running, deadline))
        for each in active:
            failed += _show(await _findings(each, running))
    return failed


async def _settled(each: Check, running: Running, deadline: float) -> list[Finding]:
    """The findings once all are ok, or as they are when the time is up."""
    while True:
        found = await _findings(each, running)
        if all(finding.ok for finding in found) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(POLL_SECONDS)


def _show(findings: Sequence[Finding]) -> int:
    """Print the findings; returns how many are not ok."""
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        console.print(_line(finding))
    return sum(not finding.ok for finding in findings)


async def _running(settings: Settings, stack: AsyncExitStack) -> Running:
    login = (settings.console.username, settings.console.password.get_secret_value())

    async def client(url: str, auth: tuple[str, str] | None = None) -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url=url, auth=auth, timeout=10, trust_env=False)
        return await stack.enter_async_context(made)

    local = settings.loopback_url
    return Running(
        settings=settings,
        prometheus=await stack.enter_async_context(
            PrometheusClient(local(settings.prometheus.port))
        ),
        alertmanager=await stack.enter_async_context(
            AlertmanagerClient(local(settings.alertmanager.port))
        ),
        console=await client(settings.url(settings.console.port), login),
        supervisor=await client(local(settings.supervisor.port)),
    )


async def _findings(each: Check, running: Running) -> list[Finding]:
    """The check's findings; one that cannot be made is a finding too."""
    name = each.__name__.replace("_", " ")
    try:
        return [finding async for finding in each(running)]
    except UpstreamError as error:
        return [Finding(name, str(error), "see 'opsconductor status' and the process's log")]
    except httpx.HTTPError as error:
        said = f"the console does not answer: {str(error) or type(error).__name__}"
        return [Finding(name, said, "see 'opsconductor status' and the console's log")]


def _line(finding: Finding) -> Text:
    mark = Text("ok    ", "green") if finding.ok else Text("FAIL  ", "red")
    text = f"{finding.what}: {finding.said}"
    return mark.append(text if finding.ok else f"{text} -> {finding.advice}", "default")
