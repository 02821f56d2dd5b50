"""The report as SARIF 2.1.0 (OASIS), which code hosts and editors read."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.fix import Change, changes
from opsconductor.monitoring.lint.pages import page
from opsconductor.monitoring.lint.report import Report
from opsconductor.monitoring.lint.suppression import Suppressed

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "opsconductorLint/v1"
"""Stays the same while a finding moves up and down in its file."""


def sarif(
    report: Report, kinds: Iterable[Kind], *, version: str, pages: str, least: Level
) -> dict[str, Any]:
    """The report as a SARIF log with one run.

    `version` is the tool's; `pages` the absolute address of the folder with the kinds' pages.
    """
    known = sorted(kinds, key=lambda kind: kind.id)
    index = {kind.id: number for number, kind in enumerate(known)}
    results = _Results(report, index)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "opsconductor lint",
                        "version": version,
                        "semanticVersion": version,
                        "informationUri": f"{pages}/README.md",
                        "rules": [_rule(kind, pages) for kind in known],
                    }
                },
                "invocations": [{"executionSuccessful": not report.unreadable}],
                "columnKind": "unicodeCodePoints",
                "results": [
                    *(results.result(one) for one in report.at_least(least)),
                    *(results.suppressed(one) for one in report.suppressed),
                ],
                "properties": {"verdict": report.verdict, "against": report.against},
            }
        ],
    }


def _rule(kind: Kind, pages: str) -> dict[str, Any]:
    return {
        "id": kind.id,
        "name": "".join(word.capitalize() for word in kind.id.split("-")),
        "shortDescription": {"text": kind.title},
        "fullDescription": {"text": kind.why},
        "help": {"text": kind.remedy, "markdown": page(kind)},
        "helpUri": f"{pages}/{kind.id}.md",
        "defaultConfiguration": {"level": kind.level.value},
    }


class _Results:
    def __init__(self, report: Report, index: dict[str, int]) -> None:
        self._report, self._index = report, index
        self._seen: Counter[str] = Counter()
        self._changes = {
            id(change.finding): change
            for file, text in report.texts.items()
            for change in changes(
                text, (one for one in report.findings if one.position.file == file)
            )[0]
        }

    def suppressed(self, one: Suppressed) -> dict[str, Any]:
        return {
            **self.result(one.finding),
            "suppressions": [{"kind": "inSource", "justification": one.reason}],
        }

    def result(self, finding: Finding) -> dict[str, Any]:
        line = self._report.source_line(finding)
        region: dict[str, Any] = {"startLine": finding.position.line, "snippet": {"text": line}}
        if finding.position.column is not None:
            region["startColumn"] = finding.position.column
        found: dict[str, Any] = {
            "ruleId": finding.kind.id,
            "ruleIndex": self._index[finding.kind.id],
            "level": finding.kind.level.value,
            "message": {
                "text": f"{finding.subject}: {finding.explanation} {finding.advice}".strip()
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": _artifact(finding.position.file),
                        "region": region,
                    },
                    "logicalLocations": [{"fullyQualifiedName": finding.subject}],
                }
            ],
            "partialFingerprints": {FINGERPRINT: self._fingerprint(finding, line)},
        }
        change = self._changes.get(id(finding))
        if change is not None:
            found["fixes"] = [self._fix(finding, change)]
        return found

    def _fingerprint(self, finding: Finding, line: str) -> str:
        parts = (finding.kind.id, finding.position.file, finding.subject, line.strip())
        digest = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
        self._seen[digest] += 1
        return f"{digest}:{self._seen[digest]}"

    def _fix(self, finding: Finding, change: Change) -> dict[str, Any]:
        text = self._report.texts[finding.position.file]
        start, end = _place(text, change.start), _place(text, change.end)
        return {
            "description": {"text": finding.advice},
            "artifactChanges": [
                {
                    "artifactLocation": _artifact(finding.position.file),
                    "replacements": [
                        {
                            "deletedRegion": {
                                "startLine": start[0],
                                "startColumn": start[1],
                                "endLine": end[0],
                                "endColumn": end[1],
                            },
                            "insertedContent": {"text": change.new},
                        }
                    ],
                }
            ],
        }


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a place in the text."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _artifact(file: str) -> dict[str, str]:
    path = PurePath(file)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
