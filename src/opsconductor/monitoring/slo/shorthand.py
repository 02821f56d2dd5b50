"""OpenSLO's duration shorthand: a whole number and one letter, `5m`, `28d`, `1Q`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.objectives import DAY, HOUR, MINUTE

WEEK = 7 * DAY
SECONDS: Mapping[str, int] = {
    "m": MINUTE,
    "h": HOUR,
    "d": DAY,
    "w": WEEK,
    "M": 30 * DAY,
    "Q": 90 * DAY,
    "Y": 365 * DAY,
}
"""Seconds of a postfix. A rolling month, quarter and year have 30, 90 and 365 days; in a calendar
window they are as long as the calendar says."""
MONTHS: Mapping[str, int] = {"M": 1, "Q": 3, "Y": 12}

_FORM = re.compile(r"([1-9][0-9]{0,5})([mhdwMQY])")


@dataclass(frozen=True, slots=True)
class Shorthand:
    """`count` times the unit of `postfix`."""

    count: int
    postfix: str

    @property
    def seconds(self) -> int:
        """The length of a rolling window."""
        return self.count * SECONDS[self.postfix]

    @property
    def months(self) -> int | None:
        """The length in calendar months; None for units of fixed length."""
        months = MONTHS.get(self.postfix)
        return None if months is None else self.count * months

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.count}{self.postfix}"


def shorthand(text: str) -> Shorthand:
    """Read a duration. Raises `ValueError` that says how one is written."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"{text!r} is no duration; write a whole number and one of m, h, d, w, M (months), "
            "Q (quarters), Y, such as 5m or 28d"
        )
    return Shorthand(int(found[1]), found[2])
