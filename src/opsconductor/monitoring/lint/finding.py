"""What lint says: a kind of finding, declared once, and the findings of that kind."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Level(StrEnum):
    """How bad a finding is, in SARIF's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


Form = Literal["rules", "dashboard", "openslo"]
"""What a document is: a Prometheus rule file, Grafana dashboard JSON, or OpenSLO YAML."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a document; lines and columns count from 1."""

    file: str
    line: int
    column: int | None = None

    def __str__(self) -> str:
        """`file:line` or `file:line:column`, as compilers write it."""
        place = f"{self.file}:{self.line}"
        return place if self.column is None else f"{place}:{self.column}"


@dataclass(frozen=True, slots=True)
class Example:
    """A document that a kind of finding is shown by; the tests lint it.

    `beside` is a second document of the same form, where the finding is about two: it is linted
    first, together with `text`.
    """

    text: str
    form: Form = "rules"
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of finding: its page is generated from it, and its examples are run by the tests.

    Linting `bad` gives findings of this kind and no other error; its corrected twin `good` gives
    none at all.
    """

    id: str
    title: str
    level: Level
    why: str
    remedy: str
    bad: Example
    good: Example


@dataclass(frozen=True, slots=True)
class Edit:
    """A mechanical remedy: replaces `old` by `new`, once, on the lines `first` to `last`."""

    first: int
    last: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `subject` names the rule, panel or SLO: `alert Foo`."""

    kind: Kind
    position: Position
    subject: str
    explanation: str
    remedy: str = ""
    edit: Edit | None = None

    @property
    def advice(self) -> str:
        """What to do: the finding's own remedy, or that of its kind."""
        return self.remedy or self.kind.remedy
