"""The series that our rules record, named level:metric:operations.

The level lists the labels that are left, the metric says what is counted, and the operations what
was done, newest last. A name keeps its nominal window where a drill scales the windows down. The
SLO compiler records them; the label `slo` tells the SLOs apart, and every one carries `service`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

RECORDED_WINDOWS: Mapping[int, str] = {
    5 * _MINUTE: "5m",
    30 * _MINUTE: "30m",
    _HOUR: "1h",
    2 * _HOUR: "2h",
    6 * _HOUR: "6h",
    _DAY: "1d",
    3 * _DAY: "3d",
}
"""Window in seconds to its spelling in a name."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded series; `window` is nominal, in seconds."""

    level: tuple[str, ...]
    metric: str
    operations: str
    window: int
    help: str

    @property
    def name(self) -> str:
        """The series' name."""
        return f"{'_'.join(self.level)}:{self.metric}:{self.operations}"


_SLO, _SLO_TOOL = ("slo",), ("slo", "tool")
_ERRORS, _EVENTS = "sli_errors", "sli_events"
_RATIO = f"{_ERRORS}_per_{_EVENTS}"


def error_rate(window: int, name: str, level: tuple[str, ...] = _SLO) -> Recorded:
    """An indicator's numerator over `window` seconds, which is spelled `name`."""
    return Recorded(level, _ERRORS, f"rate{name}", window, f"Bad events a second, over {name}.")


def event_rate(window: int, name: str, level: tuple[str, ...] = _SLO) -> Recorded:
    """An indicator's denominator over `window` seconds."""
    return Recorded(level, _EVENTS, f"rate{name}", window, f"Events a second, over {name}.")


def error_ratio(window: int, name: str, level: tuple[str, ...] = _SLO) -> Recorded:
    """1 minus the indicator over `window` seconds."""
    what = f"Share of the events that were bad, 0 without events, over {name}."
    return Recorded(level, _RATIO, f"ratio_rate{name}", window, what)


def _each(make: Callable[[int, str], Recorded]) -> Mapping[int, Recorded]:
    return {window: make(window, name) for window, name in RECORDED_WINDOWS.items()}


ERROR_RATE: Mapping[int, Recorded] = _each(error_rate)
"""The numerator of each SLO of ours, by window."""
EVENT_RATE: Mapping[int, Recorded] = _each(event_rate)
"""The denominator, by window."""
ERROR_RATIO: Mapping[int, Recorded] = _each(error_ratio)
"""1 minus the indicator, by window."""

TOOL_ERROR_RATE = error_rate(5 * _MINUTE, "5m", _SLO_TOOL)
TOOL_EVENT_RATE = event_rate(5 * _MINUTE, "5m", _SLO_TOOL)
TOOL_ERROR_RATIO = error_ratio(5 * _MINUTE, "5m", _SLO_TOOL)

SLICE_ERRORS = Recorded(_SLO, _ERRORS, "slice", 0, "Bad share of one slice of time, 0 to 1.")
SLICE_EVENTS = Recorded(_SLO, _EVENTS, "slice", 0, "1 for each slice of time that was judged.")
"""What methods that count time record instead of rates; no SLO of ours is one."""

OBJECTIVE = Recorded(_SLO, "objective", "ratio", 0, "The good share that is promised.")
PERIOD = Recorded(_SLO, "period", "seconds", 0, "The period of the promise.")
COVERED = Recorded(_SLO, "period_covered", "seconds", 0, "Time of the period that was recorded.")
PERIOD_ERRORS = Recorded(_SLO, _ERRORS, "sum_period", 0, "Bad events of the recorded period.")
PERIOD_EVENTS = Recorded(_SLO, _EVENTS, "sum_period", 0, "Events of the recorded period.")
BUDGET_LEFT = Recorded(
    _SLO, "error_budget_remaining", "ratio", 0, "Share of the error budget left; below 0 overspent."
)
PERIOD_START = Recorded(_SLO, "period_start", "timestamp_seconds", 0, "When the period began.")
PERIOD_MONTH = Recorded(
    _SLO, "period_start", "month", 0, "The period's first month, counted from the year 0."
)
PERIOD_LOCAL = Recorded(
    _SLO, "period_start", "local_seconds", 0, "When the period began, on its own zone's clock."
)
DATED_ERRORS = Recorded(_SLO, _ERRORS, "dated", 0, "The base numerator with its period's start.")
DATED_EVENTS = Recorded(_SLO, _EVENTS, "dated", 0, "The base denominator with its period's start.")
"""Only calendar windows record the last five."""

RECORDED: tuple[Recorded, ...] = (
    *ERROR_RATE.values(),
    *EVENT_RATE.values(),
    *ERROR_RATIO.values(),
    TOOL_ERROR_RATE,
    TOOL_EVENT_RATE,
    TOOL_ERROR_RATIO,
    OBJECTIVE,
    PERIOD,
    COVERED,
    PERIOD_ERRORS,
    PERIOD_EVENTS,
    BUDGET_LEFT,
)
"""Every series that is recorded for the SLOs of ours: one for each SLO, those of tools apart."""
