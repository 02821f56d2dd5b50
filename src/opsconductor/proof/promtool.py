"""promtool: checks rule files, and turns OpenMetrics into blocks."""

import asyncio
import signal
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.stack.programs import Program

MOST_OUTPUT = 4_000
"""Characters of promtool's words that are worth showing."""
BLOCK_DURATION = "744h"
"""Blocks of up to a month: promtool reads its whole input once for each block."""


class PromtoolError(Exception):
    """promtool could not do its work; the text says how it ended."""


class BackfillError(Exception):
    """Samples that promtool does not take, or over which Prometheus finds what cannot be."""


async def check_rules(promtool: Program, files: Sequence[Path]) -> None:
    """Raise `BacktestError` with promtool's own words where it refuses a rule file."""
    for file in files:
        code, said = await _run(promtool, "check", "rules", str(file))
        if code:
            raise BacktestError(f"promtool refuses {file}:\n{said}")


async def create_blocks(promtool: Program, openmetrics: Path, folder: Path) -> None:
    """Write the samples of an OpenMetrics file as blocks. Raises `BackfillError`."""
    options = ("--quiet", f"--max-block-duration={BLOCK_DURATION}")
    code, said = await _run(
        promtool, "tsdb", "create-blocks-from", "openmetrics", *options,
        str(openmetrics), str(folder),
    )  # fmt: skip
    if code:
        raise BackfillError(f"promtool refuses the samples: {said or 'it says nothing'}")


async def _run(promtool: Program, *arguments: str) -> tuple[int, str]:
    try:
        process = await asyncio.create_subprocess_exec(
            *promtool.command, *arguments, stdout=PIPE, stderr=PIPE
        )
    except OSError as error:
        raise PromtoolError(f"promtool cannot be started: {error}") from None
    try:
        out, err = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    said = f"{err.decode(errors='replace')}{out.decode(errors='replace')}".strip()[-MOST_OUTPUT:]
    code = process.returncode or 0
    if code < 0:
        name = signal.Signals(-code).name
        raise PromtoolError(f"promtool was killed by {name} during `{' '.join(arguments[:3])}`")
    return code, said
