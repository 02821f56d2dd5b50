"""Checks of rules, one module for each thing that can be wrong beside the expression."""

from collections.abc import Callable, Iterator

from opsconductor.monitoring.lint.finding import Finding, Kind
from opsconductor.monitoring.lint.rules import (
    duplicates,
    missing,
    recording,
    runbook,
    severity,
    templates,
    timing,
    vanished,
)
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules

Check = Callable[[LintedRules], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    missing.check,
    runbook.check,
    severity.check,
    duplicates.check,
    recording.check,
    timing.check,
    templates.check,
    vanished.check,
)
KINDS: tuple[Kind, ...] = (
    *missing.KINDS,
    *runbook.KINDS,
    *severity.KINDS,
    *duplicates.KINDS,
    *recording.KINDS,
    *timing.KINDS,
    *templates.KINDS,
    *vanished.KINDS,
)


def check(linted: LintedRules) -> Iterator[Finding]:
    """Whatever any check finds wrong with the rules of a file."""
    for one in CHECKS:
        yield from one(linted)
