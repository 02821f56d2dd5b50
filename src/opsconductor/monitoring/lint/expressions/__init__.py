"""Checks of one expression. Each module declares its kinds of finding and a check."""

from collections.abc import Callable, Iterator

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import (
    averages,
    constant,
    counters,
    emptiness,
    nan,
    quantiles,
    rates,
    recorded,
    traffic,
)
from opsconductor.monitoring.lint.finding import Finding, Kind

Check = Callable[[Analysis], Iterator[Finding]]

_ABOUT_VALUES = (
    counters,
    rates,
    quantiles,
    averages,
    constant,
    nan,
    emptiness,
    traffic,
    recorded,
)

CHECKS: tuple[Check, ...] = tuple(module.check for module in _ABOUT_VALUES)
KINDS: tuple[Kind, ...] = tuple(kind for module in _ABOUT_VALUES for kind in module.KINDS)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Whatever any check finds wrong with the expression."""
    for one in CHECKS:
        yield from one(analysis)
