"""When each alert fires over an incident's history, evaluated as Prometheus would."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import ge, gt
from typing import Final

from opsconductor.monitoring.evidence.approaches import BurnAlert
from opsconductor.monitoring.evidence.history import SCRAPE, History
from opsconductor.monitoring.evidence.incident import BUDGET
from opsconductor.monitoring.evidence.rate import Grid, Sample, increase

EVALUATE: Final = 30
"""Seconds between evaluations: our rule groups' interval."""
SCRAPES: Final = Grid(SCRAPE * 1000, 0)
EVALUATIONS: Final = Grid(EVALUATE * 1000, 7_600)
"""As with the figures, the phases keep a window's edge from falling on a sample."""

Span = tuple[float, float]
"""From the evaluation that fires to the one that does not any more, in seconds."""


@dataclass(slots=True)
class Watched:
    """A history with what was computed of it: many alerts look through the same windows."""

    counted: History
    until: float
    _ratios: dict[int, list[float]] = field(default_factory=dict)

    @property
    def times(self) -> range:
        """The evaluations from second 0 on, in milliseconds."""
        return range(EVALUATIONS.first(0), round(self.until * 1000), EVALUATIONS.step)

    def ratios(self, window: int) -> list[float]:
        """The error ratio over `window` seconds at each evaluation; -1 where nothing was asked."""
        if window not in self._ratios:
            self._ratios[window] = list(_ratios(self.counted, self.times, window))
        return self._ratios[window]

    def holds(self, alert: BurnAlert) -> list[bool]:
        """Whether the alert's expression holds at each evaluation."""
        limit = alert.factor * BUDGET
        exceeds = ge if alert.inclusive else gt
        held = [
            all(exceeds(ratio, limit) for ratio in now)
            for now in zip(*map(self.ratios, alert.windows), strict=True)
        ]
        if not alert.least_errors or not any(held):
            return held
        enough = self._enough(alert.windows[0], alert.least_errors)
        return [both[0] and both[1] for both in zip(held, enough, strict=True)]

    def firing(self, alert: BurnAlert) -> list[Span]:
        """When the alert fires; what still does at the end of the history ends there."""
        return list(_spans(self.holds(alert), self.times, alert.hold))

    def _enough(self, window: int, least: int) -> list[bool]:
        """Whether `increase()` over `window` seconds counts `least` errors."""
        return [failed >= least for failed, _ in _increases(self.counted, self.times, window)]


def _spans(holds: Sequence[bool], times: range, hold: int) -> Iterator[Span]:
    """Stretches in which the condition holds, each without its first `hold` seconds."""
    changes = [
        n for n, (before, now) in enumerate(pairwise((False, *holds, False))) if before != now
    ]
    end = times[-1] + times.step
    for first, past in zip(changes[::2], changes[1::2], strict=True):
        since, until = times[first], times[past] if past < len(times) else end
        # The evaluation at which the hold is over is the one that fires.
        fires = EVALUATIONS.first(since + hold * 1000)
        if fires < until:
            yield fires / 1000, until / 1000


def _ratios(counted: History, times: range, window: int) -> Iterator[float]:
    for failed, total in _increases(counted, times, window):
        yield failed / total if total > 0 else -1.0


def _increases(counted: History, times: range, window: int) -> Iterator[tuple[float, float]]:
    """What `increase()` gives of errors and of requests at each evaluation.

    All grids divide one another, so every evaluation sees its window at the same offsets: the
    stretch of requests is worked out once, that of errors where their counter was near 0.
    """
    at = times[0]
    edges = (at - window * 1000, at)
    first, last = SCRAPES.first(edges[0]), SCRAPES.last(at)
    stretch = increase(Sample(first, 1e12), Sample(last, 1e12 + 1), SCRAPES.step, edges)
    begin, end = counted.index(first / 1000), counted.index(last / 1000)
    every = times.step // SCRAPES.step
    requests, errors = counted.requests, counted.errors
    for n in range(len(times)):
        early, late = begin + n * every, end + n * every
        failed, before = errors[late] - errors[early], errors[early]
        total = (requests[late] - requests[early]) * stretch
        if failed and before < failed:
            samples = Sample(first, before), Sample(last, errors[late])
            yield increase(*samples, SCRAPES.step, edges), total
        else:
            yield failed * stretch, total
