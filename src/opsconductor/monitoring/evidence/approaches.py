"""Ways to alert on an objective, as data: the book's six, the naive one, and our own tiers."""

from dataclasses import dataclass
from enum import StrEnum

from opsconductor.objectives import (
    BURN_TIERS,
    DAY,
    HOUR,
    MIN_ERRORS_FOR_BURN,
    MINUTE,
    Severity,
)

SOURCE = 'Google, "The Site Reliability Workbook" (2018), chapter 5, "Alerting on SLOs"'


class Action(StrEnum):
    """What an alert asks of a person."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """Fires when the error ratio exceeds `factor` times the budget in every one of `windows`.

    Windows and `hold` (the rule's `for`) are seconds. With `inclusive` a ratio that equals the
    limit is enough. `least_errors` must have happened in the first window.
    """

    windows: tuple[int, ...]
    factor: float
    action: Action = Action.PAGE
    hold: int = 0
    inclusive: bool = False
    least_errors: int = 0


@dataclass(frozen=True, slots=True)
class Approach:
    """One way to alert; `title` stands in tables, `short` in pictures, `source` is whose it is."""

    key: str
    title: str
    short: str
    alerts: tuple[BurnAlert, ...]
    source: str = SOURCE


TARGET_RATE = Approach(
    "1", "1: error ratio over 10 m", "1 10m", (BurnAlert((10 * MINUTE,), 1, inclusive=True),)
)
LONG_WINDOW = Approach("2", "2: error ratio over 36 h", "2 36h", (BurnAlert((36 * HOUR,), 1),))
DURATION = Approach(
    "3", "3: error ratio over 1 m for 1 h", "3 for 1h", (BurnAlert((MINUTE,), 1, hold=HOUR),)
)
BURN_RATE = Approach("4", "4: burn of 36 over 1 h", "4 36x", (BurnAlert((HOUR,), 36),))
MULTIPLE_BURN_RATES = Approach(
    "5",
    "5: burns of 14.4, 6 and 1",
    "5 burns",
    (
        BurnAlert((HOUR,), 14.4),
        BurnAlert((6 * HOUR,), 6),
        BurnAlert((3 * DAY,), 1, Action.TICKET),
    ),
)
MULTIPLE_WINDOWS = Approach(
    "6",
    "6: the same, with short windows",
    "6 windows",
    (
        BurnAlert((HOUR, 5 * MINUTE), 14.4),
        BurnAlert((6 * HOUR, 30 * MINUTE), 6),
        BurnAlert((3 * DAY, 6 * HOUR), 1, Action.TICKET),
    ),
)
THE_BOOKS = (
    TARGET_RATE,
    LONG_WINDOW,
    DURATION,
    BURN_RATE,
    MULTIPLE_BURN_RATES,
    MULTIPLE_WINDOWS,
)

NAIVE = Approach(
    "naive",
    "naive: below the target over 5 m and 1 h",
    "naive",
    (BurnAlert((HOUR, 5 * MINUTE), 1),),
    source="docs/decisions/0001: the rule that this project was first asked for",
)
OURS = Approach(
    "ours",
    "ours: four tiers with holds",
    "ours",
    tuple(
        BurnAlert(
            (tier.long_window, tier.short_window),
            tier.factor,
            Action.PAGE if tier.severity is Severity.CRITICAL else Action.TICKET,
            hold=tier.hold,
            least_errors=MIN_ERRORS_FOR_BURN,
        )
        for tier in BURN_TIERS
    ),
    source="objectives.py",
)
APPROACHES = (*THE_BOOKS, NAIVE, OURS)
"""All that the incidents judge."""
