"""Prometheus's `increase()` over samples on a grid, so that a simulation errs as the server does.

Times are whole milliseconds, as in the server's storage.
"""

from dataclasses import dataclass

REACH = 1.1
"""An edge of the window is reached by extrapolation if it is nearer to a sample than this many
sample intervals; otherwise half an interval is added. Source: Prometheus, `rate()`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Instants every `step` milliseconds, shifted by `phase`."""

    step: int
    phase: int

    def first(self, start: int) -> int:
        """The first instant at or after `start`."""
        return start + (self.phase - start) % self.step

    def last(self, end: int) -> int:
        """The last instant at or before `end`."""
        return end - (end - self.phase) % self.step


@dataclass(frozen=True, slots=True)
class Sample:
    """A counter's value at a time."""

    at: int
    value: float


def increase(first: Sample, last: Sample, spacing: int, window: tuple[int, int]) -> float:
    """What `increase()` makes of a window whose outermost samples are `first` and `last`.

    Between them lie samples every `spacing`, and no counter reset. The growth that was seen is
    stretched to the window's edges, but not back beyond the time at which the counter would have
    been 0.
    """
    start, end = window
    grown, seen = last.value - first.value, last.at - first.at
    before: float = first.at - start
    after: float = end - last.at
    if grown > 0:
        before = min(before, seen * first.value / grown)
    covered = seen + sum(
        edge if edge < REACH * spacing else spacing / 2 for edge in (before, after)
    )
    return grown * covered / seen
