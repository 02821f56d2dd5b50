"""The PromQL of the SLO dashboard, over what the compiler's rules record for every objective."""

from opsconductor.contract import Recorded, recorded
from opsconductor.monitoring.rules.signal import matched
from opsconductor.monitoring.slo.burn import burn
from opsconductor.objectives import HOUR, MINUTE

CHOSEN = ('slo=~"$slo"', 'service=~"$service"')
"""Both variables of the board."""
FORECAST = 6 * HOUR
"""The window whose burn is taken to go on; the report's first."""
BASE = 5 * MINUTE


def chosen(series: Recorded) -> str:
    """The recorded series of the chosen objectives."""
    return matched(series.name, *CHOSEN)


def budget() -> str:
    """The share of the events that may be bad."""
    return f"(1 - {chosen(recorded.OBJECTIVE)})"


def burning(window: int) -> str:
    """How many times faster than evenly the budget was spent over the window."""
    return burn(chosen(recorded.ERROR_RATIO[window]), budget())


def left() -> str:
    """The share of the error budget that is left."""
    return chosen(recorded.BUDGET_LEFT)


def achieved() -> str:
    """The good share of the events of the recorded part of the period; nothing without events."""
    errors, events = chosen(recorded.PERIOD_ERRORS), chosen(recorded.PERIOD_EVENTS)
    return f"1 - {errors} / ({events} > 0)"


def exhausted_in() -> str:
    """Seconds until the budget of a whole period is used up if the burn of six hours goes on.

    The formula of `opsconductor slo report`: what is spent of the recorded part of the period is
    spent of the same part of the budget. Infinite where nothing burns, 0 where it is used up.
    """
    spent, period = f"(1 - {left()})", chosen(recorded.PERIOD)
    part = f"clamp_max({chosen(recorded.COVERED)} / {period}, 1)"
    return f"clamp_min(1 - {spent} * {part}, 0) * {period} / ({burning(FORECAST)})"


def burn_by_tool() -> str:
    """What each tool's bad runs add to the burn of its objective, over the time range."""
    errors = f"avg_over_time({chosen(recorded.TOOL_ERROR_RATE)}[$__range])"
    events = f"avg_over_time({chosen(recorded.EVENT_RATE[BASE])}[$__range])"
    on = "on (slo, service) group_left ()"
    share = f"{errors} / {on} ({events} > 0)"
    return f"topk(10, {burn(share, f'{on} {budget()}')} > 0)"


def failing_tools() -> str:
    """The rate of bad runs of each tool that had one in the time range."""
    errors = chosen(recorded.TOOL_ERROR_RATE)
    return f"{errors} and max_over_time({errors}[$__range]) > 0"


def row(expression: str) -> str:
    """The expression as rows of a table: no name, so that the columns of several queries meet."""
    return f"max by (slo, service) ({expression})"
