"""A scenario played to a rule and to all its mutants at once, and what each is found to do.

Copies of a changed rule, and of every rule that reads what it records, stand beside the originals
under names of their own. Rules do not disturb one another, so each copy behaves as it would in a
file of its own. For every copy promtool is asked what fires at each instant that the scenario
checks; it answers as it would have judged `alert_rule_test`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.mutation.mutants import Mutant
from opsconductor.monitoring.mutation.rule_file import (
    FileRule,
    behind,
    read_by,
    recorders,
    touched,
)
from opsconductor.monitoring.mutation.tree import Node, Selector, nodes, parse, renamed, text
from opsconductor.monitoring.scenario import MINUTE, Scenario, Value

NEVER = {"prove": "never"}
"""Labels that no alert and no sample has, so that every expectation fails and is answered."""
ORIGINAL = ""
"""Stands where a mutant's name does, for the rules as they are."""
MUTANT = "_mutant"


@dataclass(frozen=True)
class Played:
    """A scenario with the rules it asks about and the mutants that are to be tried on it."""

    scenario: Scenario
    rules: tuple[FileRule, ...]
    mutants: tuple[Mutant, ...]
    interval: float

    @property
    def asked(self) -> frozenset[str]:
        """The names of the alerts that are checked."""
        return frozenset(check.alert for check in self.scenario.checks)

    @cached_property
    def _touched(self) -> Mapping[str, tuple[FileRule, ...]]:
        """By mutant, the rules that have to be copied with it."""
        originals = {rule.key: rule for rule in self.rules}
        return {
            one.name: touched(one.rule, originals[one.rule.key], self.rules) for one in self.mutants
        }

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        """By mutant, what the recorded series that it touches are called for it."""
        return {
            one.name: {
                rule.record: f"{rule.record}{MUTANT}{number}"
                for rule in (one.rule, *self._touched[one.name])
                if rule.record
            }
            for number, one in enumerate(self.mutants)
        }

    @cached_property
    def copies(self) -> Mapping[str, tuple[FileRule, ...]]:
        """The rules that behave otherwise than the original, renamed, by the mutant's name."""
        found = {ORIGINAL: tuple(_called(rule, self._spoken(rule, "")) for rule in self.rules)}
        for number, mutant in enumerate(self.mutants):
            found[mutant.name] = tuple(self._changed(number, mutant))
        return found

    def _changed(self, number: int, mutant: Mutant) -> Iterator[FileRule]:
        suffix, names = f"{MUTANT}{number}", self._names[mutant.name]
        copied = {rule.key for rule in self._touched[mutant.name]}
        for rule in self.rules:
            if rule.key == mutant.rule.key:
                yield _copy(mutant.rule, names, self._spoken(rule, suffix))
            elif rule.key in copied:
                yield _copy(rule, names, self._spoken(rule, suffix))

    def _originals(self, mutant: Mutant) -> Iterator[FileRule]:
        return (rule for rule in self.rules if rule.key == mutant.rule.key)

    def _spoken(self, rule: FileRule, suffix: str) -> str:
        """A name in the file that is played: an alert's tells it from its namesakes."""
        return f"{rule.record or alert_copy(rule, self.rules)}{suffix}"

    def rules_document(self) -> dict[str, Any]:
        """The rule file; copies follow the originals of their group, in their order."""
        groups: dict[str, list[dict[str, Any]]] = {rule.group: [] for rule in self.rules}
        for copies in self.copies.values():
            for rule in copies:
                groups[rule.group].append(rule.document())
        return {
            "groups": [{"name": name, "rules": rules} for name, rules in groups.items() if rules]
        }

    def test_document(self, rules_file: str) -> dict[str, Any]:
        """The test file of promtool; every test in it fails and is answered."""
        copies = self.copies
        alerts = [
            {
                "eval_time": duration(minute * MINUTE),
                "alertname": rule.alert,
                "exp_alerts": [{"exp_labels": NEVER}],
            }
            for rules in copies.values()
            for rule in rules
            if rule.alert
            for minute in self.instants[alert_of(original(rule.alert))]
        ]
        return {
            "rule_files": [rules_file],
            "evaluation_interval": duration(self.scenario.evaluated_every or self.interval),
            "group_eval_order": list(dict.fromkeys(rule.group for rule in self.rules)),
            "tests": [
                {
                    "interval": duration(self.scenario.step),
                    "input_series": [
                        {"series": name, "values": values}
                        for name, values in self.scenario.series.items()
                    ],
                    "alert_rule_test": alerts,
                    "promql_expr_test": [
                        {
                            "expr": expression,
                            "eval_time": duration(minute * MINUTE),
                            "exp_samples": [{"labels": '{prove="never"}', "value": 0}],
                        }
                        for expression, minute in self._expressions()
                    ],
                }
            ],
        }

    def _expressions(self) -> Iterator[tuple[str, float]]:
        for value in self.scenario.values:
            for expression in self.spelt[value.expression].values():
                yield expression, value.minute

    @cached_property
    def spelt(self) -> Mapping[str, Mapping[str, str]]:
        """By expression, how it is spelt for the rules as they are and for each mutant."""
        return {value.expression: self._spellings(value) for value in self.scenario.values}

    def _spellings(self, value: Value) -> dict[str, str]:
        """The expression over the original series, and over each mutant's where it differs."""
        tree = parse(value.expression)
        read = [node for node in nodes(tree) if isinstance(node, Selector)]
        found: dict[str, str] = {ORIGINAL: text(tree)}
        for mutant in self.mutants:
            touches = (mutant.rule, *self._originals(mutant), *self._touched[mutant.name])
            if any(rule.may_give(each) for rule in touches if rule.record for each in read):
                found[mutant.name] = text(_renamed(tree, self._names[mutant.name]))
        return found

    @cached_property
    def instants(self) -> Mapping[str, Sequence[float]]:
        """By alert, the minutes at which it is looked at."""
        found: dict[str, set[float]] = {}
        for check in self.scenario.checks:
            found.setdefault(check.alert, set()).add(check.minute)
        return {alert: sorted(minutes) for alert, minutes in found.items()}


