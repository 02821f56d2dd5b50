"""The budget of a calendar window: what was recorded since the period began, and nothing before.

PromQL has no window of changing length. So the base is recorded once more with the start of its
period as a label, and summed over the longest period there is; the label of the period that runs
now then leaves only what belongs to it.
"""

from opsconductor.contract import recorded
from opsconductor.monitoring.rules.rule import RecordingRule
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.monitoring.slo.windows import Calendar

PERIOD_LABEL = "period"


def period(
    promise: Promise, errors: str, events: str
) -> tuple[tuple[RecordingRule, ...], list[str], str]:
    """The rules that date the base, both sums over the period, and the count of its samples."""
    calendar = promise.period.calendar
    if calendar is None:
        raise TypeError(f"{promise.slo} has no calendar window")
    begun = promise.selected(recorded.PERIOD_START.name)
    running = f'count_values("{PERIOD_LABEL}", {begun})'
    dated = [promise.selected(one.name) for one in (recorded.DATED_ERRORS, recorded.DATED_EVENTS)]
    join = f"on () group_left ({PERIOD_LABEL})"
    rules = (
        *_start(promise, calendar),
        *(
            RecordingRule(series, f"{base} * {join} {running}", promise.labels)
            for series, base in (
                (recorded.DATED_ERRORS, errors),
                (recorded.DATED_EVENTS, events),
            )
        ),
    )
    span = f"[{promise.options.scale.window(min(calendar.longest, promise.kept))}]"
    current = f"and on ({PERIOD_LABEL})\n  {running}"
    sums = [f"sum(\n  sum_over_time({side}{span})\n  {current}\n)" for side in dated]
    count = f"sum(\n  count_over_time({dated[1]}{span})\n  {current}\n)"
    return rules, sums, count


def _start(promise: Promise, calendar: Calendar) -> tuple[RecordingRule, ...]:
    """When the running period began: by months or by fixed length, on the zone's own clock."""
    month = promise.selected(recorded.PERIOD_MONTH.name)
    local = promise.selected(recorded.PERIOD_LOCAL.name)
    first: tuple[RecordingRule, ...] = ()
    if calendar.duration.months is None:
        begun = calendar.fixed_start()
    else:
        index = calendar.month_index()
        first = (RecordingRule(recorded.PERIOD_MONTH, index, promise.labels),)
        begun = calendar.month_start(month)
    return (
        *first,
        RecordingRule(recorded.PERIOD_LOCAL, begun, promise.labels),
        RecordingRule(recorded.PERIOD_START, calendar.utc(local), promise.labels),
    )
