"""Instruments that record nothing: what an uninstrumented service would have."""

from typing import TypeVar

from opsconductor.contract import Family
from opsconductor.telemetry import BoundCounter, BoundHistogram, Counter, Histogram, Telemetry
from opsconductor.telemetry.instruments import Instrument

_B = TypeVar("_B", BoundCounter, BoundHistogram)


class SilentTelemetry(Telemetry):
    """Hands out counters and histograms that cost a call and nothing else.

    Gauges are left as they are: they are read at a scrape, not in a request.
    """

    def counter(self, family: Family) -> Counter:
        """A counter that records nothing."""
        return _Silent(family, _SilentCounter())

    def histogram(self, family: Family) -> Histogram:
        """A histogram that records nothing."""
        return _Silent(family, _SilentHistogram())


class _SilentCounter(BoundCounter):
    __slots__ = ()

    def __init__(self) -> None:  # no engine underneath
        pass

    def inc(self, amount: float = 1, *, trace_id: str | None = None) -> None:
        """Record nothing."""


class _SilentHistogram(BoundHistogram):
    __slots__ = ()

    def __init__(self) -> None:  # no engine underneath
        pass

    def observe(self, value: float, *, trace_id: str | None = None) -> None:
        """Record nothing."""


class _Silent(Instrument[_B]):
    """An instrument with a single series, whatever the labels."""

    def __init__(self, family: Family, series: _B) -> None:  # no engine underneath
        self.family = family
        self._series: _B = series

    def bind(self, **_labels: str) -> _B:
        """The one series."""
        return self._series
