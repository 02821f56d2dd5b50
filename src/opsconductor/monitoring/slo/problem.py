"""What is wrong with an OpenSLO document: said once, by the compiler and by lint alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsconductor.monitoring.lint.finding import Position

SYNTAX = "slo-syntax"
KIND = "slo-unknown-kind"
UNKNOWN_FIELD = "slo-unknown-field"
INVALID_FIELD = "slo-invalid-field"
DUPLICATE = "slo-duplicate-name"
REFERENCE = "slo-unresolved-reference"
OBJECTIVE = "slo-objective-out-of-range"
RETENTION = "slo-window-longer-than-retention"
PROMQL = "slo-query-not-promql"
INDICATOR = "slo-indicator-incomplete"
SOURCE = "slo-foreign-source"
UNFIRABLE = "slo-unfirable-tier"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a document, or an SLO, is not compiled; `code` is the id of lint's finding."""

    code: str
    position: Position
    subject: str
    what: str

    def __str__(self) -> str:
        """`file:line: SLO name: what`, or without the name where it is about the whole file."""
        about = "" if self.subject == self.position.file else f"{self.subject}: "
        return f"{self.position}: {about}{self.what}"


class Refused(Exception):  # noqa: N818  a verdict with its reasons, told to the person who wrote it
    """An SLO that cannot be compiled, with every reason that is known."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
