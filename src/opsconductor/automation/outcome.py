"""What running a tool yields, before and after it is put into the caller's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsconductor.contract import Reason

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of scalars under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out: named facts, a table where there is more than one thing, and a text.

    `output` is what a person reads; a program's findings leave it empty, for the program wrote it.
    """

    facts: Mapping[str, Scalar] = field(default_factory=dict)
    table: Table | None = None
    output: str = ""


class ToolFailure(Exception):  # noqa: N818  it is the tool's answer rather than an error of ours
    """The tool ran, or could not, and this is why; the message says what to do next."""

    def __init__(self, reason: Reason, message: str, findings: Findings | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.findings = findings or Findings()


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ended by itself: complete lines without secrets, and its exit code."""

    stdout: tuple[str, ...]
    stderr: tuple[str, ...]
    exit_code: int
    arguments: Mapping[str, Scalar]

    @property
    def complaint(self) -> str:
        """The last thing that the program said on standard error, or else at all."""
        return next(
            (line.strip() for line in (*self.stdout, *self.stderr)[::-1] if line.strip()), ""
        )
