"""Error ratios over time, in pieces that are steady or change evenly. Times are seconds from 0."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """From `start` to `end` the share `ratio` of the requests fails, evenly becoming `to`.

    Without `to` the share is steady.
    """

    start: float
    end: float
    ratio: float
    to: float | None = None

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a piece from {self.start} to {self.end} s has no length")
        if not (0 <= self.ratio <= 1 and 0 <= self.last <= 1):
            raise ValueError(f"an error ratio from {self.ratio} to {self.last} is not in 0 to 1")

    @property
    def last(self) -> float:
        """The ratio at the end."""
        return self.ratio if self.to is None else self.to

    def until(self, time: float) -> float:
        """The integral of the ratio up to `time`: the seconds' worth of requests that failed."""
        passed = min(max(time - self.start, 0), self.end - self.start)
        slope = (self.last - self.ratio) / (self.end - self.start)
        return passed * self.ratio + slope * passed * passed / 2


def failed_until(pieces: Iterable[Piece], time: float) -> float:
    """Seconds' worth of requests that failed up to `time`."""
    return sum(piece.until(time) for piece in pieces)


def repeated(piece: Piece, every: float, times: int) -> tuple[Piece, ...]:
    """The piece, and the same again `every` seconds, `times` in all."""
    return tuple(
        Piece(piece.start + n * every, piece.end + n * every, piece.ratio, piece.to)
        for n in range(times)
    )
