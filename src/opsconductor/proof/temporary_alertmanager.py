"""An Alertmanager that lives only to be asked whom it would tell, and what it keeps quiet."""

import asyncio
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from opsconductor.client.alertmanager import Alert, AlertmanagerClient, PostedAlert
from opsconductor.client.errors import UpstreamError
from opsconductor.monitoring.mutation.error import ProofError
from opsconductor.stack.programs import Program

READY_SECONDS = 30
SETTLE_SECONDS = 60
POLL_SECONDS = 0.1
BATCH = 1000
"""Alerts in one request."""


class TemporaryAlertmanagerError(ProofError):
    """Alertmanager does not start, or does not settle; the text says which."""


@asynccontextmanager
async def temporary_alertmanager(
    program: Program, config: str, folder: Path
) -> AsyncIterator[AlertmanagerClient]:
    """Run Alertmanager with a configuration in `folder`. Raises `TemporaryAlertmanagerError`."""
    port = free_port()
    (folder / "alertmanager.yml").write_text(config, encoding="utf-8")
    try:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
    except OSError as error:
        raise TemporaryAlertmanagerError(f"Alertmanager cannot be started: {error}") from error
    try:
        async with AlertmanagerClient(f"http://127.0.0.1:{port}") as client:
            await _ready(client, process)
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _ready(client: AlertmanagerClient, process: Process) -> None:
    async with _deadline(READY_SECONDS, "Alertmanager is not ready in time"):
        while True:
            if process.returncode is not None:
                raise TemporaryAlertmanagerError(
                    f"Alertmanager ended with code {process.returncode}; it may refuse its "
                    "configuration: see 'amtool check-config'"
                )
            with suppress(UpstreamError):
                await client.alerts()
                return
            await asyncio.sleep(POLL_SECONDS)


async def settled(
    client: AlertmanagerClient, posted: Iterable[Mapping[str, str]]
) -> Sequence[Alert]:
    """Post alerts and give them back once Alertmanager has looked at every one of them."""
    alerts = [PostedAlert(labels=labels) for labels in posted]
    for first in range(0, len(alerts), BATCH):
        await client.post_alerts(alerts[first : first + BATCH])
    async with _deadline(SETTLE_SECONDS, "Alertmanager did not look at every alert in time"):
        while True:
            found = await client.alerts()
            if len(found) == len(alerts) and all(
                one.status.state != "unprocessed" for one in found
            ):
                return found
            await asyncio.sleep(POLL_SECONDS)


@asynccontextmanager
async def _deadline(seconds: float, what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise TemporaryAlertmanagerError(what) from error
