"""A Prometheus that lives only to evaluate expressions over a folder of blocks."""

import asyncio
import shutil
import signal
import socket
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from os import environ
from pathlib import Path
from typing import Any

import httpx
import yaml

from opsconductor.stack.ports import foreign_owner
from opsconductor.stack.programs import Program

READY_SECONDS = 120
"""Opening a year of blocks takes seconds; this is for a disk that is asleep."""
STOP_SECONDS = 10
POLL_SECONDS = 0.05
FOR_EVER = "100y"
ATTEMPTS = 3
"""Somebody else may take the port between its choice and the start."""


class TemporaryPrometheusError(Exception):
    """The server does not start; the text has the end of its log."""


@asynccontextmanager
async def temporary_prometheus(
    program: Program, data: Path, remote_read: str | None = None
) -> AsyncIterator[str]:
    """Run Prometheus over `data`, a folder of blocks of our own; yields its base URL.

    It takes samples of any age by remote write, in memory, and never compacts or deletes.
    `remote_read` is the URL of a server whose samples it adds to its own. Raises
    `TemporaryPrometheusError`.
    """
    config = data.parent / "prometheus.yml"
    config.write_text(yaml.safe_dump(_configuration(remote_read)), encoding="utf-8")
    process, url = await _started(program, config, data)
    try:
        yield url
    finally:
        await _stop(process)


def _configuration(remote_read: str | None) -> Mapping[str, Any]:
    # In order is what the samples come in; out of order is a fallback, slower and as exact.
    document: dict[str, Any] = {
        "storage": {"tsdb": {"out_of_order_time_window": FOR_EVER}},
    }
    if remote_read:
        document["remote_read"] = [
            {"url": remote_read, "read_recent": True, "remote_timeout": "5m"}
        ]
    return document


async def _started(program: Program, config: Path, data: Path) -> tuple[Process, str]:
    log = data.parent / "prometheus.log"
    for attempt in range(ATTEMPTS):
        port = _free_port()
        process = await _start(program, config, data, port, log)
        wrong = await _await_ready(process, port)
        if wrong is None:
            return process, f"http://127.0.0.1:{port}"
        await _stop(process)
        if attempt == ATTEMPTS - 1 or "address already in use" not in _tail(log):
            break
    raise TemporaryPrometheusError(
        f"the temporary Prometheus does not start: {wrong}\nthe end of its log:\n{_tail(log)}"
    )


async def _start(program: Program, config: Path, data: Path, port: int, log: Path) -> Process:
    setpriv = shutil.which("setpriv")
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *((setpriv, "--pdeathsig", "KILL") if setpriv else ()),
            *program.command,
            f"--config.file={config}",
            f"--storage.tsdb.path={data}",
            f"--storage.tsdb.retention.time={FOR_EVER}",
            # Longer than any history: nothing is compacted, and the head takes samples of any age.
            "--storage.tsdb.min-block-duration=100y",
            "--storage.tsdb.max-block-duration=100y",
            f"--web.listen-address=127.0.0.1:{port}",
            "--web.enable-remote-write-receiver",
            "--web.enable-admin-api",
            "--query.max-samples=500000000",
            "--query.timeout=30m",
            "--log.level=warn",
            stdin=DEVNULL,
            stdout=output,
            stderr=STDOUT,
            # Memory is there for a few minutes only; collecting less often saves a tenth.
            env={**environ, "GOGC": "400"},
            start_new_session=True,
        )


async def _await_ready(process: Process, port: int) -> str | None:
    """Wait until the server answers; what is wrong where it does not."""
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
        while asyncio.get_running_loop().time() < deadline:
            if process.returncode is not None:
                return f"it ended with exit code {process.returncode}"
            with suppress(httpx.HTTPError):
                answer = await http.get(f"http://127.0.0.1:{port}/-/ready")
                if answer.is_success:
                    return foreign_owner(process.pid, [port])
            await asyncio.sleep(POLL_SECONDS)
    return f"not ready within {READY_SECONDS} s"


async def _stop(process: Process) -> None:
    # Its folder is thrown away: nothing is worth writing down.
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
