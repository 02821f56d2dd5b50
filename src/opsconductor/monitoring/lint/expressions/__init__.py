"""Checks of one expression. Each module declares its kinds of finding and a check."""

from collections.abc import Callable, Iterator

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import (
    born_at_one,
    cardinality,
    empty_when_absent,
    lost_label,
    matchers,
    never_matches,
    regular_expressions,
    silence,
    unknown_metric,
)
from opsconductor.monitoring.lint.finding import Finding, Kind

Check = Callable[[Analysis], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    unknown_metric.check,
    matchers.check,
    never_matches.check,
    empty_when_absent.check,
    lost_label.check,
    cardinality.check,
    regular_expressions.check,
    silence.check,
    born_at_one.check,
)
KINDS: tuple[Kind, ...] = (
    *unknown_metric.KINDS,
    *matchers.KINDS,
    *never_matches.KINDS,
    *empty_when_absent.KINDS,
    *lost_label.KINDS,
    *cardinality.KINDS,
    *regular_expressions.KINDS,
    *silence.KINDS,
    *born_at_one.KINDS,
)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Whatever any check finds wrong with the expression."""
    for one in CHECKS:
        yield from one(analysis)
