"""Severities: words that exist, and somebody behind each."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.nearest import nearest
from opsconductor.monitoring.lint.rule_file import Rule, Text
from opsconductor.monitoring.lint.rules.example import GOOD, changed
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules
from opsconductor.objectives import Severity

USUAL = frozenset(
    {
        *("emergency", "alert", "crit", "err", "error", "warn", "notice", "information", "debug"),
        *("page", "ticket"),
        *("major", "minor", "high", "medium", "low", "urgent", "fatal"),
        *("p0", "p1", "p2", "p3", "p4", "p5", "sev0", "sev1", "sev2", "sev3", "sev4"),
    }
)
"""Words that others use: syslog (RFC 5424, section 6.2.1) with its abbreviations, the SRE
Workbook's page and ticket, X.733 and the usual numbered levels. They are no spelling mistakes."""
_ALIKE = 0.8
"""How alike a word has to be to a usual severity to be taken for a misspelling of it."""
UNHEARD = frozenset({"none"})
"""By convention nobody is told of these: a dead man's switch, or alerts that only inhibit."""

UNKNOWN_SEVERITY = Kind(
    id="unknown-severity",
    title="A severity that does not exist",
    level=Level.WARNING,
    why=(
        "No route matches a misspelt severity, so the alert falls through to the default route: a "
        "page that becomes a chat message."
    ),
    remedy=f"Use one of {', '.join(Severity)}.",
    bad=changed("severity: warning", "severity: warnign"),
    good=GOOD,
)

WITHOUT_RECEIVER = Kind(
    id="severity-without-receiver",
    title="An alert that reaches nobody",
    level=Level.ERROR,
    why=(
        "The alert fires, and Alertmanager has no receiver for it, or one without an integration: "
        "nobody is told, and everything looks well."
    ),
    remedy=(
        "Give the severity a receiver, or use one that has. `--alertmanager FILE` holds the "
        "alerts against a configuration of your own."
    ),
    bad=changed("severity: warning", "severity: ticket"),
    good=GOOD,
)

KINDS: tuple[Kind, ...] = (UNKNOWN_SEVERITY, WITHOUT_RECEIVER)


def check(linted: LintedRules) -> Iterator[Finding]:
    """Alerts whose severity is no word, or leads nowhere."""
    for rule in linted.file.rules:
        if rule.kind != "alert":
            continue
        if linted.context.routing is not None:
            yield from _routed(rule, linted)
        severity = rule.labels.get("severity")
        if severity is None or not severity.value.strip() or "{{" in severity.value:
            continue
        if linted.context.routing is None:
            yield from _listed(rule, severity, linted)


def _listed(rule: Rule, severity: Text, linted: LintedRules) -> Iterator[Finding]:
    receivers, value = linted.context.receivers, severity.value
    if value in receivers or value in UNHEARD:
        return
    if not receivers:
        yield from _misspelt(rule, severity)
        return
    known = ", ".join(f"{name} ({who})" for name, who in receivers.items())
    usual = value.lower() in USUAL or value in set(Severity)
    near = nearest(value.lower(), receivers)
    remedy = f"Did you mean `{near}`?" if near and not usual else ""
    said = f"`{value}` has no receiver" if usual else f"There is no severity `{value}`"
    yield Finding(
        kind=WITHOUT_RECEIVER if usual else UNKNOWN_SEVERITY,
        position=severity.position,
        subject=rule.subject,
        explanation=f"{said}; those that have one are {known}.",
        remedy=remedy,
    )


def _misspelt(rule: Rule, severity: Text) -> Iterator[Finding]:
    """Of a stranger's words only those that are nearly, and not quite, a usual one."""
    usual = USUAL | set(Severity)
    folded = severity.value.lower()
    near = None if folded in usual else nearest(folded, usual, cutoff=_ALIKE)
    if near is not None:
        yield Finding(
            kind=UNKNOWN_SEVERITY,
            position=severity.position,
            subject=rule.subject,
            explanation=f"`{severity.value}` is none of the usual severities.",
            remedy=f"Did you mean `{near}`?",
        )


def _routed(rule: Rule, linted: LintedRules) -> Iterator[Finding]:
    routing, severity = linted.context.routing, rule.labels.get("severity")
    if routing is None or (severity is not None and severity.value in UNHEARD):
        return
    labels = {name: text.value for name, text in rule.labels.items() if "{{" not in text.value}
    labels["alertname"] = rule.name.value
    possible = linted.possible_labels(rule)
    if possible is not None:
        possible |= {name for name, text in rule.labels.items() if "{{" in text.value}
    why = routing.silent(labels, possible)
    if why is not None:
        yield Finding(
            kind=WITHOUT_RECEIVER,
            position=rule.position if severity is None else severity.position,
            subject=rule.subject,
            explanation=why,
        )
