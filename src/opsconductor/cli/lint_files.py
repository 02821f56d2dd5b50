"""The files that lint reads: named, found in folders, or from standard input."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsconductor.cli.lint_options import STDIN
from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.source import Source, UnreadableError

SUFFIXES = frozenset({".yml", ".yaml", ".json"})
LARGEST = 64 * 1024 * 1024
"""Bytes; rule files and dashboards have a thousandth of it."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read; `found` are the names that were found in folders, not given."""

    sources: tuple[Source, ...]
    errors: tuple[UnreadableError, ...]
    found: frozenset[str]


def read(names: Sequence[str]) -> Read:
    """Read every file once, in the order given; one that cannot be read does not stop the rest."""
    sources: dict[str, Source] = {}
    errors: list[UnreadableError] = []
    found: set[str] = set()
    for name in names:
        path = Path(name)
        if name != STDIN and path.is_dir():
            inside = sorted(_inside(path))
            found.update(str(one) for one in inside)
            if not inside:
                said = "the folder has no .yml, .yaml or .json file"
                errors.append(UnreadableError(Position(name, 1), said))
        else:
            inside = [path] if name != STDIN else []
            found.discard(name)
        for one in inside or ([Path(STDIN)] if name == STDIN else []):
            try:
                sources.setdefault(str(one), _source(one))
            except UnreadableError as error:
                errors.append(error)
    return Read(tuple(sources.values()), tuple(errors), frozenset(found))


def _inside(folder: Path) -> Iterator[Path]:
    """Every file of the known suffixes, below hidden folders none."""
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if Path(name).suffix in SUFFIXES and not name.startswith("."):
                yield Path(above) / name


def _source(path: Path) -> Source:
    name = str(path)
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if name == STDIN else _contents(path)
    except OSError as error:
        raise UnreadableError(Position(name, 1), error.strerror or str(error)) from None
    except ValueError as error:  # a NUL in the name
        raise UnreadableError(Position(name, 1), str(error)) from None
    if len(data) > LARGEST:
        said = f"the file has more than {LARGEST // 1024 // 1024} MB"
        raise UnreadableError(Position(name, 1), said)
    return Source(name, data)


def _contents(path: Path) -> bytes:
    """At most a byte more than the limit; of a device, which may never end, nothing."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise OSError(None, "it is no file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)
