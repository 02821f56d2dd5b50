"""An incident: traffic, errors, and what a person would say it was worth."""

from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi
from typing import Final

from opsconductor.monitoring.evidence.signal import Piece
from opsconductor.objectives import DAY, HOUR

BUDGET: Final = 0.01
PERIOD: Final = 30 * DAY
"""Our own objective: 99 % over 30 days."""
BASELINE: Final = 0.0002
"""The error ratio of a healthy day: a fiftieth of the budget."""


class Worth(StrEnum):
    """What an incident deserves."""

    PAGE = "page"
    TICKET = "ticket"
    NOTHING = "nothing"


class Shape(StrEnum):
    """What an incident looks like on a graph."""

    SPIKE = "spike"
    TOTAL = "total"
    RAMP = "ramp"
    PARTIAL = "partial"
    LEAK = "slow leak"
    FLAP = "flap"
    ONE_TOOL = "one tool only"
    LOW_TRAFFIC = "low traffic"
    DEPLOY = "deploy blip"
    DIURNAL = "diurnal"
    TRAFFIC = "traffic change"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Surge:
    """From `start` to `end`, in seconds, the traffic is `times` what it would be."""

    start: float
    end: float
    times: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests a second, `swing` up and down with the hour of the day, highest at second `peak`."""

    per_second: float = 50
    swing: float = 0
    peak: float = 0
    surge: Surge | None = None

    def at(self, time: float) -> float:
        """Requests a second at `time`."""
        usual = self.per_second * (1 + self.swing * cos(2 * pi * (time - self.peak) / DAY))
        if self.surge and self.surge.start <= time < self.surge.end:
            return usual * self.surge.times
        return usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happens from second 0 on, and what it is worth, by hand.

    `why` goes with the budget that it spends, which is computed. With a `seed` each request fails
    by chance with the ratio as its probability; without one the share is exact. `quiet` is how long
    the story is watched after its last piece, so that what fires late is seen.
    """

    key: str
    shape: Shape
    errors: tuple[Piece, ...]
    worth: Worth
    why: str
    traffic: Traffic = Traffic()
    baseline: float = BASELINE
    seed: int | None = None
    length: float = 0
    quiet: float = 37 * HOUR

    @property
    def end(self) -> float:
        """When the last of its errors has happened, in seconds."""
        return max((self.length, *(piece.end for piece in self.errors)))

    @property
    def allowed(self) -> float:
        """How many requests may fail in a period, by its usual traffic."""
        return BUDGET * self.traffic.per_second * PERIOD
