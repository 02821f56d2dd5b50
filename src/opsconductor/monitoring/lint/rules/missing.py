"""What a person who is called at night would look for in an alert, and not find."""

from collections.abc import Iterator
from dataclasses import dataclass

from promql_parser import VectorSelector

from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.rule_file import Rule
from opsconductor.monitoring.lint.rules.example import GOOD, changed
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules

MISSING_FOR = Kind(
    id="missing-for",
    title="An alert without `for`",
    level=Level.WARNING,
    why=(
        "Without `for` an alert fires at the first evaluation that gives a value: one late scrape "
        "or one slow minute calls somebody, and the alert flaps."
    ),
    remedy="Say how long it has to last, such as `for: 5m`; `for: 0s` says that at once is meant.",
    bad=changed("    for: 5m\n"),
    good=GOOD,
)

MISSING_SUMMARY = Kind(
    id="missing-summary",
    title="An alert without a summary",
    level=Level.WARNING,
    why="The summary is the line on the pager; without it there is only the alert's name.",
    remedy="Add the annotation `summary`: what is wrong, with what, in one line.",
    bad=changed("      summary: The disk of {{ $labels.path }} is nearly full\n"),
    good=GOOD,
)

MISSING_DESCRIPTION = Kind(
    id="missing-description",
    title="An alert without a description",
    level=Level.WARNING,
    why="Whoever is called wants the figure, the limit and what it means, before any dashboard.",
    remedy="Add the annotation `description` (or `message`) with the value and the limit.",
    bad=changed(
        '      description: "{{ $value | humanizePercentage }} of {{ $labels.path }} is free."\n'
    ),
    good=GOOD,
)

MISSING_RUNBOOK = Kind(
    id="missing-runbook",
    title="An alert without a runbook",
    level=Level.WARNING,
    why="An alert that nobody wrote down what to do about is one that is learnt to be ignored.",
    remedy="Add the annotation `runbook_url` with the address of a page that says what to do.",
    bad=changed("      runbook_url: http://127.0.0.1:3001/runbooks/DiskNearlyFull\n"),
    good=GOOD,
)

MISSING_SEVERITY = Kind(
    id="missing-severity",
    title="An alert without a severity",
    level=Level.WARNING,
    why=(
        "Routes choose the receiver by the label `severity`; without one the alert ends in the "
        "default route, which is rarely the one that somebody watches."
    ),
    remedy="Add the label `severity`.",
    bad=changed("    labels:\n      severity: warning\n"),
    good=GOOD,
)

KINDS: tuple[Kind, ...] = (
    MISSING_FOR,
    MISSING_SUMMARY,
    MISSING_DESCRIPTION,
    MISSING_RUNBOOK,
    MISSING_SEVERITY,
)

_ALERTS = "ALERTS"
"""Prometheus's own series of alerts, which have those alerts' labels."""


@dataclass(frozen=True, slots=True)
class _Annotation:
    kind: Kind
    names: tuple[str, ...]


_ANNOTATIONS = (
    _Annotation(MISSING_SUMMARY, ("summary",)),
    _Annotation(MISSING_DESCRIPTION, ("description", "message")),
    _Annotation(MISSING_RUNBOOK, ("runbook_url", "runbook")),
)
"""Names as Prometheus's documentation and the monitoring mixins use them."""


def check(linted: LintedRules) -> Iterator[Finding]:
    """What each alert lacks. An empty text counts as none."""
    for rule in linted.file.rules:
        if rule.kind != "alert":
            continue
        if rule.hold is None:
            yield _lacks(rule, MISSING_FOR, "It has no `for`.")
        for wanted in _ANNOTATIONS:
            given = (rule.annotations[name] for name in wanted.names if name in rule.annotations)
            if not any(text.value.strip() for text in given):
                said = f"It has no annotation `{wanted.names[0]}`."
                yield _lacks(rule, wanted.kind, said)
        severity = rule.labels.get("severity")
        if (severity is None or not severity.value.strip()) and not _inherits(rule, linted):
            yield _lacks(rule, MISSING_SEVERITY, "It has no label `severity`.")


def _inherits(rule: Rule, linted: LintedRules) -> bool:
    """Whether the alert may have its severity from the series that it is about."""
    if "severity" in (linted.possible_labels(rule) or ()):
        return True
    analysis = linted.analysis(rule)
    return analysis is not None and any(
        node.name == _ALERTS for node in analysis.of(VectorSelector)
    )


def _lacks(rule: Rule, kind: Kind, explanation: str) -> Finding:
    return Finding(kind=kind, position=rule.position, subject=rule.subject, explanation=explanation)