def played(
    scenario: Scenario,
    every: Sequence[FileRule],
    mutants: Iterable[Mutant],
    interval: float,
) -> Played:
    """The scenario with the rules behind what it asks, and the mutants that it can judge.

    A mutant that reads rules which are not played is left to wider scenarios, and so is one whose
    series do not occur in the scenario: it would be as silent as ever.
    """
    alerts = {check.alert for check in scenario.checks}
    read = [
        node
        for value in scenario.values
        for node in nodes(parse(value.expression))
        if isinstance(node, Selector)
    ]
    wanted = [
        rule
        for rule in every
        if (rule.alert in alerts and _about(rule, scenario.about))
        or (rule.record and any(rule.may_give(each) for each in read))
    ]
    rules = behind(wanted, every)
    keys = {rule.key for rule in rules}
    known = recorders(every)
    given = {name.partition("{")[0] for name in scenario.series}
    inputs = {rule.key: _inputs(rule, rules) for rule in rules}
    judged = tuple(
        one
        for one in mutants
        if one.rule.key in keys
        and (not given or not inputs[one.rule.key] or inputs[one.rule.key] & given)
        and all(rule.key in keys for rule in read_by(one.rule, known))
    )
    return Played(scenario, rules, judged, interval)


def _about(rule: FileRule, labels: Mapping[str, str]) -> bool:
    return all(rule.labels.get(label, value) == value for label, value in labels.items())


def _inputs(rule: FileRule, rules: Sequence[FileRule]) -> frozenset[str]:
    """The names of the series that reach the rule from outside."""
    recorded = {each.record for each in rules if each.record}
    return frozenset(
        selector.name
        for each in behind([rule], rules)
        for selector in each.selectors
        if selector.name not in recorded
    )


def alert_copy(rule: FileRule, among: Sequence[FileRule]) -> str:
    """The name under which one of several rules of an alert is played."""
    return f"{rule.alert}_rule{[each.key for each in among].index(rule.key)}"


def original(name: str) -> str:
    """The name under which the original of a mutant's copy is played."""
    return name.partition(MUTANT)[0]


def alert_of(name: str) -> str:
    """The alert whose copy bears this name."""
    return name.rpartition("_rule")[0]


def _called(rule: FileRule, name: str) -> FileRule:
    return replace(rule, record=name) if rule.record else replace(rule, alert=name)


def _copy(rule: FileRule, names: Mapping[str, str], name: str) -> FileRule:
    return _called(replace(rule, expression=_renamed(rule.expression, names)), name)


def _renamed(tree: Node, names: Mapping[str, str]) -> Node:
    return renamed(tree, lambda each: names.get(each, each))
