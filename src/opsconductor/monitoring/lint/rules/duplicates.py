"""Rules that say the same twice, and rules that another one makes pointless."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level
from opsconductor.monitoring.lint.labels import never_alike, shapes
from opsconductor.monitoring.lint.rule_file import Rule
from opsconductor.monitoring.lint.rules.condition import Part, implies, parts
from opsconductor.monitoring.lint.rules.example import COMPLETE, GOOD
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules

_ALERT = COMPLETE.partition("  rules:\n")[2]
_LATER = _ALERT.replace("< 0.1", "< 0.05")

DUPLICATE = Kind(
    id="duplicate-rule",
    title="The same rule twice",
    level=Level.WARNING,
    why=(
        "Both have the same name, labels and expression. One of them will be changed one day, and "
        "the other will go on as before."
    ),
    remedy="Remove one of them.",
    bad=Example(COMPLETE + _ALERT),
    good=GOOD,
)

SHADOWED = Kind(
    id="shadowed-rule",
    title="A rule that another one makes pointless",
    level=Level.WARNING,
    why=(
        "Of two alerts with the same name and labels, one holds whenever the other does and waits "
        "no longer: the other adds nothing, though it looks as if it did. Two recording rules "
        "with the same name and labels write samples into the same series."
    ),
    remedy="Remove one, or tell them apart by a label, such as another severity.",
    bad=Example(COMPLETE + _LATER),
    good=Example(COMPLETE + _LATER.replace("severity: warning", "severity: critical")),
)

KINDS: tuple[Kind, ...] = (DUPLICATE, SHADOWED)


@dataclass(frozen=True, slots=True)
class _Known:
    rule: Rule
    analysis: Analysis
    text: str
    parts: tuple[Part, ...]


def check(linted: LintedRules) -> Iterator[Finding]:
    """Each rule against those before it that have its name and labels."""
    alike: dict[tuple[object, ...], list[_Known]] = defaultdict(list)
    for rule in linted.file.rules:
        analysis = linted.analysis(rule)
        if analysis is None:
            continue
        labels = frozenset((name, text.value) for name, text in rule.labels.items())
        alike[rule.kind, rule.name.value, labels].append(_known(rule, analysis))
    for family in alike.values():
        for place, one in enumerate(family):
            yield from _against(one, family[:place])


def _known(rule: Rule, analysis: Analysis) -> _Known:
    tree = analysis.tree
    return _Known(rule, analysis, tree.prettify(), parts(tree) if rule.kind == "alert" else ())


def _against(one: _Known, before: Sequence[_Known]) -> Iterator[Finding]:
    for other in before:
        found = _pair(one, other)
        if found is not None:
            yield found
            return


def _pair(one: _Known, other: _Known) -> Finding | None:
    line = other.rule.position.line
    same_hold = one.rule.hold_seconds == other.rule.hold_seconds
    if one.text == other.text and (one.rule.kind == "record" or same_hold):
        return _finding(DUPLICATE, one.rule, f"It is the rule of line {line} once more.")
    if one.rule.kind == "record":
        if never_alike(shapes(one.analysis), shapes(other.analysis), one.rule.labels):
            return None
        said = (
            f"The rule of line {line} records the same name with the same labels from another "
            "expression; where both give a series, their samples mix."
        )
        return _finding(SHADOWED, one.rule, said)
    for hidden, wide in ((one, other), (other, one)):
        waits = (wide.rule.hold_seconds or 0) <= (hidden.rule.hold_seconds or 0)
        if waits and implies(hidden.parts, wide.parts):
            where = wide.rule.position.line
            said = (
                f"The alert of line {where} has the same name and labels, fires whenever this one "
                "would, and waits no longer."
            )
            return _finding(SHADOWED, hidden.rule, said)
    return None


def _finding(kind: Kind, rule: Rule, explanation: str) -> Finding:
    return Finding(kind=kind, position=rule.position, subject=rule.subject, explanation=explanation)
