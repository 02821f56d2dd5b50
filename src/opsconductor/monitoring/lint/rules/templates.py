"""invalid-template: labels and annotations that Prometheus cannot expand."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.rules.example import GOOD, changed
from opsconductor.monitoring.lint.rules.linted_rules import LintedRules
from opsconductor.monitoring.lint.source import shortened
from opsconductor.monitoring.lint.template import template

INVALID_TEMPLATE = Kind(
    id="invalid-template",
    title="A template that cannot be expanded",
    level=Level.ERROR,
    why=(
        "Prometheus refuses a rule file with a template that it cannot parse; one that fails while "
        "it is expanded puts an error message where the text should be."
    ),
    remedy="Correct the template. Arithmetic belongs into the expression; templates have none.",
    bad=changed("humanizePercentage", "humanisePercentage"),
    good=GOOD,
)

KINDS: tuple[Kind, ...] = (INVALID_TEMPLATE,)


def check(linted: LintedRules) -> Iterator[Finding]:
    """The first fault of each text that is expanded."""
    for rule in linted.file.rules:
        for what, text in rule.templates:
            if "{{" not in text.value:
                continue
            faults = template(text.value).faults
            if faults:
                yield Finding(
                    kind=INVALID_TEMPLATE,
                    position=text.position,
                    subject=f"{rule.subject}: {what}",
                    explanation=f"In `{shortened(text.value)}` {faults[0]}.",
                )
