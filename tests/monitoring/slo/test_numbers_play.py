"""What is recorded is what happened: each kind of indicator, method and window, by promtool.

A day's traffic has quiet and busy hours and outages of its own; the truth is added up here, minute
by minute, and the rules must come to the same within one evaluation and half the base window.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import pytest

from opsconductor.monitoring.scenario import Scenario, Series, Value, counter, named

Play = Callable[..., None]
Text = Callable[..., str]

STEP = 120
"""Seconds between samples and evaluations."""
HOUR, DAY = 60, 1440
"""In minutes."""
LAG = 4
"""Minutes by which what is recorded may be late: an evaluation and half the base window."""
SLACK = 0.002


class Minutes(NamedTuple):
    """So many minutes alike: orders a minute, of which a share fails."""

    length: int
    orders: float
    failing: float


DAYS: Sequence[Minutes] = (
    Minutes(7 * HOUR, 3, 0),
    Minutes(20, 12, 0.5),
    Minutes(9 * HOUR + 40, 120, 0.01),
    Minutes(30, 40, 0.2),
    Minutes(6 * HOUR, 30, 0),
    Minutes(30, 0, 0),
    Minutes(4 * HOUR, 3, 0.005),
)
LENGTH = sum(one.length for one in DAYS)


def minutes() -> list[tuple[float, float]]:
    """(orders, failed) of every minute."""
    return [(one.orders, one.orders * one.failing) for one in DAYS for _ in range(one.length)]


def by_events(end: int, window: int) -> float:
    """The bad share of the events of the last `window` minutes."""
    last = minutes()[max(0, end - window) : end]
    orders, failed = sum(n for n, _ in last), sum(n for _, n in last)
    return failed / orders if orders else 0


def by_slices(end: int, window: int, size: int, limit: float | None) -> float:
    """The bad share of the slices; without a limit the mean of their ratios."""
    last, first = minutes(), max(0, end - window)
    shares = []
    for at in range(first, end):
        part = last[max(0, at - size) : at] or [(0.0, 0.0)]
        orders, failed = sum(n for n, _ in part), sum(n for _, n in part)
        shares.append(failed / orders if orders else 0)
    if limit is None:
        return sum(shares) / len(shares)
    return sum(share > limit for share in shares) / len(shares)


def counters(name: str = "shop_orders_total") -> Series:
    """Counters of good and bad orders."""
    return {
        named(name, outcome="ok"): counter(
            [(m.length, m.orders * (1 - m.failing)) for m in DAYS], STEP
        ),
        named(name, outcome="failed"): counter(
            [(m.length, m.orders * m.failing) for m in DAYS], STEP
        ),
    }


def levels(values: Callable[[Minutes], float]) -> str:
    """A gauge that has the value of the stretch that has just passed."""
    steps = [(values(one), one.length * 60 // STEP) for one in DAYS]
    return " ".join(f"{value}x{count - 1}" for value, count in steps)


def metric(role: str, query: str) -> str:
    """A metric of an indicator."""
    return (
        f"        {role}:\n          metricSource:\n            type: Prometheus\n"
        f"            spec:\n              query: '{query}'\n"
    )


RATIO = "      ratioMetric:\n"
BAD = (
    RATIO
    + metric("bad", 'shop_orders_total{outcome="failed"}')
    + metric("total", "shop_orders_total")
)
GOOD = (
    RATIO
    + metric("good", 'sum(increase(shop_orders_total{outcome=~"o[k]"}[$window]))')
    + metric("total", "sum(increase(shop_orders_total[${window}]))")
)
LATENCY = (
    RATIO + metric("good", 'shop_seconds_bucket{le="0.5"}') + metric("total", "shop_seconds_count")
)
GAUGES = (
    RATIO
    + "        counter: false\n"
    + metric("bad", "shop_failed_last_minute")
    + metric("total", "shop_orders_last_minute")
)
RAW = RATIO + "        rawType: failure\n" + metric("raw", "shop_failed_share")
RAW_WINDOW = (
    RATIO
    + "        rawType: success\n"
    + metric(
        "raw",
        '1 - sum(rate(shop_orders_total{outcome="failed"}[$window]))'
        " / sum(rate(shop_orders_total[$window]))",
    )
)
THRESHOLD = (
    "      thresholdMetric:\n        metricSource:\n          type: Prometheus\n"
    "          spec: {query: max(shop_failed_share)}\n"
)


def ratio(name: str) -> str:
    """The recorded bad share of a window."""
    return f"slo:sli_errors_per_sli_events:ratio_rate{name}"


def near(minute: int, series: str, truth: Callable[[int], float], slack: float = SLACK) -> Value:
    """The recorded value is the truth of this minute or of one within the lag."""
    lately = [truth(minute - late) for late in range(LAG + 1)]
    low, high = min(lately) - slack, max(lately) + slack
    inside = f"{series} * 0 + 1 and {series} >= {low!r} and {series} <= {high!r}"
    return Value(minute, inside, {_series(): 1})


def close(minute: int, series: str, value: float, slack: float) -> Value:
    """The recorded value is this one, but for the slack."""
    return near(minute, series, lambda _: value, slack)


def _series() -> str:
    return '{service="shop", slo="orders"}'


def played(series: Series, values: Sequence[Value]) -> Scenario:
    """A day and more, and what is recorded of them."""
    return Scenario(name="a day and more", series=series, values=values, step=STEP)


WINDOWS = {"1h": HOUR, "6h": 6 * HOUR, "1d": DAY}
MOMENTS = (7 * HOUR + 20, 18 * HOUR, LENGTH - 30)
"""At the end of an outage, in the evening, and a day later."""


def histogram() -> Series:
    """Orders that take longer than half a second are the failed ones."""
    every = counter([(m.length, m.orders) for m in DAYS], STEP)
    fast = counter([(m.length, m.orders * (1 - m.failing)) for m in DAYS], STEP)
    return {
        named("shop_seconds_bucket", le="0.5"): fast,
        named("shop_seconds_bucket", le="+Inf"): every,
        named("shop_seconds_count"): every,
    }


@pytest.mark.parametrize(
    ("indicator", "series"),
    [
        (BAD, counters()),
        (GOOD, counters()),
        (LATENCY, histogram()),
        (
            GAUGES,
            {
                named("shop_failed_last_minute"): "0 " + levels(lambda m: m.orders * m.failing),
                named("shop_orders_last_minute"): "0 " + levels(lambda m: m.orders),
            },
        ),
    ],
    ids=["bad", "good", "latency", "gauges"],
)
def test_events_are_counted_alike_in_every_window(
    play: Play, slo: Text, indicator: str, series: Series
) -> None:
    """A busy hour weighs more than a quiet one, in short windows and in long ones."""
    text = slo(indicator=indicator, annotations="{opsconductor.io/burn-tiers: none}")
    values = [
        near(at, ratio(name), partial(by_events, window=window))
        for at in MOMENTS
        for name, window in WINDOWS.items()
    ]
    play(text, played(series, values))


def test_a_long_window_equals_the_raw_ratio(play: Play, slo: Text) -> None:
    """Recorded sums and a scan of the raw series over a day give the same share."""
    raw = 'sum(rate(shop_orders_total{outcome="failed"}[1d])) / sum(rate(shop_orders_total[1d]))'
    play(
        slo(),
        played(
            counters(),
            [
                Value(at, f"abs(sum({ratio('1d')}) - {raw}) < bool 0.0005", {"{}": 1})
                for at in (DAY, 36 * HOUR, LENGTH - 30)
            ],
        ),
    )


@pytest.mark.parametrize("indicator", [RAW, RAW_WINDOW], ids=["gauge", "by window"])
def test_a_ratio_of_somebody_else_weighs_every_moment_alike(
    play: Play, slo: Text, indicator: str
) -> None:
    """Without events each minute counts the same; by window, short ones are exact."""
    series = counters() | {named("shop_failed_share"): "0 " + levels(lambda m: m.failing)}
    text = slo(indicator=indicator, annotations="{opsconductor.io/burn-tiers: none}")
    truths: dict[str, Callable[[int], float]] = {
        name: partial(by_events, window=window)
        if indicator is RAW_WINDOW and window <= 6 * HOUR
        else partial(by_slices, window=window, size=1, limit=None)
        for name, window in WINDOWS.items()
    }
    values = [
        near(at, ratio(name), truth, 0.01) for at in MOMENTS for name, truth in truths.items()
    ]
    play(text, played(series, values))


@pytest.mark.parametrize(
    ("objective", "limit"),
    [("{op: lte, value: 0.1, target: 0.99}", 0.1), ("{op: lt, value: 0.5, target: 0.99}", 0.4999)],
)
def test_a_threshold_is_kept_or_not_at_each_moment(
    play: Play, slo: Text, objective: str, limit: float
) -> None:
    """The share of the minutes at which the value does not hold."""
    series = {named("shop_failed_share"): "0 " + levels(lambda m: m.failing)}
    text = slo(
        indicator=THRESHOLD,
        objectives=f"[{objective}]",
        annotations="{opsconductor.io/burn-tiers: none}",
    )
    values = [
        near(at, ratio(name), partial(by_slices, window=window, size=1, limit=limit), 0.02)
        for at in MOMENTS
        for name, window in WINDOWS.items()
    ]
    play(text, played(series, values))


@pytest.mark.parametrize("indicator", [BAD, GOOD], ids=["bad", "good"])
@pytest.mark.parametrize("size", [2, 10])
def test_a_slice_is_good_when_it_meets_its_target(
    play: Play, slo: Text, indicator: str, size: int
) -> None:
    """An outage in a quiet hour weighs as much as in a busy one; a slice without orders is good."""
    text = slo(
        indicator=indicator,
        method="Timeslices",
        objectives=f"[{{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: {size}m}}]",
        annotations="{opsconductor.io/burn-tiers: none}",
    )
    # promtool evaluates every group at one pace: longer slices are looked at five times each.
    windows = WINDOWS if size * 60 == STEP else {"1d": DAY}
    values = [
        near(
            at,
            ratio(name),
            partial(by_slices, window=window, size=size, limit=0.1),
            0.03 if name == "1h" else 0.01,
        )
        for at in MOMENTS
        for name, window in windows.items()
    ]
    play(text, played(counters(), values))


def test_ratio_timeslices_weigh_each_slice_by_its_ratio(play: Play, slo: Text) -> None:
    """The mean of the slices' ratios."""
    text = slo(
        method="RatioTimeslices",
        objectives="[{target: 0.99, timeSliceWindow: 2m}]",
        annotations="{opsconductor.io/burn-tiers: none}",
    )
    values = [
        near(at, ratio(name), partial(by_slices, window=window, size=2, limit=None), 0.01)
        for at in MOMENTS
        for name, window in WINDOWS.items()
    ]
    play(text, played(counters(), values))


