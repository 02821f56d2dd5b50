"""Reads what apt-get prints."""

import re

from opsconductor.automation.outcome import Findings, Finished, Table

_INSTALLED = re.compile(r"Inst (?P<name>\S+) \[(?P<old>[^\]]+)\] \((?P<new>\S+) (?P<source>.+?) \[")
_SECURITY = re.compile(r"security", re.IGNORECASE)


def apt_simulation(finished: Finished) -> Findings:
    """`apt-get -s dist-upgrade`: one "Inst" line for each package; new packages have no old one."""
    found = [match for match in map(_INSTALLED.match, finished.stdout) if match]
    rows = tuple(
        (match["name"], match["old"], match["new"], bool(_SECURITY.search(match["source"])))
        for match in found
    )
    return Findings(
        {"count": len(rows), "security": sum(row[3] for row in rows)},
        Table(("package", "installed", "available", "security"), rows),
    )
