"""The life of an alert, from the instants at which its expression yielded it.

The semantics are those of Prometheus's rule manager: at every evaluation a series of the result is
an alert that is pending until it has been there for `for`, and fires from then on; one that has
gone is forgotten if it was pending, and resolved if it fired, after `keep_firing_for`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Run = tuple[int, int]
"""The first and the last instant (milliseconds) of evaluations that all yielded the alert."""


@dataclass(frozen=True, slots=True)
class Episode:
    """From the first evaluation that yielded the alert to the one that no longer had it active.

    All in milliseconds. `fired` is None where it stayed pending; `ended` is None where the
    history ends before the alert does.
    """

    pending: int
    fired: int | None
    ended: int | None


def runs(instants: Iterable[int], interval: int) -> list[Run]:
    """Ascending instants as runs without a missing evaluation between them."""
    found: list[Run] = []
    for instant in instants:
        if found and instant - found[-1][1] <= interval:
            found[-1] = (found[-1][0], instant)
        else:
            found.append((instant, instant))
    return found


def episodes(
    present: Sequence[Run], *, interval: int, hold: int, keep: int, last: int
) -> list[Episode]:
    """The alert's episodes, given the runs in which it was yielded and the last evaluation."""
    found: list[Episode] = []
    current: Episode | None = None
    following = (*(first for first, _ in present[1:]), None)
    for (first, end), again in zip(present, following, strict=False):
        if current is None:
            current = Episode(first, None, None)
        if current.fired is None:
            current = _fire(current, end, interval, hold)
        gone = end + interval
        resolved = gone + (_ceiling(keep, interval) if current.fired is not None else 0)
        if again is not None and again <= resolved:
            continue  # kept firing until it was yielded again
        if resolved > last:
            found.append(current)
        else:
            found.append(Episode(current.pending, current.fired, resolved))
        current = None
    return found


def _fire(episode: Episode, end: int, interval: int, hold: int) -> Episode:
    fired = episode.pending + _ceiling(hold, interval)
    return Episode(episode.pending, fired, None) if fired <= end else episode


def _ceiling(length: int, interval: int) -> int:
    """`length` as the number of milliseconds of whole intervals that reach it."""
    return -(-length // interval) * interval
