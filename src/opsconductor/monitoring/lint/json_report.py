"""The report as JSON for programs. Fields are added over time, and never change their meaning."""

from typing import Any

from opsconductor.monitoring.lint.finding import Finding, Level
from opsconductor.monitoring.lint.pages import page_path
from opsconductor.monitoring.lint.report import Report

VERSION = 1
"""Grows only when a field changes its meaning."""


def json_report(report: Report, least: Level) -> dict[str, Any]:
    """The report with findings of the level `least` or worse; suppressed ones have a list."""
    counts = report.counts
    return {
        "version": VERSION,
        "against": report.against,
        "summary": {
            "files": counts.files,
            "rules": counts.rules,
            "panels": counts.panels,
            "slos": counts.slos,
            "expressions": counts.expressions,
            **{f"{level.value}s": report.count(level) for level in Level},
            "suppressed": len(report.suppressed),
            "verdict": report.verdict,
        },
        "findings": [_finding(report, one) for one in report.at_least(least)],
        "suppressed": [
            {**_finding(report, one.finding), "reason": one.reason} for one in report.suppressed
        ],
        "skipped": [{"file": one.file, "reason": one.reason} for one in report.skipped],
    }


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    place, edit = finding.position, finding.edit
    return {
        "id": finding.kind.id,
        "level": finding.kind.level.value,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "subject": finding.subject,
        "title": finding.kind.title,
        "explanation": finding.explanation,
        "remedy": finding.advice,
        "source": report.source_line(finding),
        "page": page_path(finding.kind),
        "edit": None
        if edit is None
        else {"first": edit.first, "last": edit.last, "old": edit.old, "new": edit.new},
    }
