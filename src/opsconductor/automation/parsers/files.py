"""Reads what df, du, tail and the checksum programs print."""

from opsconductor.automation.outcome import Findings, Finished, Scalar, Table, ToolFailure
from opsconductor.automation.units import size
from opsconductor.contract import Reason

_NOT_ON_DISK = {"tmpfs", "devtmpfs", "squashfs", "efivarfs", "ramfs", "iso9660"}
"""File systems that are full by design or live in memory: none is "a disk"."""
_KIB = 1024
_LARGEST_SHOWN = 10


def df(finished: Finished) -> Findings:
    """`df -P -T -k`: the facts are of the fullest file system on disk, or of the one asked for."""
    rows = [line.split(maxsplit=6) for line in finished.stdout[1:] if line.strip()]
    asked = finished.arguments.get("path") is not None
    shown = [row for row in rows if asked or (row[1] not in _NOT_ON_DISK and _kib(row[2]) > 0)]
    if not shown:
        raise ToolFailure(Reason.UPSTREAM_ERROR, finished.complaint or "no file system was found")
    ranked = sorted(shown, key=lambda row: -_percent(row))
    fullest = ranked[0]
    facts: dict[str, Scalar] = {
        "mount": fullest[6],
        "used_percent": _percent(fullest),
        "size": size(_kib(fullest[2]) * _KIB),
        "used": size(_kib(fullest[3]) * _KIB),
        "free": size(_kib(fullest[4]) * _KIB),
        "size_bytes": _kib(fullest[2]) * _KIB,
        "used_bytes": _kib(fullest[3]) * _KIB,
        "free_bytes": _kib(fullest[4]) * _KIB,
        "file_systems": len(ranked),
    }
    table = Table(
        ("mount", "type", "size", "used", "free", "used_percent"),
        tuple(
            (
                row[6],
                row[1],
                *(size(_kib(number) * _KIB) for number in row[2:5]),
                _percent(row),
            )
            for row in ranked
        ),
    )
    return Findings(facts, table)


def _kib(shown: str) -> int:
    return int(shown) if shown.isdigit() else 0  # "-" where the file system does not tell


def _percent(row: list[str]) -> int:
    shown = row[5].removesuffix("%")
    return int(shown) if shown.isdigit() else 0


def du(finished: Finished) -> Findings:
    """`du -k -d 1`: the sum is the last line, the sub-directories come before it."""
    entries = [line.split("\t", maxsplit=1) for line in finished.stdout if "\t" in line]
    path = finished.arguments["path"]
    if not entries or entries[-1][1] != path:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR, finished.complaint or f"{path} has too many sub-directories"
        )
    total = int(entries[-1][0]) * _KIB
    parts = sorted(entries[:-1], key=lambda entry: -int(entry[0]))
    facts: dict[str, Scalar] = {
        "path": path,
        "size": size(total),
        "size_bytes": total,
        "subdirectories": len(parts),
        "unreadable": len(finished.stderr),
    }
    table = Table(
        ("directory", "size"),
        tuple((name, size(int(count) * _KIB)) for count, name in parts[:_LARGEST_SHOWN]),
    )
    return Findings(facts, table)


def tail(finished: Finished) -> Findings:
    """`tail`: the lines are the table; the newest is a fact."""
    lines = finished.stdout
    facts: dict[str, Scalar] = {
        "path": finished.arguments["path"],
        "lines": len(lines),
        "newest": lines[-1] if lines else "(the file is empty)",
    }
    return Findings(facts, Table(("line",), tuple((line,) for line in lines)))


def checksum(finished: Finished) -> Findings:
    """`sha256sum` and its sisters; a backslash before the digest tells of an escaped name."""
    digest = finished.stdout[0].split()[0].removeprefix("\\")
    return Findings(
        {
            "path": finished.arguments["path"],
            "algorithm": finished.arguments["algorithm"],
            "checksum": digest,
        }
    )
