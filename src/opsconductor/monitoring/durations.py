"""Durations as Prometheus and Alertmanager write them, scaled down for drills."""

from dataclasses import dataclass

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
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


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Divides windows and holds by `factor`, never below `FLOOR_SECONDS`."""

    factor: float = 1

    def seconds(self, nominal: float) -> float:
        """The scaled length; 0 stays 0."""
        return max(nominal / self.factor, FLOOR_SECONDS) if nominal else 0

    def __call__(self, nominal: float) -> str:
        """The scaled length as Prometheus writes it."""
        return duration(self.seconds(nominal))
