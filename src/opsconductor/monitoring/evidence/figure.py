"""What a figure is: an outage, an alert, and what is measured of the two.

The objective is 99.9 % over 30 days, traffic is steady, and no request fails before the outage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from opsconductor.monitoring.evidence.approaches import Approach, BurnAlert
from opsconductor.monitoring.evidence.signal import Piece, failed_until
from opsconductor.objectives import DAY, HOUR, MINUTE

BUDGET: Final = 0.001
PERIOD: Final = 30 * DAY
PER_SECOND: Final = 100
"""Requests: fluid, so that their number plays no part but the premise's."""


@dataclass(frozen=True, slots=True)
class Outage:
    """An error ratio over time, from second 0."""

    key: str
    pieces: tuple[Piece, ...]

    @property
    def end(self) -> float:
        """When the last error has happened, in seconds."""
        return max(piece.end for piece in self.pieces)

    def requests(self, at: float) -> float:
        """Requests since second 0, negative before."""
        return PER_SECOND * at

    def errors(self, at: float) -> float:
        """Failed requests until `at`, in seconds."""
        return PER_SECOND * failed_until(self.pieces, at)

    def spent(self, at: float) -> float:
        """The share of the period's budget that is gone at `at`, in seconds."""
        return self.errors(at) / (BUDGET * PER_SECOND * PERIOD)


class Measure(StrEnum):
    """What is read off; the first two are seconds from the outage's start and end."""

    DETECTION = "detection"
    RESET = "reset"
    SPENT_AT_DETECTION = "spent at detection"
    SPENT = "spent"
    EXHAUSTION = "exhaustion"


class Unit(StrEnum):
    """What a figure is shown in."""

    SECONDS = "s"
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    PERCENT = "%"


_SIZE = {
    Unit.SECONDS: 1,
    Unit.MINUTES: MINUTE,
    Unit.HOURS: HOUR,
    Unit.DAYS: DAY,
    Unit.PERCENT: 0.01,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: what is measured of which outage, and how the book's reader knows it.

    `stated` is the published figure. `expected` is what the algebra gives, in seconds or as a
    share; None for "never". `until` is how long to look, in seconds; `step` the milliseconds
    between two looks of the continuous simulation, and `fine` those between samples and between
    evaluations of a Prometheus that is given more of them than anybody has.
    """

    key: str
    says: str
    stated: str
    outage: Outage
    measure: Measure
    expected: float | None
    until: float
    step: int
    fine: int
    unit: Unit
    decimals: int = 0
    approach: Approach | None = None
    alert: BurnAlert | None = None

    @property
    def start(self) -> float:
        """The second from which the measure's instant is looked for."""
        return self.outage.end if self.measure is Measure.RESET else 0

    def shown(self, value: float | None) -> str:
        """The value as the book would print it."""
        if value is None:
            return "never"
        return f"{value / _SIZE[self.unit]:.{self.decimals}f} {self.unit}"

    def instant(self, truths: Iterable[tuple[int, bool]]) -> int | None:
        """The measured instant in milliseconds, None for never.

        `truths` says at each time of looking, in order, whether the alert's expression holds, or
        for the exhaustion whether the budget is spent. The hold is counted as Prometheus does: it
        begins anew whenever the expression does not hold at an evaluation.
        """
        wanted = self.measure is not Measure.RESET
        hold = self.alert.hold * 1000 if self.alert and wanted else 0
        since: int | None = None
        for at, holds in truths:
            if holds is not wanted:
                since = None
                continue
            since = at if since is None else since
            if at - since >= hold:
                return at - round(self.start * 1000)
        return None
