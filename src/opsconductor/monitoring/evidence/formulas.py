"""What the book's algebra says of an alert: when it fires, when it stops, what is spent by then.

All of it assumes steady traffic, no error before an outage and a constant error ratio during it.
Times are seconds, ratios and shares 0 to 1. Source: Google SRE Workbook, chapter 5; the reset times
follow from the same model and are worked out at `reset`.
"""

from math import inf


def detection(window: float, limit: float, ratio: float, hold: float = 0) -> float:
    """Seconds from an outage's start until the ratio over `window` reaches `limit`, and `hold` on.

    After t seconds the window holds t seconds of errors, a ratio of `ratio * t / window`. A ratio
    below the limit never gets there: infinity.
    """
    return window * limit / ratio + hold if ratio >= limit else inf


def reset(window: float, limit: float, ratio: float) -> float:
    """Seconds from an outage's end until the ratio over `window` is back at `limit`.

    The outage leaves the window from the back, so what must remain in it is as much as had to
    come in for the alert to fire. Independent of the outage's length, as long as the alert fired
    and the outage was no longer than the window.
    """
    return window - detection(window, limit, ratio)


def spent(seconds: float, ratio: float, budget: float, period: float) -> float:
    """The share of the period's error budget that an outage of `seconds` uses up."""
    return seconds * ratio / (budget * period)


def exhaustion(burn: float, period: float) -> float:
    """Seconds until nothing is left of the budget at a steady burn rate."""
    return period / burn
