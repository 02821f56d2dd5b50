"""What the checks of rules look at: a file, its expressions understood, and the surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.context import Context
from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.labels import possible_labels
from opsconductor.monitoring.lint.rule_file import Rule, RuleFile


@dataclass(frozen=True, slots=True)
class LintedRules:
    """A rule file; `analyses` has those expressions, by their rule's place, that are PromQL."""

    file: RuleFile
    analyses: Mapping[Position, Analysis]
    context: Context

    def analysis(self, rule: Rule) -> Analysis | None:
        """The rule's expression, understood; None where it is no PromQL."""
        return self.analyses.get(rule.position)

    def possible_labels(self, rule: Rule) -> frozenset[str] | None:
        """The labels that the rule's expression may yield; None where it could be any."""
        analysis = self.analysis(rule)
        return None if analysis is None else possible_labels(analysis)