def test_the_budget_over_a_rolling_period(play: Play, slo: Text) -> None:
    """Of a day: what failed against what may, and how much of the day was recorded."""
    text = slo(window="[{duration: 1d, isRolling: true}]")
    left, covered = "slo:error_budget_remaining:ratio", "slo:period_covered:seconds"
    values = [near(at, left, lambda t: 1 - by_events(t, DAY) / 0.01, 0.2) for at in MOMENTS]
    values += [
        close(HOUR * 7, covered, HOUR * 7 * 60, 240),
        close(LENGTH - 30, covered, DAY * 60, 240),
    ]
    last = minutes()[LENGTH - 30 - DAY : LENGTH - 30]
    events = sum(n for n, _ in last)
    values.append(close(LENGTH - 30, "slo:sli_events:sum_period", events, events * 0.01))
    play(text, played(counters(), values))


def test_the_budget_of_a_calendar_day_begins_anew_at_midnight(play: Play, slo: Text) -> None:
    """In a zone three hours east of Greenwich the day begins at 21:00 UTC, budget and all."""
    calendar = '{startTime: "1970-01-01 00:00:00", timeZone: Etc/GMT-3}'
    text = slo(window=f"[{{duration: 1d, calendar: {calendar}}}]")
    left, covered = "slo:error_budget_remaining:ratio", "slo:period_covered:seconds"
    midnight, late = 21 * HOUR, LENGTH - 30
    values = [
        near(18 * HOUR, left, lambda t: 1 - by_events(t, t) / 0.01, 0.05),
        close(midnight + 120, left, 1, 0.001),
        close(midnight + 120, covered, 120 * 60, 240),
        near(late, left, lambda t: 1 - by_events(t, t - midnight) / 0.01, 0.05),
        close(late, "slo:period_start:timestamp_seconds", midnight * 60, 0),
    ]
    play(text, played(counters(), values))
