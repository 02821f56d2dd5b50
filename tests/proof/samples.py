"""Series of tests as lists of values, written for promtool and as OpenMetrics."""

from collections.abc import Mapping, Sequence

Values = Sequence[float | None]
"""One value for each step; None is a missed scrape."""
Samples = Mapping[str, Values]
"""A series in PromQL notation, its labels included, to its values."""

WEEK = 7 * 86_400
BASE = 2_900 * WEEK
"""Unix seconds: promtool's tests begin at 0. Whole weeks later, days and hours are the same."""


def climbing(increases: Sequence[float | None], start: float = 0) -> list[float | None]:
    """A counter from its increase at each step; None is a missed scrape."""
    values: list[float | None] = []
    total = start
    for increase in increases:
        total += increase or 0
        values.append(None if increase is None else round(total, 6))
    return values


def openmetrics(samples: Samples, step: float) -> str:
    """The samples as OpenMetrics, from `BASE` on."""
    lines = [
        f"{series} {value!r} {BASE + number * step:.3f}"
        # OpenMetrics has no blanks between labels.
        for series, values in ((name.replace('", ', '",'), of) for name, of in samples.items())
        for number, value in enumerate(values)
        if value is not None
    ]
    return "\n".join([*lines, "# EOF\n"])


def promtool_values(values: Values) -> str:
    """The values in promtool's notation."""
    return " ".join("_" if value is None else repr(value) for value in values)
