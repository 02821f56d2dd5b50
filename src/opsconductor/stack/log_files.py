"""The processes' log files: written by the processes themselves, bounded by the supervisor."""

import shutil
from pathlib import Path
from typing import BinaryIO

LIMIT_BYTES = 10 * 1024 * 1024
"""A file that grew beyond this becomes `<name>.log.1`; a process thus keeps twice this at most,
plus what it writes between two looks."""


class LogFiles:
    """One `<process>.log` each, in one folder."""

    def __init__(self, folder: Path, limit: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit = limit

    def path(self, process: str) -> Path:
        """Where the process's lines are."""
        return self._folder / f"{process}.log"

    def open(self, process: str) -> BinaryIO:
        """The file to hand to the process. Appending is what lets it be cut while in use."""
        return self.path(process).open("ab")

    def rotate(self) -> None:
        """Keep a copy of each file that is over the limit, and cut it.

        The process goes on writing into the same file; a line that it writes between the copy and
        the cut is lost.
        """
        for path in self._folder.glob("*.log"):
            if path.stat().st_size > self._limit:
                shutil.copyfile(path, path.with_suffix(".log.1"))
                with path.open("r+b") as file:
                    file.truncate(0)

    def tail(self, process: str, lines: int = 8) -> str:
        """The last lines that the process wrote."""
        path = self.path(process)
        if not path.exists():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16_384))
            text = file.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])
