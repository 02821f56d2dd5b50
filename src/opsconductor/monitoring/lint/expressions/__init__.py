"""Checks of one expression. Each module declares its kinds of finding and a check."""

from collections.abc import Callable, Iterator

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.finding import Finding, Kind

Check = Callable[[Analysis], Iterator[Finding]]

CHECKS: tuple[Check, ...] = ()
KINDS: tuple[Kind, ...] = ()


def check(analysis: Analysis) -> Iterator[Finding]:
    """Whatever any check finds wrong with the expression."""
    for one in CHECKS:
        yield from one(analysis)
