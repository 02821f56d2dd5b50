"""Recording rules of an objective: both sides and their ratio by window, and the budget left.

Windows up to six hours come from raw series. Longer ones, and the period, are added up from
recorded numerators and denominators, never from ratios, so that each event weighs the same.
"""

from opsconductor.contract import recorded
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import number
from opsconductor.monitoring.rules.rule import RecordingRule
from opsconductor.monitoring.slo import calendar_rules
from opsconductor.monitoring.slo.indicator import Events, Ratio, Threshold
from opsconductor.monitoring.slo.promise import BASE_WINDOW, RAW_WINDOW_LIMIT, Promise


def base(promise: Promise) -> tuple[RecordingRule, ...]:
    """The base of an indicator that counts time: one sample for each slice, or each moment."""
    if not promise.sampled:
        return ()
    scale, indicator = promise.options.scale, promise.indicator
    if promise.slices is not None:
        window = scale.window(promise.slices)
        step = duration(min(promise.options.interval, promise.sample_seconds))
        share = indicator.bad_share(window, step)
    elif isinstance(indicator, Ratio | Threshold):
        share = indicator.bad_now()
    else:
        raise TypeError("events are counted, not sampled")
    if promise.slice_limit is not None:
        share = f"(\n{_indented(share)}\n) > bool {number(promise.slice_limit)}"
    errors = promise.selected(recorded.SLICE_ERRORS.name)
    return (
        RecordingRule(recorded.SLICE_ERRORS, share, promise.labels),
        RecordingRule(recorded.SLICE_EVENTS, f"{errors} * 0 + 1", promise.labels),
    )


def windows(promise: Promise) -> tuple[RecordingRule, ...]:
    """Numerator, denominator and ratio of each window.

    Both sides come before their ratio, which is made from what was recorded a moment before.
    """
    rules: list[RecordingRule] = []
    for window in promise.windows:
        name = promise.name(window)
        events, errors = recorded.event_rate(window, name), recorded.error_rate(window, name)
        counted = promise.selected(events.name)
        if not promise.sampled and window <= RAW_WINDOW_LIMIT:
            rules += _raw(promise, window, events, errors, counted)
        else:
            rules += [
                RecordingRule(
                    events, _added_up(promise, _base_events(promise), window), promise.labels
                ),
                RecordingRule(
                    errors, _added_up(promise, _base_errors(promise), window), promise.labels
                ),
            ]
        rules.append(_ratio(promise, window, counted))
    return tuple(rules)


def breakdown(promise: Promise) -> tuple[RecordingRule, ...]:
    """The base window once more, by the label of the annotation."""
    if not promise.breakdown or not isinstance(promise.indicator, Events):
        return ()
    name, level = promise.name(BASE_WINDOW), ("slo", promise.breakdown)
    events = recorded.event_rate(BASE_WINDOW, name, level)
    errors = recorded.error_rate(BASE_WINDOW, name, level)
    ratio = recorded.error_ratio(BASE_WINDOW, name, level)
    counted, bad = promise.selected(events.name), promise.selected(errors.name)
    span = promise.options.scale.window(BASE_WINDOW)
    by = (promise.breakdown,)
    return (
        RecordingRule(events, promise.indicator.events(span, by), promise.labels),
        RecordingRule(errors, promise.indicator.errors(span, counted, by), promise.labels),
        RecordingRule(ratio, _quotient(bad, counted), promise.labels),
    )


def facts(promise: Promise) -> tuple[RecordingRule, ...]:
    """The promise itself, for whoever draws or reports it."""
    return (
        RecordingRule(recorded.OBJECTIVE, f"vector({number(promise.target)})", promise.labels),
        RecordingRule(recorded.PERIOD, f"vector({promise.period.seconds})", promise.labels),
    )


def budget(promise: Promise) -> tuple[RecordingRule, ...]:
    """Events and bad events of the period, how much of it was recorded, and the budget left."""
    errors, events = _base_errors(promise), _base_events(promise)
    dated: tuple[RecordingRule, ...] = ()
    if promise.period.calendar is None:
        span = f"[{promise.options.scale.window(promise.kept)}]"
        sums = [f"sum_over_time({side}{span})" for side in (errors, events)]
        count = f"count_over_time({events}{span})"
    else:
        dated, sums, count = calendar_rules.period(promise, errors, events)
    seconds = number(promise.sample_seconds)
    bad = promise.selected(recorded.PERIOD_ERRORS.name)
    all_of_them = promise.selected(recorded.PERIOD_EVENTS.name)
    left = f"1 - {bad} / ({all_of_them} > 0) / {number(promise.budget)}\nor\n{all_of_them} * 0 + 1"
    return (
        *dated,
        RecordingRule(recorded.PERIOD_ERRORS, f"{sums[0]} * {seconds}", promise.labels),
        RecordingRule(recorded.PERIOD_EVENTS, f"{sums[1]} * {seconds}", promise.labels),
        RecordingRule(recorded.COVERED, f"{count} * {seconds}", promise.labels),
        RecordingRule(recorded.BUDGET_LEFT, left, promise.labels),
    )


def _raw(
    promise: Promise,
    window: int,
    events: recorded.Recorded,
    errors: recorded.Recorded,
    counted: str,
) -> list[RecordingRule]:
    if not isinstance(promise.indicator, Events | Ratio):
        raise TypeError("a threshold has no rate")
    span = promise.options.scale.window(window)
    return [
        RecordingRule(events, promise.indicator.events(span), promise.labels),
        RecordingRule(errors, promise.indicator.errors(span, counted), promise.labels),
    ]


def _base_errors(promise: Promise) -> str:
    rate = recorded.error_rate(BASE_WINDOW, promise.name(BASE_WINDOW))
    return promise.selected((recorded.SLICE_ERRORS if promise.sampled else rate).name)


def _base_events(promise: Promise) -> str:
    rate = recorded.event_rate(BASE_WINDOW, promise.name(BASE_WINDOW))
    return promise.selected((recorded.SLICE_EVENTS if promise.sampled else rate).name)


def _added_up(promise: Promise, base: str, window: int) -> str:
    """Events of a long window divided by its length, like `rate()`, from the recorded base.

    A sum rather than an average: what was not recorded counts as nothing on both sides, so a
    young system is judged by what it has seen.
    """
    scale = promise.options.scale
    span, seconds = scale.window(window), number(scale.seconds(window))
    return f"sum_over_time({base}[{span}]) * {number(promise.sample_seconds)} / {seconds}"


def _ratio(promise: Promise, window: int, counted: str) -> RecordingRule:
    name = promise.name(window)
    bad = promise.selected(recorded.error_rate(window, name).name)
    return RecordingRule(
        recorded.error_ratio(window, name), _quotient(bad, counted), promise.labels
    )


def _quotient(errors: str, events: str) -> str:
    """Errors per event; 0, not NaN, without events."""
    return f"{errors} / ({events} > 0)\nor\n{events} * 0"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
