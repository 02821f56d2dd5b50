"""What a run of lint found, and what it read: without the second the first means nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from opsconductor.monitoring.lint.finding import Finding, Level
from opsconductor.monitoring.lint.reading_kinds import NOTHING_TO_LINT, UNREADABLE
from opsconductor.monitoring.lint.source import lines_of
from opsconductor.monitoring.lint.suppression import Suppressed

GRAVITY: Mapping[Level, int] = {Level.NOTE: 0, Level.WARNING: 1, Level.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Counts:
    """What was read."""

    files: int = 0
    rules: int = 0
    panels: int = 0
    slos: int = 0
    expressions: int = 0

    def __str__(self) -> str:
        """`3 files, 61 rules, 58 expressions`; kinds of which there are none are left out."""
        words = [_counted(self.files, "file")]
        if self.rules:
            words.append(_counted(self.rules, "rule"))
        if self.panels:
            words.append(_counted(self.panels, "panel"))
        if self.slos:
            words.append(_counted(self.slos, "SLO"))
        words.append(_counted(self.expressions, "expression"))
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a folder that is none of the forms, and what it looks like."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in the order of files and lines; `against` is where the metrics are known from.

    `texts` holds each file's text, for the lines that findings point at.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    counts: Counts
    against: str
    skipped: tuple[Skipped, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def unreadable(self) -> bool:
        """Whether a file could not be read, or nothing at all was linted."""
        kinds = {finding.kind for finding in self.findings}
        return bool(kinds & {UNREADABLE, NOTHING_TO_LINT}) or not self.counts.expressions

    def count(self, level: Level) -> int:
        """How many findings have the level."""
        return sum(finding.kind.level is level for finding in self.findings)

    def at_least(self, level: Level) -> tuple[Finding, ...]:
        """The findings that are as bad as `level` or worse."""
        return tuple(
            finding for finding in self.findings if GRAVITY[finding.kind.level] >= GRAVITY[level]
        )

    def source_line(self, finding: Finding) -> str:
        """The line that a finding points at; empty where there is none."""
        text = self.texts.get(finding.position.file, "")
        lines = lines_of(text)
        number = finding.position.line
        return lines[number - 1] if 0 < number <= len(lines) else ""

    @property
    def verdict(self) -> str:
        """`3 files, 61 rules, 58 expressions: no findings`."""
        found = [
            _counted(self.count(level), level.value)
            for level in (Level.ERROR, Level.WARNING, Level.NOTE)
            if self.count(level)
        ]
        said = ", ".join(found) or ("no findings" if self.counts.expressions else "nothing linted")
        away = f"; {len(self.suppressed)} suppressed" if self.suppressed else ""
        return f"{self.counts}: {said}{away}"


def ordered(findings: Iterable[Finding], files: Iterable[str]) -> tuple[Finding, ...]:
    """By file as given, then by place, then gravest first; the same finding once."""
    rank = {file: number for number, file in enumerate(files)}

    def key(finding: Finding) -> tuple[int, int, int, int, str, str]:
        place = finding.position
        return (
            rank.get(place.file, len(rank)),
            place.line,
            place.column or 0,
            -GRAVITY[finding.kind.level],
            finding.kind.id,
            finding.explanation,
        )

    return tuple(dict.fromkeys(sorted(findings, key=key)))


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
