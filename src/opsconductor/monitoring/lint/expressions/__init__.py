"""Checks of one expression. Each module declares its kinds of finding and a check."""

from collections.abc import Callable, Iterator

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import (
    averages,
    born_at_one,
    burn,
    cardinality,
    constant,
    counters,
    emptiness,
    empty_when_absent,
    lost_label,
    matchers,
    nan,
    never_matches,
    quantiles,
    rates,
    recorded,
    regular_expressions,
    silence,
    traffic,
    unknown_metric,
)
from opsconductor.monitoring.lint.finding import Finding, Kind

Check = Callable[[Analysis], Iterator[Finding]]

_ABOUT_LABELS = (
    unknown_metric,
    matchers,
    never_matches,
    empty_when_absent,
    lost_label,
    cardinality,
    regular_expressions,
    silence,
    born_at_one,
)
_ABOUT_VALUES = (
    counters,
    rates,
    quantiles,
    averages,
    constant,
    nan,
    emptiness,
    burn,
    traffic,
    recorded,
)
_MODULES = (*_ABOUT_LABELS, *_ABOUT_VALUES)

CHECKS: tuple[Check, ...] = tuple(module.check for module in _MODULES)
KINDS: tuple[Kind, ...] = tuple(kind for module in _MODULES for kind in module.KINDS)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Whatever any check finds wrong with the expression."""
    for one in CHECKS:
        yield from one(analysis)
