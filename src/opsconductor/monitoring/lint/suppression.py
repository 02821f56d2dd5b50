"""Inline suppressions: `# lint: disable=<id>[,<id>] -- reason`.

In YAML it is a comment. Before the first key it holds for the whole file; inside a rule, behind
one of its lines or directly above it, for the rule; elsewhere in a group, for the group. In a
dashboard the last line of a panel's description says the same without the `#`, for the panel; that
of the dashboard's description, for the dashboard.

A suppression without a reason, of an unknown id, or that suppresses nothing is itself a finding.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.lint.finding import Example, Finding, Kind, Level, Position

_MARK = re.compile(r"lint:\s*disable\b\s*=?(?P<rest>.*)", re.DOTALL)
_REASON = re.compile(r"(?:^|\s)--\s*")


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings of `ids` on the lines `first` to `last` are not reported, because of `reason`."""

    ids: tuple[str, ...]
    reason: str
    position: Position
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that somebody chose not to be told of."""

    finding: Finding
    reason: str


def suppression(text: str, position: Position, first: int, last: int) -> Suppression | None:
    """What a comment or a description's last line suppresses on the lines `first` to `last`.

    None for a text that is no suppression. One without a reason has an empty reason.
    """
    found = _MARK.match(text.strip().lstrip("#").strip())
    if found is None:
        return None
    named, *reason = _REASON.split(found["rest"], maxsplit=1)
    ids = tuple(named.replace(",", " ").split())
    return Suppression(ids, "".join(reason).strip(), position, first, last)


def described(description: str, position: Position, first: int, last: int) -> Suppression | None:
    """The suppression in the last line of a panel's or dashboard's description, if there is one."""
    lines = description.rstrip().splitlines()
    return suppression(lines[-1], position, first, last) if lines else None


def apply(
    findings: Iterable[Finding], suppressions: Sequence[Suppression], known: Collection[str]
) -> tuple[list[Finding], list[Suppressed]]:
    """The findings that stay, with those about the suppressions themselves, and the others."""
    stay: list[Finding] = []
    away: list[Suppressed] = []
    used: set[tuple[Position, str]] = set()
    for finding in findings:
        by = next((one for one in suppressions if _covers(one, finding)), None)
        if by is None:
            stay.append(finding)
        else:
            used.add((by.position, finding.kind.id))
            away.append(Suppressed(finding, by.reason))
    for one in suppressions:
        stay.extend(_complaints(one, known, used))
    return stay, away


def _covers(one: Suppression, finding: Finding) -> bool:
    return (
        bool(one.reason)
        and one.position.file == finding.position.file
        and one.first <= finding.position.line <= one.last
        and finding.kind.id in one.ids
    )


def _complaints(
    one: Suppression, known: Collection[str], used: set[tuple[Position, str]]
) -> Iterator[Finding]:
    def complaint(kind: Kind, explanation: str) -> Finding:
        return Finding(
            kind=kind, position=one.position, subject="suppression", explanation=explanation
        )

    if not one.reason or not one.ids:
        said = "It has no reason, so it suppresses nothing." if one.ids else "It names no finding."
        yield complaint(WITHOUT_REASON, said)
        return
    for name in one.ids:
        if name not in known:
            yield complaint(UNKNOWN, f"There is no finding `{name}`.")
        elif (one.position, name) not in used:
            where = f"lines {one.first} to {one.last}" if one.first < one.last else "its line"
            yield complaint(UNUSED, f"There is no `{name}` on {where}.")


def _example(comment: str) -> Example:
    return Example(f"""\
groups:
- name: example
  rules:
  {comment}
  - record: up_total
    expr: sum by (service) (up)
""")


_GOOD = _example("# lint: disable=recording-name -- dashboards of other teams read this name")

WITHOUT_REASON = Kind(
    id="suppression-without-reason",
    title="A suppression without a reason",
    level=Level.WARNING,
    why=(
        "A finding that is switched off stays off for years; without a reason nobody can tell "
        "whether it still should be. A suppression without one has no effect."
    ),
    remedy="Write `# lint: disable=<id> -- <reason>`.",
    bad=_example("# lint: disable=recording-name"),
    good=_GOOD,
)

UNKNOWN = Kind(
    id="unknown-suppression",
    title="A suppression of a finding that does not exist",
    level=Level.WARNING,
    why="A misspelt id suppresses nothing, while the reader believes that it does.",
    remedy="Correct the id; `opsconductor lint --list` has them all.",
    bad=_example("# lint: disable=recording-names -- dashboards of other teams read this name"),
    good=_GOOD,
)

UNUSED = Kind(
    id="unused-suppression",
    title="A suppression that suppresses nothing",
    level=Level.WARNING,
    why=(
        "The mistake that it was written for is gone. Left behind, it would hide the next one of "
        "its kind."
    ),
    remedy="Remove the suppression.",
    bad=Example("""\
groups:
- name: example
  rules:
  # lint: disable=recording-name -- dashboards of other teams read this name
  - record: service:up:sum
    expr: sum by (service) (up)
"""),
    good=_GOOD,
)

KINDS: tuple[Kind, ...] = (WITHOUT_REASON, UNKNOWN, UNUSED)
