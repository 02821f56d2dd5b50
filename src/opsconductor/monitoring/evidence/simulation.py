"""Alerts over an outage: with every request known, or through samples as Prometheus sees it.

Both give the truth of a figure's condition at each time of looking, in whole milliseconds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from opsconductor.monitoring.evidence.approaches import BurnAlert
from opsconductor.monitoring.evidence.figure import BUDGET, Figure, Measure, Outage
from opsconductor.monitoring.evidence.rate import Grid, Sample, increase
from opsconductor.objectives import DAY, HOUR

HISTORY: Final = 3 * DAY + HOUR
"""Seconds of healthy traffic before an outage: more than the longest window."""
_ROUNDING: Final = 1 - 1e-9
"""The continuous simulation looks exactly at the moment of crossing, where a binary fraction may
fall a hair short of the limit."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """When counters are scraped and rules evaluated. The phases keep the two from coinciding.

    So it plays no part whether a window includes its first instant, as it does before Prometheus
    3, or not.
    """

    scrapes: Grid
    evaluations: Grid


SHIPPED = Sampling(Grid(10_000, 3_700), Grid(30_000, 11_300))
"""automation-service's scrape interval and our rule groups' interval; the phases are arbitrary."""


def fine(step: int) -> Sampling:
    """Scraped and evaluated every `step` milliseconds."""
    return Sampling(Grid(step, step * 37 // 100), Grid(step, step // 2))


Truths = Iterator[tuple[int, bool]]
Ratio = Callable[[int, int], float | None]
"""The error ratio over a window of milliseconds up to a time; None without two samples."""


def continuous(figure: Figure) -> Truths:
    """The condition every `figure.step` milliseconds, every request being known."""
    ratio = _exact(figure.outage)
    for at in range(round(figure.start * 1000), round(figure.until * 1000) + 1, figure.step):
        if figure.alert:
            yield at, _burns(figure.alert, ratio, at, _ROUNDING)
        else:
            yield at, figure.outage.spent(at / 1000) >= _ROUNDING


def sampled(figure: Figure, sampling: Sampling, *, stretched: bool = True) -> Truths:
    """The condition at each evaluation, as seen through scraped counters.

    Without `stretched` a window's growth is what lies between its outermost samples, divided by the
    whole window: `rate()` without its extrapolation.
    """
    ratio = _scraped(figure.outage, sampling.scrapes, stretched=stretched)
    at = sampling.evaluations.first(round(figure.start * 1000))
    while at <= figure.until * 1000:
        if figure.alert:
            yield at, _burns(figure.alert, ratio, at, 1)
        else:
            yield at, figure.outage.spent(sampling.scrapes.last(at) / 1000) >= 1
        at += sampling.evaluations.step


def value(figure: Figure, truths: Truths, spent: Callable[[int], float]) -> float | None:
    """The figure in its base unit: seconds, or a share of the budget; None for never.

    `spent` is the share that is known to be gone at a time in milliseconds.
    """
    if figure.measure is Measure.SPENT:
        return spent(round(figure.until * 1000))
    at = figure.instant(truths)
    if at is None:
        return None
    return spent(at) if figure.measure is Measure.SPENT_AT_DETECTION else at / 1000


def _burns(alert: BurnAlert, ratio: Ratio, at: int, rounding: float) -> bool:
    limit = alert.factor * BUDGET * rounding
    for window in alert.windows:
        found = ratio(window * 1000, at)
        if found is None or found < limit or (found == limit and not alert.inclusive):
            return False
    return True


def _exact(outage: Outage) -> Ratio:
    def ratio(window: int, at: int) -> float:
        until, since = at / 1000, (at - window) / 1000
        failed = outage.errors(until) - outage.errors(since)
        return failed / (outage.requests(until) - outage.requests(since))

    return ratio


def _scraped(outage: Outage, scrapes: Grid, *, stretched: bool) -> Ratio:
    def sample(counted: Callable[[float], float], at: int) -> Sample:
        return Sample(at, counted(at / 1000))

    def requests(at: float) -> float:
        return outage.requests(at + HISTORY)

    def ratio(window: int, at: int) -> float | None:
        first, last = scrapes.first(at - window), scrapes.last(at)
        if last <= first:
            return None
        failed, total = (
            (sample(counted, first), sample(counted, last)) for counted in (outage.errors, requests)
        )
        if not stretched:
            return (failed[1].value - failed[0].value) / outage.requests(window / 1000)
        edges = (at - window, at)
        return increase(*failed, scrapes.step, edges) / increase(*total, scrapes.step, edges)

    return ratio
