"""Reads what apt prints."""

import re
import time
from pathlib import Path

from opsconductor.automation.outcome import Findings, Finished, Table, ToolFailure
from opsconductor.automation.units import span
from opsconductor.contract import Reason

LISTS = Path("/var/lib/apt/lists")
"""Where apt keeps the lists that it compares the installed packages with."""
_UPGRADABLE = re.compile(
    r"(?P<name>[^/\s]+)/(?P<suites>\S+) (?P<new>\S+) \S+ \[upgradable from: (?P<old>[^\]]+)\]"
)


def apt_list(finished: Finished, lists: Path = LISTS) -> Findings:
    """`apt list --upgradable`: one line for each package.

    Without package lists apt would find every package up to date: that is a failure.
    """
    refreshed = [file.stat().st_mtime for file in lists.glob("*Packages*")]
    if not refreshed:
        raise ToolFailure(
            Reason.UNAVAILABLE,
            f"there are no package lists in {lists} to compare with; run: apt-get update",
        )
    found = [match for match in map(_UPGRADABLE.match, finished.stdout) if match]
    rows = tuple(
        (match["name"], match["old"], match["new"], "-security" in match["suites"])
        for match in found
    )
    newest = _refreshed(lists, max(refreshed))
    return Findings(
        {
            "count": len(rows),
            "security": sum(row[3] for row in rows),
            "lists_age": span(time.time() - newest),
            "lists_age_seconds": round(time.time() - newest),
        },
        Table(("package", "installed", "available", "security"), rows),
    )


def _refreshed(lists: Path, newest: float) -> float:
    """When the lists were last asked for: apt gives a list the time of its making elsewhere."""
    partial = lists / "partial"
    return max(newest, partial.stat().st_mtime) if partial.exists() else newest
