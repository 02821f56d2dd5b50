"""Durations as Prometheus and Alertmanager write them, scaled down for drills."""

import re
from dataclasses import dataclass

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
_SECONDS = {unit: size / 1000 for size, unit in _UNITS} | {
    "ms": 0.001,
    "w": 604_800,
    "y": 31_536_000,
}
FLOOR_SECONDS = 1.0
"""No scaled window or hold is shorter."""


def duration(seconds: float) -> str:
    """`seconds` in the largest unit that divides it: `5m`, `90s`, `250ms`."""
    milliseconds = round(seconds * 1000)
    if milliseconds == 0:
        return "0s"
    for size, unit in _UNITS:
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


def seconds_of(text: str) -> float:
    """The seconds of a duration such as `30s` or `15d`. Raises `ValueError`."""
    found = re.fullmatch(r"([0-9]{1,9})(ms|s|m|h|d|w|y)", text.strip())
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{text!r} is no duration; write one like 30s, 5m or 15d")
    return int(found[1]) * _SECONDS[found[2]]


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Divides windows and holds by `factor`.

    Neither gets shorter than `FLOOR_SECONDS`, and a window not shorter than `least_window`, for a
    window without two samples has no rate. Nothing gets longer than it was.
    """

    factor: float = 1
    least_window: float = FLOOR_SECONDS

    def hold(self, nominal: float) -> float:
        """A rule's scaled `for` in seconds; 0 stays 0."""
        return self._divided(nominal, FLOOR_SECONDS)

    def seconds(self, nominal: float) -> float:
        """A scaled window in seconds."""
        return self._divided(nominal, max(FLOOR_SECONDS, self.least_window))

    def window(self, nominal: float) -> str:
        """A scaled window as a range selector writes it."""
        return duration(self.seconds(nominal))

    def _divided(self, nominal: float, floor: float) -> float:
        return min(nominal, max(nominal / self.factor, floor))
