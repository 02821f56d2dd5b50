"""An expression to lint, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from opsconductor.monitoring.lint.finding import Position

ANYTHING = "(?:.*)"
"""In a label matcher, what a dashboard variable may hold: a check has nothing to say about it."""


class Role(StrEnum):
    """What an expression is for; VARIABLE is what a dashboard asks beside its panels."""

    ALERT = "alert"
    RECORD = "record"
    PANEL = "panel"
    VARIABLE = "variable"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One PromQL expression, its dashboard variables already replaced.

    `position` is the expression's first line; `interval` the seconds between its evaluations and
    `hold` a rule's `for` in seconds. `added_labels` are those that the rule adds to its result,
    `template_labels` those that its annotations and label templates read.
    """

    text: str
    role: Role
    position: Position
    subject: str
    name: str = ""
    interval: float | None = None
    hold: float = 0
    added_labels: frozenset[str] = frozenset()
    template_labels: frozenset[str] = frozenset()
