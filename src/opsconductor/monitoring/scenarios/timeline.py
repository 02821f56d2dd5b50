"""Events over time, counted step by step, and what a window over them holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

MINUTE = 60
BASE_WINDOW = 300
SUMMED_FROM = 6 * 3600
"""Longer windows than this are added up from the 5-minute rates of each evaluation, so that an
event counts little by little during the five minutes after it (see docs/decisions)."""

LUMP = 5
GRAIN = 2.0**-30
"""A counter grows by multiples of this, so that sums are exact: promtool adds up step by step, and
a sum that came out a little too large would look like a restart of the counter."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds between samples (`step`) and between evaluations (`interval`).

    `meant` is how often the rules are to be evaluated, and what a recorded value stands for; a
    story of many days is evaluated less often, so that it is told in a second.
    `left_open`: since Prometheus 3 a range no longer counts a sample at its very beginning.
    """

    step: int = 30
    interval: int = 30
    left_open: bool = False
    meant: int = 30

    def instants(self, minutes: float) -> range:
        """Every evaluation from 0 to the last within so many minutes, in seconds."""
        return range(0, int(minutes * MINUTE) + 1, self.interval)

    def covered(self, end: float, window: float) -> float:
        """Seconds of the window for which something was recorded; a rate needs two samples."""
        first = max(end - window, self.step)
        if self.left_open and first == end - window:
            first += 1
        return (end // self.interval - -(-first // self.interval) + 1) * self.meant


class Events:
    """What happened: the number of events in each step of the clock, from 0 on."""

    def __init__(self, counts: Iterable[float], clock: Clock) -> None:
        self.counts = tuple(counts)
        self.clock = clock
        self._total = tuple(accumulate(self.counts, initial=0.0))

    def __add__(self, other: "Events") -> "Events":
        together = (a + b for a, b in zip(self.counts, other.counts, strict=True))
        return Events(together, self.clock)

    def within(self, end: float, window: float) -> float:
        """Events in the window that ends at `end`, both in seconds."""
        return self._added_up(end, window) if window > SUMMED_FROM else self._seen(end, window)

    def _seen(self, end: float, window: float) -> float:
        """Events in the window, as its samples show them.

        A range that is open on the left lacks its first sample, and is scaled up for that.
        """
        step = self.clock.step
        first, scale = -(-max(end - window, 0) // step), 1.0
        if self.clock.left_open and first * step == end - window:
            first, scale = first + 1, window / (window - step)
        last = min(end // step, len(self.counts))
        return (self._total[int(last)] - self._total[int(min(first, last))]) * scale

    def recorded(self, end: float, window: float) -> float:
        """Events of a window of any length, added up from recorded 5-minute rates."""
        return self._added_up(end, window)

    def _added_up(self, end: float, window: float) -> float:
        interval = self.clock.interval
        last = int(end // interval)
        first = max(-1, last - int(window // interval) - (0 if self.clock.left_open else 1))
        shown = self._shown[last + 1] - self._shown[first + 1]
        return shown * self.clock.meant / BASE_WINDOW

    @cached_property
    def _shown(self) -> tuple[float, ...]:
        """The events of the last 5 minutes, summed up over all evaluations before each."""
        clock = self.clock
        end = len(self.counts) * clock.step
        seen = (self._seen(at, BASE_WINDOW) for at in range(0, end + 1, clock.interval))
        return tuple(accumulate(seen, initial=0.0))


def steady(phases: Iterable[tuple[float, float]], clock: Clock) -> Events:
    """Phases of (minutes, events a minute)."""
    return Events(
        (
            per_minute * clock.step / MINUTE
            for minutes, per_minute in phases
            for _ in range(round(minutes * MINUTE / clock.step))
        ),
        clock,
    )


def lumps(phases: Iterable[tuple[float, float]], clock: Clock) -> Events:
    """Phases of (minutes, events a minute), the events of five steps at once in the fifth.

    Whoever looks at the last two samples only mostly sees nothing.
    """
    even = steady(phases, clock).counts
    return Events(
        (
            sum(even[max(0, index - LUMP + 1) : index + 1]) if index % LUMP == LUMP - 1 else 0.0
            for index in range(len(even))
        ),
        clock,
    )


def counter(
    counts: Sequence[float], *, restarts: Sequence[int] = (), missed: Sequence[int] = ()
) -> str:
    """A counter in promtool's notation, from 0.

    It starts anew from 0 in the steps of `restarts`, and has no sample at those of `missed`.
    """
    values: list[float | None] = [0.0]
    value = 0.0
    for index, count in enumerate(counts, 1):
        grown = round(count / GRAIN) * GRAIN
        value = grown if index in restarts else value + grown
        values.append(None if index in missed else value)
    return notation(values)


def notation(values: Sequence[float | None]) -> str:
    """Samples in promtool's notation, runs of equal steps written short; None is no sample."""
    parts, index = [], 0
    while index < len(values):
        last, step = _run(values, index)
        start, times = values[index], last - index
        if start is None:
            parts.append(f"_x{times + 1}")
        else:
            sign = "-" if step < 0 else "+"
            grows = f"{sign}{_decimal(abs(step))}x{times}" if times else ""
            parts.append(f"{_decimal(start)}{grows}")
        index = last + 1
    return " ".join(parts)


def _decimal(value: float) -> str:
    written = repr(value)
    return format(Decimal(value), "f") if "e" in written else written.removesuffix(".0")


def _run(values: Sequence[float | None], start: int) -> tuple[int, float]:
    """The last index of the run that begins at `start`, and its step."""
    last, step = start, None
    while last + 1 < len(values):
        here, then = values[last], values[last + 1]
        if here is None or then is None:
            if here is not then:
                break
        else:
            grows = then - here
            if step is not None and grows != step:
                break
            step = grows
        last += 1
    return last, step or 0.0
