"""The mutants of a rule: its expression, `for`, severity and labels, each with one slip."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.mutation.expressions import changed
from opsconductor.monitoring.mutation.redundancy import redundant
from opsconductor.monitoring.mutation.rule_file import SEVERITY, FileRule, recorders
from opsconductor.monitoring.mutation.tree import text
from opsconductor.objectives import Severity

NEXT_SEVERITY: Mapping[str, str] = {
    Severity.CRITICAL: Severity.WARNING,
    Severity.WARNING: Severity.INFO,
    Severity.INFO: Severity.WARNING,
    Severity.NONE: Severity.INFO,
}
HOLD_SLIPS = (0.0, 0.5, 2.0)
HOLD_WHERE_NONE = 60.0
"""A `for` that slips in where there is none, in seconds."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`rule` is what the slip, `what`, made of the rule of the same key."""

    what: str
    rule: FileRule

    @property
    def name(self) -> str:
        """The rule's key and the slip: tells a mutant from every other."""
        return f"{self.rule.key}: {self.what}"


@dataclass(frozen=True, slots=True)
class Slips:
    """Every slip of every rule: those that may be seen, and those that provably never are."""

    mutants: tuple[Mutant, ...]
    redundant: tuple[Mutant, ...]


def slips(rules: Sequence[FileRule]) -> Slips:
    """Every slip, each once; one that only writes the rule in other words is none."""
    found: dict[bool, list[Mutant]] = {False: [], True: []}
    known = recorders(rules)
    for rule in rules:
        for mutant in _distinct(rule):
            found[redundant(rule, mutant.rule, known)].append(mutant)
    return Slips(tuple(found[False]), tuple(found[True]))


def mutants(rules: Sequence[FileRule]) -> tuple[Mutant, ...]:
    """Every slip that may be seen."""
    return slips(rules).mutants


def _distinct(rule: FileRule) -> Iterator[Mutant]:
    seen = {str(rule.document())}
    named: Counter[str] = Counter()
    for what, other in _of(rule):
        written = str(other.document())
        if written in seen:
            continue
        seen.add(written)
        named[what] += 1
        yield Mutant(what if named[what] == 1 else f"{what} ({named[what]})", other)


def _of(rule: FileRule) -> Iterator[tuple[str, FileRule]]:
    for what, expression in changed(rule.expression):
        yield what, replace(rule, expression=expression)
    if rule.alert:
        yield from _holds(rule)
    for label, value in rule.labels.items():
        if label == SEVERITY:
            wrong = NEXT_SEVERITY.get(value, Severity.INFO)
            yield f"severity becomes {wrong}", _labelled(rule, {**rule.labels, label: wrong})
        elif "{{" not in value:
            # A label that repeats the expression's own may go without a difference.
            left = {key: each for key, each in rule.labels.items() if key != label}
            yield f"the label {label} is dropped", _labelled(rule, left)


def _labelled(rule: FileRule, labels: Mapping[str, str]) -> FileRule:
    return replace(rule, labels=labels)


def _holds(rule: FileRule) -> Iterator[tuple[str, FileRule]]:
    values = [rule.hold * slip for slip in HOLD_SLIPS] if rule.hold else [HOLD_WHERE_NONE]
    for value in values:
        yield f"for {duration(rule.hold)} becomes {duration(value)}", replace(rule, hold=value)


def expression_of(mutant: Mutant) -> str:
    """The changed rule's PromQL, for reports."""
    return text(mutant.rule.expression)
