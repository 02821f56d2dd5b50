"""How much of what rules read is in the history."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from opsconductor.monitoring.backtest.expression import Selector
from opsconductor.monitoring.backtest.outcome import Input, Labels, Span
from opsconductor.monitoring.backtest.plan import LOOKBACK
from opsconductor.proof.range_query import MOST_STEPS, Found, Instants, RangeQueries, RefusedError
from opsconductor.proof.task_group import task_group

DAY = 86_400_000
AT_ONCE = 3
FEWEST_FALLS = 3
"""A counter may fall when its process restarts; one that never does anything else is none."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What each selector has, by its text; `gaps` are the times in which nothing has a sample.

    `first` and `last` are the first and last instants with a sample, None where there is none.
    """

    inputs: dict[str, Input]
    gaps: tuple[Span, ...]
    first: int | None
    last: int | None


async def coverage(
    server: RangeQueries, selectors: Iterable[Selector], first: int, last: int
) -> Coverage:
    """Ask for every selector between `first` and `last`, in milliseconds.

    Times are known to some minutes: the look-back, for which Prometheus bridges missing samples,
    or more where the time is longer than a query may have instants.
    """
    step = max(LOOKBACK, -(-(last - first) // (MOST_STEPS - 1)))
    grid = Instants(last - (last - first) // step * step, last, step)
    slots = asyncio.Semaphore(AT_ONCE)
    chosen = {one.text: one for one in selectors}
    counters = {one.text for one in selectors if one.counter}
    seen: dict[str, tuple[set[int], tuple[str, ...]]] = {}

    async def one(text: str) -> None:
        async with slots:
            found = await _instants(server, text, grid)
            falls = await _falls(server, text, first, last) if found and text in counters else ()
            seen[text] = (found, falls)

    async with task_group() as group:
        for text in chosen:
            group.create_task(one(text))
    every = set().union(*(found for found, _ in seen.values())) if seen else set()
    return Coverage(
        {text: _input(text, found, falls, grid) for text, (found, falls) in seen.items()},
        _gaps(sorted(every), grid),
        min(every, default=None),
        max(every, default=None),
    )


async def _instants(server: RangeQueries, text: str, grid: Instants) -> set[int]:
    try:
        found = await server.over(f"count({text})", grid)
    except RefusedError:
        return set()
    return {instant for series in found for instant in series.instants}


async def _falls(server: RangeQueries, text: str, first: int, last: int) -> tuple[str, ...]:
    """The series that change only by falling: no counters, whatever their name says."""
    days = Instants(last - (last - first) // DAY * DAY, last, DAY)
    window = f"{text}[1d]"
    resets = _totals(await server.over(f"resets({window})", days))
    if max(resets.values(), default=0) < FEWEST_FALLS:
        return ()
    changes = _totals(await server.over(f"changes({window})", days))
    return tuple(
        f"{{{', '.join(f'{name}={value!r}' for name, value in series)}}}"
        for series, count in changes.items()
        if count >= FEWEST_FALLS and resets.get(series) == count
    )


def _totals(found: Iterable[Found]) -> dict[Labels, float]:
    return {tuple(sorted(one.metric.items())): sum(map(float, one.texts)) for one in found}


def _input(text: str, found: set[int], falls: tuple[str, ...], grid: Instants) -> Input:
    return Input(
        selector=text,
        share=len(found) / len(grid),
        first=min(found, default=None),
        last=max(found, default=None),
        gaps=_gaps(sorted(found), grid),
        falls=falls,
    )


def _gaps(instants: Sequence[int], grid: Instants) -> tuple[Span, ...]:
    """The times between neighbours that are further apart than the grid's step."""
    return tuple(
        (before, after) for before, after in pairwise(instants) if after - before > grid.step
    )
