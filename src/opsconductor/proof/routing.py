"""Alertmanager's configuration held against the intent: amtool, a real server, and the inbox."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from opsconductor.client.alertmanager import Alert, AlertmanagerClient, PostedAlert
from opsconductor.monitoring.notifications import alertmanager_document
from opsconductor.monitoring.routing import Labels, Route, matrix, pairs, quiet, receiver
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.objectives import Receiver
from opsconductor.proof.temporary_alertmanager import (
    TemporaryAlertmanagerError,
    free_port,
    settled,
    temporary_alertmanager,
)
from opsconductor.settings import Settings
from opsconductor.settings.model import Alertmanager, Console, Inbox, Receivers
from opsconductor.stack.programs import Programs

Configured = Callable[[Settings], dict[str, Any]]
"""Makes Alertmanager's configuration."""

DELIVERY_SECONDS = 60
POLL_SECONDS = 0.2
NEVER_SECONDS = 3600.0
SHOWN = ("alertname", "service", "severity", "slo", "job", "probe", "tool", "step", "drill")


@dataclass(frozen=True, slots=True)
class Routing:
    """What was tried and what went wrong; each list of complaints is empty where all is right.

    `routes` label sets were asked of a real Alertmanager, `asked` of amtool, `delivered` messages
    arrived in the inbox; of `pairs` pairs of alerts `silenced` keep quiet as they must.
    """

    routes: int
    asked: int
    delivered: int
    pairs: int
    silenced: int
    wrong_routes: tuple[str, ...]
    wrong_deliveries: tuple[str, ...]
    wrong_pairs: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether every alert reaches whom it must, and only what must keeps quiet."""
        return not (self.wrong_routes or self.wrong_deliveries or self.wrong_pairs)


async def routing(
    settings: Settings,
    own: Sequence[Labels],
    programs: Programs,
    configured: Configured = alertmanager_document,
) -> Routing:
    """Try everything; `own` are the labels with which our alerts fire.

    Raises `TemporaryAlertmanagerError` where a server does not start or settle.
    """
    routes = [*matrix(), *(Route(labels, receiver(labels)) for labels in own)]
    with tempfile.TemporaryDirectory(prefix="opsconductor-routing-") as folder:
        config = _patient(settings, configured)
        asked = [Route(labels, receiver(labels)) for labels in own]
        by_amtool = await _amtool(programs, config, Path(folder), asked)
        async with temporary_alertmanager(programs.alertmanager, config, Path(folder)) as client:
            wrong = await _routes(client, routes)
        beside = list(pairs(own))
        async with temporary_alertmanager(programs.alertmanager, config, Path(folder)) as client:
            silenced, wrong_pairs = await _pairs(client, beside)
        delivered, wrong_deliveries = await _deliver(settings, own, programs, configured)
    return Routing(
        len(routes),
        len(asked),
        delivered,
        len(beside),
        silenced,
        (*by_amtool, *wrong),
        tuple(wrong_deliveries),
        tuple(wrong_pairs),
    )


def _patient(settings: Settings, configured: Configured) -> str:
    """The configuration, but nothing is sent while it is only asked."""
    waiting = Alertmanager(group_wait_seconds=NEVER_SECONDS)
    document = configured(settings.model_copy(update={"alertmanager": waiting}))
    for route in document["route"]["routes"]:
        if "group_wait" in route:
            route["group_wait"] = f"{NEVER_SECONDS:.0f}s"
    return yaml_text(document)


async def _amtool(
    programs: Programs, config: str, folder: Path, routes: Iterable[Route]
) -> list[str]:
    """What amtool says of each route; it starts anew for each, so only our own are asked."""
    file = folder / "asked.yml"
    file.write_text(config, encoding="utf-8")
    at_once = asyncio.Semaphore(os.cpu_count() or 1)

    async def ask(route: Route) -> str:
        labels = [f"{name}={value}" for name, value in route.labels.items()]
        command = (*programs.amtool.command, "config", "routes", "test", f"--config.file={file}")
        async with at_once:
            done = await asyncio.to_thread(
                subprocess.run,
                [*command, *labels],
                capture_output=True,
                text=True,
                check=False,
                timeout=30,
            )
        said = done.stdout.strip() or done.stderr.strip()
        if done.returncode == 0 and said == route.receiver:
            return ""
        return f"{shown(route.labels)}: amtool says {said}, must be {route.receiver}"

    return [said for said in await asyncio.gather(*map(ask, routes)) if said]


async def _routes(client: AlertmanagerClient, routes: Sequence[Route]) -> list[str]:
    """Each label set is told apart by an `id`, which no route looks at."""
    posted = [{**route.labels, "id": str(number)} for number, route in enumerate(routes)]
    found = {one.labels["id"]: one for one in await settled(client, posted)}
    wrong = []
    for number, route in enumerate(routes):
        names = [each.name for each in found[str(number)].receivers]
        if names != [route.receiver]:
            wrong.append(
                f"{shown(route.labels)}: goes to {', '.join(names)}, must go to {route.receiver}"
            )
    return wrong


async def _pairs(
    client: AlertmanagerClient, beside: Sequence[tuple[Labels, Labels]]
) -> tuple[int, list[str]]:
    """Each pair lives in a cluster of its own, where nothing else can silence it."""
    posted = []
    for number, (source, target) in enumerate(beside):
        posted += [
            {**source, "cluster": str(number), "side": "source"},
            {**target, "cluster": str(number), "side": "target"},
        ]
    found = {
        (one.labels["cluster"], one.labels["side"]): one for one in await settled(client, posted)
    }
    silenced, wrong = 0, []
    for number, (source, target) in enumerate(beside):
        is_quiet = _quiet(found[str(number), "target"])
        silenced += is_quiet
        if is_quiet is not quiet(source, target):
            does = "silences" if is_quiet else "does not silence"
            wrong.append(f"{shown(source)} {does} {shown(target)}")
    return silenced, wrong


def _quiet(alert: Alert) -> bool:
    return alert.status.state == "suppressed"


async def _deliver(
    settings: Settings, own: Sequence[Labels], programs: Programs, configured: Configured
) -> tuple[int, list[str]]:
    """One message of each alert, through Alertmanager, into the inbox."""
    with tempfile.TemporaryDirectory(prefix="opsconductor-delivery-") as name:
        return await _delivered(settings, own, programs, configured, Path(name))


async def _delivered(
    settings: Settings,
    own: Sequence[Labels],
    programs: Programs,
    configured: Configured,
    folder: Path,
) -> tuple[int, list[str]]:
    console, smtp = free_port(), free_port()
    loopback = settings.model_copy(
        update={
            "host": "127.0.0.1",
            "state_dir": folder / "state",
            "console": Console(port=console),
            "inbox": Inbox(smtp_port=smtp),
            # Nobody outside hears of this.
            "receivers": Receivers(),
            "alertmanager": Alertmanager(group_wait_seconds=0.1, group_interval_seconds=1),
        }
    )
    config = yaml_text(configured(loopback))
    async with (
        _console(loopback, folder),
        temporary_alertmanager(programs.alertmanager, config, folder) as client,
    ):
        # A cluster each, so that none keeps another quiet; grouped with none, for it is alone.
        expected = {}
        posted = []
        for number, labels in enumerate(own):
            mark = f"told-{number}."
            expected[mark] = Receiver(receiver(labels))
            posted.append(
                PostedAlert(
                    labels={**labels, "cluster": mark},
                    annotations={"summary": mark, "description": mark, "runbook_url": "http://r"},
                )
            )
        await client.post_alerts(posted)
        return await _arrived(expected, loopback.url(console))


async def _arrived(expected: Mapping[str, Receiver], url: str) -> tuple[int, list[str]]:
    """Wait until every mark has arrived somewhere, and see where."""
    found: dict[str, set[Receiver]] = {}
    username, password = Console().username, Console().password.get_secret_value()
    async with httpx.AsyncClient(base_url=url, auth=(username, password), trust_env=False) as http:

        async def look() -> bool:
            for each in Receiver:
                answer = await http.get(
                    "/api/inbox", params={"receiver": each.value, "limit": 1000}
                )
                raw = [f"{one['raw']}{one['body']}" for one in answer.json()["messages"]]
                for mark in expected:
                    if any(mark in text for text in raw):
                        found.setdefault(mark, set()).add(each)
            return found.keys() >= expected.keys()

        await _until(look)
    wrong = [
        f"{mark} arrived at {', '.join(sorted(found.get(mark, ['nobody'])))}, must be {to}"
        for mark, to in expected.items()
        if found.get(mark) != {to}
    ]
    return len(found), wrong


async def _until(look: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(DELIVERY_SECONDS):
            while not await look():  # noqa: ASYNC110  a server does not say when it is done
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        # What has not arrived is reported by its name.
        return


@asynccontextmanager
async def _console(settings: Settings, folder: Path) -> AsyncIterator[None]:
    """The console, whose inbox it is, as a process of its own."""
    file = folder / "opsconductor.toml"
    file.write_text(
        f'host = "127.0.0.1"\nstate_dir = "{settings.state}"\n'
        f"[console]\nport = {settings.console.port}\n"
        f"[inbox]\nsmtp_port = {settings.inbox.smtp_port}\n",
        encoding="utf-8",
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("OPSCONDUCTOR")
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "opsconductor.console",
        env={**kept, "OPSCONDUCTOR_CONFIG": str(file)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _healthy(settings.url(settings.console.port), process)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _healthy(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:

        async def look() -> bool:
            if process.returncode is not None:
                raise TemporaryAlertmanagerError(
                    f"the inbox's process ended with code {process.returncode}"
                )
            try:
                return (await http.get("/health")).is_success
            except httpx.TransportError:
                return False

        await _until(look)


def shown(labels: Labels) -> str:
    """An alert in a line: its name, and what tells it from its namesakes."""
    name, *others = (f"{key}={labels[key]}" for key in SHOWN if key in labels)
    return f"{name.partition('=')[2]}{{{', '.join(others)}}}"
