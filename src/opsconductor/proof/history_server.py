"""A Prometheus over samples of the past: backfilled by promtool, asked over HTTP, then gone."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from opsconductor.client.prometheus import PrometheusClient
from opsconductor.proof.promtool import BackfillError, create_blocks
from opsconductor.proof.temporary_prometheus import temporary_prometheus
from opsconductor.stack.programs import Programs

ANSWER_SECONDS = 300
POINTS = 10_000
"""Below the 11,000 that Prometheus gives a series in one answer."""


async def backfill(programs: Programs, lines: Iterable[str], folder: Path) -> Path:
    """Write OpenMetrics lines as blocks; returns the data folder. Raises `BackfillError`."""
    text, data = folder / "samples.openmetrics", folder / "data"
    await asyncio.to_thread(_write, lines, text)
    try:
        await create_blocks(programs.promtool, text, data)
    finally:
        await asyncio.to_thread(text.unlink)
    if not await asyncio.to_thread(_has_block, data):
        raise BackfillError("promtool wrote no block: there is not one sample")
    return data


def _write(lines: Iterable[str], file: Path) -> None:
    with file.open("w", encoding="utf-8") as opened:
        opened.writelines(lines)


def _has_block(data: Path) -> bool:
    return any(data.glob("*/meta.json"))


@asynccontextmanager
async def serving(programs: Programs, data: Path) -> AsyncIterator[PrometheusClient]:
    """A client of a Prometheus that serves `data`. Raises `TemporaryPrometheusError`."""
    async with (
        temporary_prometheus(programs.prometheus, data) as url,
        PrometheusClient(url, timeout=ANSWER_SECONDS) as client,
    ):
        yield client


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
