"""What a backtest finds out: per rule its alerts, and what the history could not tell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from opsconductor.monitoring.backtest.alert_state import Episode
from opsconductor.monitoring.backtest.rule_file import Rule

_LABEL = re.compile(r"\{\{-?\s*(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)\s*-?\}\}")

Labels = tuple[tuple[str, str], ...]
"""An alert's labels without `alertname`, sorted by name."""
Span = tuple[int, int]
"""From and to, in milliseconds."""


class Verdict(StrEnum):
    """Whether the history can say what a rule would have done."""

    JUDGED = "judged"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Input:
    """What a rule reads, and how much of the judged time the history has of it.

    `share` is between 0 and 1; `gaps` are the times without samples between the first and the last.
    """

    selector: str
    share: float
    first: int | None
    last: int | None
    gaps: tuple[Span, ...] = ()
    falls: tuple[str, ...] = ()
    """Series that a rule takes for counters and that only ever fall."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a rule: its labels and what it went through."""

    labels: Labels
    episodes: tuple[Episode, ...]

    @property
    def firings(self) -> tuple[Episode, ...]:
        """The episodes in which it fired."""
        return tuple(one for one in self.episodes if one.fired is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """An alerting rule's alerts; `why` says what is missing where the verdict is `unproven`."""

    rule: Rule
    verdict: Verdict
    why: str = ""
    alerts: tuple[Alert, ...] = ()
    inputs: tuple[Input, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that one set of rules did.

    `asked` is the time that was asked for, `judged` the part of it that the history covers; all
    episodes lie in it. `gaps` are the times in which no rule's input has a sample.
    """

    name: str
    asked: Span
    judged: Span
    gaps: tuple[Span, ...] = ()
    rules: tuple[RuleOutcome, ...] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def proven(self) -> tuple[RuleOutcome, ...]:
        """The rules that could be judged."""
        return tuple(one for one in self.rules if one.verdict is Verdict.JUDGED)

    @property
    def unproven(self) -> tuple[RuleOutcome, ...]:
        """The rules that could not."""
        return tuple(one for one in self.rules if one.verdict is Verdict.UNPROVEN)


def alert_labels(metric: Mapping[str, str], rule: Rule) -> Labels:
    """The labels of the alert that a series of the result makes.

    `{{ $labels.x }}` in the rule's labels is expanded; any other template stays as it is written.
    """
    labels = {name: value for name, value in metric.items() if name != "__name__"}
    added = {
        name: _LABEL.sub(lambda found: metric.get(found[1], ""), value)
        for name, value in rule.labels.items()
    }
    labels.update(added)
    labels.pop("alertname", None)
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def unexpanded(rule: Rule) -> tuple[str, ...]:
    """The labels of the rule whose templates stay unexpanded."""
    return tuple(name for name, value in rule.labels.items() if "{{" in _LABEL.sub("", value))
