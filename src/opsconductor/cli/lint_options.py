"""What the command line asks of lint. Nothing heavy is imported here: `up` loads it too."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

STDIN = "-"


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


class Least(StrEnum):
    """A level from which on something is done, in the words of `Level`."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to lint, what to hold it against, and what to say; see `opsconductor lint --help`."""

    files: tuple[str, ...] = ()
    metrics: Path | None = None
    target_labels: tuple[str, ...] = ()
    prometheus: str = ""
    any_metric: bool = False
    alertmanager: Path | None = None
    output: Format = Format.TEXT
    level: Least = Least.NOTE
    fail_on: Least = Least.WARNING
    fix: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether the metrics, and so the server, are somebody else's."""
        return self.metrics is not None or bool(self.prometheus) or self.any_metric
