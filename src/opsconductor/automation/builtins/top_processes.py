"""The processes that use the most CPU or memory."""

import asyncio
from collections.abc import Mapping

import psutil

from opsconductor.automation.outcome import Findings, Scalar, Table, ToolFailure
from opsconductor.automation.units import size
from opsconductor.contract import Reason

SAMPLE_SECONDS = 0.25
"""Between the two readings of each process's CPU time."""
_COLUMNS = ("pid", "user", "cpu_percent", "memory_percent", "memory", "name")


async def top_processes(arguments: Mapping[str, Scalar]) -> Findings:
    """Processes by name rather than by command line, which may hold a secret."""
    before = await asyncio.to_thread(_processes)
    await asyncio.sleep(SAMPLE_SECONDS)
    rows = await asyncio.to_thread(_readings, before)
    by_memory = arguments["sort_by"] == "memory"
    rows.sort(key=lambda row: (row[3], row[2]) if by_memory else (row[2], row[3]), reverse=True)
    if not rows:
        raise ToolFailure(Reason.UPSTREAM_ERROR, "no process could be read")
    first: dict[str, Scalar] = dict(zip(_COLUMNS, rows[0], strict=True))
    table = Table(_COLUMNS, tuple(rows[: int(arguments["count"] or len(rows))]))
    text = "\n".join("\t".join(str(cell) for cell in row) for row in (_COLUMNS, *table.rows))
    facts: dict[str, Scalar] = {**first, "processes": len(rows), "sort_by": arguments["sort_by"]}
    return Findings(facts, table, text)


def _processes() -> list[psutil.Process]:
    """Every process, its CPU clock started."""
    processes = []
    for pid in psutil.pids():
        try:
            # A new object each time: psutil's own are shared, and so is the clock in them.
            process = psutil.Process(pid)
            process.cpu_percent(None)
        except psutil.Error:
            continue
        processes.append(process)
    return processes


def _readings(processes: list[psutil.Process]) -> list[tuple[int, str, float, float, str, str]]:
    rows = []
    for process in processes:
        try:
            with process.oneshot():
                row = (
                    process.pid,
                    process.username(),
                    round(process.cpu_percent(None), 1),
                    round(process.memory_percent(), 1),
                    size(process.memory_info().rss),
                    process.name(),
                )
        except psutil.Error:
            continue
        rows.append(row)
    return rows
