"""Mechanical remedies, applied to a text; everything else stays as it is, byte for byte."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from opsconductor.monitoring.lint.finding import Edit, Finding

_LINE = re.compile(r"[^\n\r\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029]|$)")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after its remedies: whose were applied, and whose could not be."""

    text: str
    applied: tuple[Finding, ...]
    left: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A remedy in its place: `new` instead of the characters from `start` to before `end`."""

    start: int
    end: int
    new: str
    finding: Finding


def fix(text: str, findings: Iterable[Finding]) -> Fixed:
    """Apply the edits of one text's findings.

    Edits are placed in the text as it was given. Two equal ones take one occurrence each; of two
    that overlap the first in the text wins, and the other is left for the next time. An edit whose
    old text is not on its lines is left too.
    """
    placed, left = changes(text, findings)
    return Fixed(_changed(text, placed), tuple(one.finding for one in placed), tuple(left))


def changes(text: str, findings: Iterable[Finding]) -> tuple[list[Change], list[Finding]]:
    """Where the edits of one text's findings take place, and the findings whose cannot."""
    starts = [found.start() for found in _LINE.finditer(text)]
    placed: list[Change] = []
    left: list[Finding] = []
    for finding in findings:
        if finding.edit is None:
            continue
        change = _placed(text, starts, finding, finding.edit, placed)
        if change is None:
            left.append(finding)
        else:
            placed.append(change)
    return placed, left


def _placed(
    text: str, starts: list[int], finding: Finding, edit: Edit, taken: list[Change]
) -> Change | None:
    """The first occurrence on the edit's lines that no other change has."""
    if not edit.old or edit.old == edit.new or not 0 < edit.first <= edit.last:
        return None
    start = starts[edit.first - 1] if edit.first <= len(starts) else len(text)
    limit = starts[edit.last] if edit.last < len(starts) else len(text)
    place = text.find(edit.old, start, limit)
    while place >= 0:
        end = place + len(edit.old)
        if not any(place < one.end and one.start < end for one in taken):
            return Change(place, end, edit.new, finding)
        place = text.find(edit.old, place + 1, limit)
    return None


def _changed(text: str, placed: list[Change]) -> str:
    parts, place = [], 0
    for one in sorted(placed, key=lambda change: change.start):
        parts += [text[place : one.start], one.new]
        place = one.end
    return "".join([*parts, text[place:]])
