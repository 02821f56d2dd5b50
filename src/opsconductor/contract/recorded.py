"""The series that our rules record, named level:metric:operations.

The level lists the labels that are left, the metric is the counter without `_total`, and the
operations say what was done, newest last. A name keeps its nominal window where a drill scales
the windows down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.contract.families import AI_REQUEST_ERRORS, AI_REQUESTS

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


_SERVICE, _TOOL = ("service",), ("service", "tool")
_ERRORS = AI_REQUEST_ERRORS.name.removesuffix("_total")
_REQUESTS = AI_REQUESTS.name.removesuffix("_total")
_RATIO = f"{_ERRORS}_per_{_REQUESTS}"


def _per_window(metric: str, operation: str, what: str) -> Mapping[int, Recorded]:
    return {
        window: Recorded(_SERVICE, metric, f"{operation}{name}", window, f"{what}, over {name}.")
        for window, name in RECORDED_WINDOWS.items()
    }


ERROR_RATE: Mapping[int, Recorded] = _per_window(
    _ERRORS, "rate", "Failed tool runs a second that spend the error budget"
)
"""The success ratio's numerator, by window."""
REQUEST_RATE: Mapping[int, Recorded] = _per_window(
    _REQUESTS, "rate", "Tool runs a second that the success ratio counts"
)
"""The success ratio's denominator, by window."""
ERROR_RATIO: Mapping[int, Recorded] = _per_window(
    _RATIO, "ratio_rate", "Share of the counted tool runs that failed, 0 without traffic"
)
"""1 minus the success ratio, by window."""

TOOL_ERROR_RATE = Recorded(
    _TOOL, _ERRORS, "rate5m", 5 * _MINUTE, "The same numerator per tool, over 5m."
)
TOOL_REQUEST_RATE = Recorded(
    _TOOL, _REQUESTS, "rate5m", 5 * _MINUTE, "The same denominator per tool, over 5m."
)
TOOL_ERROR_RATIO = Recorded(
    _TOOL, _RATIO, "ratio_rate5m", 5 * _MINUTE, "The same share per tool, over 5m."
)

RECORDED: tuple[Recorded, ...] = (
    *ERROR_RATE.values(),
    *REQUEST_RATE.values(),
    *ERROR_RATIO.values(),
    TOOL_ERROR_RATE,
    TOOL_REQUEST_RATE,
    TOOL_ERROR_RATIO,
)
"""Every recorded series."""
