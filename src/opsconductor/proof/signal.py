"""The signals of alerts over a history, thinned out for a picture without losing a peak."""

from collections.abc import Sequence
from math import isnan

from opsconductor.monitoring.backtest.expression import Expression, Signal
from opsconductor.monitoring.backtest.outcome import Labels, alert_labels
from opsconductor.monitoring.backtest.step import Step
from opsconductor.monitoring.backtest.timeline import Point
from opsconductor.proof.range_query import Found, Instants, RangeQueries, RefusedError

POINTS = 600
"""About as many as the picture has places."""


def signal_of(step: Step) -> Signal | None:
    """What the alert compares with a number; of a gated one the gate's, recorded everywhere."""
    texts = [text for conditions in step.gate for text in conditions] or [step.rule.expr]
    found = (Expression(text).signal() for text in texts)
    return next((one for one in found if one is not None), None)


async def points(
    server: RangeQueries, step: Step, signal: Signal, labels: Labels, instants: Instants
) -> list[Point]:
    """The signal of one alert of the rule; of all of them where the labels tell none apart."""
    try:
        found = await server.over(signal.text, instants)
    except RefusedError:
        return []
    own = [one for one in found if alert_labels(one.metric, step.rule) == labels]
    return _thinned(own or found, instants)


def _thinned(found: Sequence[Found], instants: Instants) -> list[Point]:
    width = max(instants.step, (instants.last - instants.first) // POINTS)
    buckets: dict[int, tuple[float, float]] = {}
    for series in found:
        for instant, text in zip(series.instants, series.texts, strict=True):
            value = float(text)
            if isnan(value):
                continue
            place = (instant - instants.first) // width
            low, high = buckets.get(place, (value, value))
            buckets[place] = (min(low, value), max(high, value))
    return [(instants.first + place * width, *buckets[place]) for place in sorted(buckets)]
