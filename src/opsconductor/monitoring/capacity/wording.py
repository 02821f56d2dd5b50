"""Counts, bytes, times and shares as people say them."""

from math import floor, log10

from opsconductor.objectives import DAY, HOUR, MINUTE

_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_TIMES = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"), (1e-3, "ms"))
_DIGITS = 3


def figures(value: float) -> str:
    """Three digits, thousands apart: `48,700`, `1.84`."""
    if value == 0:
        return "0"
    places = _DIGITS - 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.0f}" if places <= 0 else f"{rounded:.{places}f}".rstrip("0").rstrip(".")


def count(value: float) -> str:
    """A whole number, thousands apart."""
    return f"{value:,.0f}"


def bytes_text(value: float) -> str:
    """Bytes in powers of ten, as disks are sold: `1.84 GB`."""
    size, unit = next(((size, unit) for size, unit in _BYTES if value >= size), (1, "B"))
    return f"{figures(value / size)} {unit}"


def time_text(seconds: float) -> str:
    """A time in the unit that a person would say it in: `1.5 h`, `35 ms`."""
    size, unit = next(
        ((size, unit) for size, unit in _TIMES if seconds >= (2 if size > 1 else 1) * size),
        _TIMES[-1],
    )
    return f"{figures(seconds / size)} {unit}"


def share_text(share: float) -> str:
    """A share of a core: `4.3 %` of one, or from one on `3.2 cores`."""
    if share < 1:
        return f"{figures(share * 100)} % of a core"
    return "1 core" if figures(share) == "1" else f"{figures(share)} cores"


def times_text(factor: float) -> str:
    """How far apart two figures are: `12 times less`, `1.4 times more`, `the same`."""
    if factor <= 0:
        return "none"
    apart = figures(max(factor, 1 / factor))
    return "the same" if apart == "1" else f"{apart} times {'more' if factor > 1 else 'less'}"
