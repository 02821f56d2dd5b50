"""Durations as Prometheus and Alertmanager write them, scaled down for drills."""

import re
from dataclasses import dataclass

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
_DURATION = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII
)
_SECONDS = (365 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1, 0.001)
_LONGEST = 40
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
    """The seconds of a duration as Prometheus reads it: `1h30m`, `0`. Raises `ValueError`."""
    if text == "0":
        return 0
    found = _DURATION.fullmatch(text)
    if not text or found is None or len(text) > _LONGEST:
        raise ValueError(f"{text!r} is no duration; write one like 30s, 5m or 1h30m")
    return sum(int(part) * size for part, size in zip(found.groups("0"), _SECONDS, strict=True))


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
