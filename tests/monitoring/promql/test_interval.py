"""Interval arithmetic, against the arithmetic of numbers themselves."""

from dataclasses import replace
from math import inf, isinf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.monitoring.promql.interval import (
    Interval,
    added,
    always,
    between,
    divided,
    exactly,
    hull,
    multiplied,
    negative,
    never,
)

NUMBER = st.sampled_from((-inf, -7.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0, inf))


@st.composite
def drawn(draw: st.DrawFn) -> tuple[float, Interval]:
    """A number, and an interval that has it."""
    low, number, high = sorted((draw(NUMBER), draw(NUMBER), draw(NUMBER)))
    return number, Interval(low, high, number != 0 and draw(st.booleans()), may_nan=False)


def quotient(one: float, other: float) -> float:
    """IEEE 754's division, which Prometheus uses and Python does not."""
    if other == 0:
        return nan if one == 0 or isnan(one) else inf if one > 0 else -inf
    return nan if isinf(one) and isinf(other) else one / other


def has(interval: Interval, number: float) -> bool:
    """Whether the interval admits the number."""
    if isnan(number):
        return interval.may_nan
    return interval.low <= number <= interval.high and (number != 0 or interval.zero)


@given(drawn(), drawn())
def test_every_result_of_two_numbers_is_in_the_result_of_their_intervals(
    one: tuple[float, Interval], other: tuple[float, Interval]
) -> None:
    """An analysis that leaves out a possible value would call a working alert impossible."""
    (x, left), (y, right) = one, other
    assert has(added(left, right), x + y)
    assert has(multiplied(left, right), x * y)
    assert has(hull(left, right), x)
    assert has(hull(left, right), y)
    assert has(negative(left), -x)
    assert has(divided(left, right), quotient(x, y))


@given(drawn(), drawn(), st.sampled_from(("==", "!=", ">", "<", ">=", "<=")))
def test_what_is_called_constant_is(
    one: tuple[float, Interval], other: tuple[float, Interval], operator: str
) -> None:
    """A comparison that holds for some numbers must not be called impossible, nor the reverse."""
    (x, left), (y, right) = one, other
    holds = {"==": x == y, "!=": x != y, ">": x > y, "<": x < y, ">=": x >= y, "<=": x <= y}
    if holds[operator]:
        assert not never(left, operator, right)
    else:
        assert not always(left, operator, right)
    assert not always(replace(left, may_nan=True), operator, right)


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [
        (divided(between(0, 1), exactly(0.1)), 0, 10),
        (divided(between(0, 5), between(0, inf)), 0, inf),
        (added(exactly(1), negative(between(0, 1))), 0, 1),
        (multiplied(between(0, inf), exactly(0)), 0, 0),
        (multiplied(exactly(14.4), exactly(0.1)), 1.44, 1.44),
    ],
)
def test_results_are_tight(interval: Interval, low: float, high: float) -> None:
    """What is too wide finds nothing."""
    assert (interval.low, interval.high) == pytest.approx((low, high))


def test_zero_divided_by_zero_makes_nan_and_a_divisor_without_zero_does_not() -> None:
    """The filter `> 0` on a divisor is what keeps NaN out."""
    assert divided(between(0, 1), between(0, 1)).makes_nan
    assert not divided(between(0, 1), Interval(0, inf, nonzero=True, may_nan=False)).makes_nan
    assert not divided(exactly(1), between(0, 1)).makes_nan
