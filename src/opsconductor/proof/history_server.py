"""A Prometheus over samples of the past: backfilled by promtool, asked over HTTP, then gone."""

import asyncio
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from opsconductor.client.errors import UpstreamError
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.stack.programs import Programs

READY_SECONDS = 60
POINTS = 10_000
"""Below the 11,000 that Prometheus gives a series in one answer."""
MAX_BLOCK = "744h"
"""promtool reads its input once for every block: a month in one takes seconds, not minutes."""

_WRONG = re.compile(r"level=error|\berr=|^panic:", re.IGNORECASE)


class BackfillError(Exception):
    """promtool did not take the samples, or no Prometheus came up over them."""


def backfill(programs: Programs, lines: Iterable[str], folder: Path) -> Path:
    """Write OpenMetrics lines as blocks; returns the data folder. Raises `BackfillError`."""
    text, data = folder / "samples.openmetrics", folder / "data"
    with text.open("w", encoding="utf-8") as file:
        file.writelines(lines)
    done = subprocess.run(  # noqa: S603  a program found on PATH or unpacked by us
        [
            *programs.promtool.command,
            *("tsdb", "create-blocks-from", "openmetrics"),
            f"--max-block-duration={MAX_BLOCK}",
            str(text),
            str(data),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    text.unlink()
    if done.returncode != 0 or not any(data.glob("*/meta.json")):
        raise BackfillError(
            f"promtool ended with {done.returncode} and wrote no usable block: "
            f"{done.stderr.strip() or done.stdout.strip() or 'it says nothing'}"
        )
    return data


@asynccontextmanager
async def serving(programs: Programs, data: Path) -> AsyncIterator[PrometheusClient]:
    """A client of a Prometheus that serves `data` and scrapes nothing. Raises `BackfillError`."""
    config, log = data.parent / "prometheus.yml", data.parent / "prometheus.log"
    config.write_text("scrape_configs: []\n", encoding="utf-8")
    port = _free_port()
    command = (
        *programs.prometheus.command,
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=100y",
        "--query.max-samples=500000000",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output)
    try:
        async with PrometheusClient(f"http://127.0.0.1:{port}", timeout=300) as client:
            await _ready(process, client, data, log)
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def holding(
    client: PrometheusClient, expression: str, times: range, epoch: int
) -> list[tuple[int, bool]]:
    """Whether the expression gives anything at each time; `times` are milliseconds from `epoch`."""
    found: list[tuple[int, bool]] = []
    for begin in range(0, len(times), POINTS):
        part = times[begin : begin + POINTS]
        series = await client.query_range(
            expression, epoch + part[0] / 1000, epoch + part[-1] / 1000, times.step / 1000
        )
        holds = {round((at - epoch) * 1000) for one in series for at, _ in one.values}
        if strange := holds - set(part):
            raise BackfillError(f"Prometheus answered for a time not asked for: {min(strange)} ms")
        found += [(at, at in holds) for at in part]
    return found


async def _ready(
    process: asyncio.subprocess.Process, client: PrometheusClient, data: Path, log: Path
) -> None:
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    while not await client.ready():
        if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
            raise BackfillError("\n".join(("no Prometheus over the samples:", *_end_of(log))))
        await asyncio.sleep(0.05)
    try:
        served = (await client.flags()).get("storage.tsdb.path")
    except UpstreamError as error:
        raise BackfillError(f"the Prometheus over the samples does not answer: {error}") from None
    if served != str(data):
        raise BackfillError(f"another Prometheus, over {served}, answered on our port; try again")


def _end_of(log: Path) -> list[str]:
    """What the log says went wrong, or its last lines."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return [line for line in lines if _WRONG.search(line)][-3:] or lines[-3:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
