"""A Prometheus rule file as lint sees it: every part knows its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from opsconductor.monitoring.lint.finding import Finding, Position


@dataclass(frozen=True, slots=True)
class Text:
    """A value and the place of its first line."""

    value: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that Prometheus would take.

    `hold` is its `for` and `interval` its group's, in seconds; None where it is not written.
    `labels` are those of the rule over those of its group. It covers the lines `position.line` to
    `last`.
    """

    kind: Literal["alert", "record"]
    name: Text
    expr: Text
    hold: Text | None = None
    hold_seconds: float | None = None
    labels: Mapping[str, Text] = field(default_factory=dict)
    annotations: Mapping[str, Text] = field(default_factory=dict)
    group: str
    interval: float | None = None
    position: Position
    last: int

    @property
    def subject(self) -> str:
        """How findings name it: `alert Foo`."""
        return f"{self.kind} {self.name.value}"

    @property
    def templates(self) -> Iterator[tuple[str, Text]]:
        """What Prometheus expands as a template, by what it is: an alert's labels and notes."""
        if self.kind == "alert":
            yield from ((f"label {name}", text) for name, text in self.labels.items())
            yield from ((f"annotation {name}", text) for name, text in self.annotations.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules that are evaluated together, every `interval` seconds where it is written."""

    name: Text
    interval: Text | None = None
    interval_seconds: float | None = None
    rules: tuple[Rule, ...]
    position: Position
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """The groups of a file, what is wrong with the rest of it, and its text.

    `read` counts the rules that stand in the file, those among them that Prometheus would refuse
    included.
    """

    file: str
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    text: str
    read: int

    @property
    def rules(self) -> Iterator[Rule]:
        """Every rule in the order of the file."""
        for group in self.groups:
            yield from group.rules
