"""Memory, uptime and load of this machine."""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import psutil

from opsconductor.automation.outcome import Findings, Scalar, Table
from opsconductor.automation.units import size, span


async def memory_usage(_arguments: Mapping[str, Scalar]) -> Findings:
    """Memory and swap; "available" is what programs can still get, caches given back."""
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    facts: dict[str, Scalar] = {
        "used_percent": memory.percent,
        "total": size(memory.total),
        "available": size(memory.available),
        "total_bytes": memory.total,
        "available_bytes": memory.available,
        "swap_total_bytes": swap.total,
        "swap_used_percent": swap.percent,
    }
    rows = (
        ("memory", size(memory.total), size(memory.used), size(memory.available), memory.percent),
        ("swap", size(swap.total), size(swap.used), size(swap.free), swap.percent),
    )
    table = Table(("kind", "total", "used", "available", "used_percent"), rows)
    return Findings(facts, table, _text(table))


async def uptime(_arguments: Mapping[str, Scalar]) -> Findings:
    """Time since the last boot, and the load averages over 1, 5 and 15 minutes."""
    booted = psutil.boot_time()
    seconds = max(0.0, time.time() - booted)
    loads = [round(load, 2) for load in os.getloadavg()]
    cpus = os.cpu_count() or 1
    at = datetime.fromtimestamp(booted, UTC).strftime("%Y-%m-%d %H:%M UTC")
    facts: dict[str, Scalar] = {
        "uptime": span(seconds),
        "uptime_seconds": round(seconds),
        "booted_at": at,
        "load_1": loads[0],
        "load_5": loads[1],
        "load_15": loads[2],
        "cpus": cpus,
    }
    averages = ", ".join(str(load) for load in loads)
    return Findings(
        facts, output=f"up {span(seconds)} since {at}, load average {averages} on {cpus} CPUs"
    )


def _text(table: Table) -> str:
    return "\n".join("\t".join(str(cell) for cell in row) for row in (table.columns, *table.rows))
