"""Sets of numbers: a closed interval, with or without zero and NaN, and arithmetic on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf, isnan


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers from `low` to `high`, infinity included where it is an end.

    With `nonzero` 0 is not among them although the ends may touch it. `may_nan`: NaN is possible.
    `makes_nan`: an operation below is known to make NaN of ordinary numbers, as 0 divided by 0.
    An interval with `low` above `high` is empty.
    """

    low: float = -inf
    high: float = inf
    nonzero: bool = False
    may_nan: bool = True
    makes_nan: bool = False

    @property
    def empty(self) -> bool:
        """No number is possible."""
        return self.low > self.high

    @property
    def zero(self) -> bool:
        """Whether 0 is possible."""
        return self.low <= 0 <= self.high and not self.nonzero

    @property
    def point(self) -> bool:
        """Whether exactly one number is possible."""
        return self.low == self.high

    def within(self, low: float, high: float) -> "Interval":
        """The part between `low` and `high`."""
        return replace(self, low=max(self.low, low), high=min(self.high, high))


UNKNOWN = Interval()


def exactly(value: float) -> Interval:
    """One number."""
    if isnan(value):
        return Interval(inf, -inf, may_nan=True)
    return Interval(value, value, nonzero=value != 0, may_nan=False)


def between(low: float, high: float) -> Interval:
    """Numbers from `low` to `high`, never NaN."""
    return Interval(low, high, may_nan=False)


def hull(one: Interval, other: Interval) -> Interval:
    """What either may be."""
    return Interval(
        min(one.low, other.low),
        max(one.high, other.high),
        not (one.zero or other.zero),
        one.may_nan or other.may_nan,
        one.makes_nan or other.makes_nan,
    )


def negative(one: Interval) -> Interval:
    """The number with the other sign."""
    return replace(one, low=-one.high, high=-one.low)


def added(one: Interval, other: Interval) -> Interval:
    """`one + other`."""
    opposite = (one.low == -inf and other.high == inf) or (one.high == inf and other.low == -inf)
    return Interval(
        _plus(one.low, other.low, -inf),
        _plus(one.high, other.high, inf),
        may_nan=one.may_nan or other.may_nan or opposite,
        makes_nan=one.makes_nan or other.makes_nan,
    )


def multiplied(one: Interval, other: Interval) -> Interval:
    """`one * other`."""
    products = [_times(x, y) for x in (one.low, one.high) for y in (other.low, other.high)]
    undefined = (one.zero and _infinite(other)) or (other.zero and _infinite(one))
    return Interval(
        min(products),
        max(products),
        one.nonzero and other.nonzero,
        one.may_nan or other.may_nan or undefined,
        one.makes_nan or other.makes_nan,
    )


def divided(one: Interval, other: Interval) -> Interval:
    """`one / other`: IEEE 754, so 0/0 is NaN and 1/0 infinite."""
    undefined = (one.zero and other.zero) or (_infinite(one) and _infinite(other))
    # Where nothing is known of the divisor, that it is ever 0 is not known either.
    idle = one.zero and other.zero and other.low == 0
    makes_nan = one.makes_nan or other.makes_nan or idle
    may_nan = one.may_nan or other.may_nan or undefined
    if other.low < 0 and (other.high > 0 or other.zero):  # a zero here has either sign
        return Interval(may_nan=may_nan, makes_nan=makes_nan)
    if other.low < 0:
        one, other = negative(one), negative(other)
    ends = [_over(x, y) for x in (one.low, one.high) for y in (other.low, other.high)]
    return Interval(min(ends), max(ends), one.nonzero and not _infinite(other), may_nan, makes_nan)


def never(left: Interval, operator: str, right: Interval) -> bool:
    """Whether no numbers of the two fulfil the comparison; NaN fulfils none but `!=`."""
    return _NEVER[operator](left, right)


def always(left: Interval, operator: str, right: Interval) -> bool:
    """Whether all numbers of the two fulfil the comparison, and none is NaN."""
    return not (left.may_nan or right.may_nan) and never(left, _OPPOSITE[operator], right)


def _apart(one: Interval, other: Interval) -> bool:
    return one.low > other.high or one.high < other.low


def _same_point(one: Interval, other: Interval) -> bool:
    same = one.point and other.point and one.low == other.low
    return same and not (one.may_nan or other.may_nan)


_OPPOSITE = {">": "<=", "<=": ">", "<": ">=", ">=": "<", "==": "!=", "!=": "=="}
_NEVER: Mapping[str, Callable[[Interval, Interval], bool]] = {
    ">": lambda left, right: left.high <= right.low,
    ">=": lambda left, right: left.high < right.low,
    "<": lambda left, right: left.low >= right.high,
    "<=": lambda left, right: left.low > right.high,
    "==": _apart,
    "!=": _same_point,
}


def _plus(one: float, other: float, doubt: float) -> float:
    total = one + other
    return doubt if isnan(total) else total


def _times(one: float, other: float) -> float:
    return 0 if one == 0 or other == 0 else one * other


def _over(one: float, other: float) -> float:
    """The limit of a quotient whose divisor is not negative."""
    if one == 0 or other == inf:
        return 0
    if other == 0:
        return inf if one > 0 else -inf
    return one / other


def _infinite(one: Interval) -> bool:
    return one.low == -inf or one.high == inf
