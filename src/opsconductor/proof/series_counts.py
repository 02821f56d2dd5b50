"""How many series selectors have, so that what is cheap is asked first."""

from collections.abc import Iterable

from opsconductor.monitoring.backtest.expression import Selector
from opsconductor.monitoring.backtest.gating import SeriesCounts
from opsconductor.proof.range_query import RangeQueries, RefusedError


async def series_counts(
    server: RangeQueries, selectors: Iterable[Selector], instant: int
) -> SeriesCounts:
    """The series with a sample in the day before `instant`, in milliseconds; at least one each.

    Raises `UpstreamError`.
    """
    counts = {one.text: await _count(server, one.text, instant) for one in selectors}
    return lambda selector: counts.get(selector.text, 1)


async def _count(server: RangeQueries, selector: str, instant: int) -> int:
    try:
        found = await server.at(f"count(last_over_time({selector}[1d]))", instant)
    except RefusedError:
        return 1
    return max((int(one["value"][1]) for one in found), default=1)
