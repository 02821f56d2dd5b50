"""A lint report on the terminal, or in a log of 80 columns."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from opsconductor.monitoring.lint.expressions.unknown_metric import UNKNOWN_METRIC
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.pages import page_path
from opsconductor.monitoring.lint.report import Report
from opsconductor.monitoring.promql.contract_schema import SOURCE as CONTRACT

STYLES: Mapping[Level, str] = {
    Level.ERROR: "bold red",
    Level.WARNING: "yellow",
    Level.NOTE: "cyan",
}
_INDENT = "    "
_LOOKED_AT = 4
"""Lines from a finding's on of which the first with a word is shown."""
OTHER_METRICS = (
    "{unknown} of the findings are of metrics that the contract does not have. Are these files "
    "about a system of your own? Hold them against its metrics with --prometheus URL or "
    "--metrics FILE, or against none with --any-metric."
)
"""For a stranger, whose metrics are not ours."""


def print_report(report: Report, least: Level, console: Console) -> None:
    """Findings by file, what was skipped and suppressed, and the line that sums it up."""
    for finding in report.at_least(least):
        _finding(console, report, finding)
    for one in report.skipped:
        _plain(console, Text(f"skipped {one.file}: {one.reason}", "dim"))
    for away in report.suppressed:
        place, kind = away.finding.position, away.finding.kind
        _plain(console, Text(f"suppressed {place} {kind.id}: {away.reason}", "dim"))
    _plain(console, Text(f"{report.verdict} (held against {report.against})"))
    unknown = sum(one.kind == UNKNOWN_METRIC for one in report.findings)
    if unknown and report.against == CONTRACT:
        _wrapped(console, OTHER_METRICS.format(unknown=unknown), "")


def print_list(kinds: Iterable[Kind], console: Console) -> None:
    """A line for each kind: id, level, title."""
    known = sorted(kinds, key=lambda kind: kind.id)
    width = max(len(kind.id) for kind in known)
    for kind in known:
        line = Text(f"{kind.id:{width}}  ")
        line.append(f"{kind.level.value:7}", STYLES[kind.level])
        _plain(console, line.append(f"  {kind.title}"))


def _finding(console: Console, report: Report, finding: Finding) -> None:
    kind = finding.kind
    head = Text(f"{finding.position} ")
    head.append(kind.level.value, STYLES[kind.level])
    head.append(f" {kind.id}", "bold").append(f" ({finding.subject})")
    _plain(console, head)
    _source_line(console, report, finding)
    _wrapped(console, finding.explanation, "")
    _wrapped(console, finding.advice, "-> ")
    _plain(console, Text(f"{_INDENT}{page_path(kind)}", "dim"))
    console.print()


def _source_line(console: Console, report: Report, finding: Finding) -> None:
    """The line and below it a mark: one `^` at a known column, else under all of the line."""
    finding = _behind_brackets(report, finding)
    line = report.source_line(finding).replace("\t", " ").rstrip()
    if not line.strip():
        return
    number = str(finding.position.line)
    column = finding.position.column
    start = len(line) - len(line.lstrip()) if column is None else column - 1
    mark = "~" * (len(line) - start) if column is None else "^"
    room = max(20, console.width - len(_INDENT) - len(number) - 3)
    # A long line is shown from its beginning, or from shortly before the mark.
    cut = 0 if start < room - 1 else start - room // 2
    shown, below = line[cut : cut + room], (" " * start + mark)[cut : cut + room]
    _plain(console, Text(f"{_INDENT}{number} | ", "dim").append(shown, "default"))
    _plain(console, Text(f"{_INDENT}{' ' * len(number)} | ", "dim").append(below, "red"))


def _behind_brackets(report: Report, finding: Finding) -> Finding:
    """The finding at the first line from its own on that says something, as `(` alone does not."""
    place = finding.position
    for line in range(place.line, place.line + _LOOKED_AT):
        here = replace(finding, position=replace(place, line=line))
        if place.column is not None or any(map(str.isalnum, report.source_line(here))):
            return here
    return finding


def _wrapped(console: Console, text: str, mark: str) -> None:
    lines = wrap(
        text,
        width=console.width,
        initial_indent=f"{_INDENT}{mark}",
        subsequent_indent=_INDENT + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        _plain(console, Text(line))


def _plain(console: Console, text: Text) -> None:
    """A line that is never wrapped, so that places can be clicked and lines compared."""
    console.print(text, soft_wrap=True)
