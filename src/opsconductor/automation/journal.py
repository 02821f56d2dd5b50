"""The log lines of one run on their way to the store: in batches, and bounded."""

from opsconductor.automation.store import LogLine
from opsconductor.automation.store.record import now

MAX_LINES = 1000
MAX_LINE = 4000
"""Characters kept of one line."""


class Journal:
    """Collects lines, free of secrets.

    `pending` are those that the store does not have yet, from number `first` on.
    """

    def __init__(self) -> None:
        self.first = 0
        self.pending: list[LogLine] = []
        self._dropped = 0

    def add(self, stream: str, text: str) -> None:
        """Take a line; beyond the bound it is only counted."""
        if self.first + len(self.pending) >= MAX_LINES:
            self._dropped += 1
            return
        self.pending.append(LogLine(now(), stream, text[:MAX_LINE]))

    def stored(self, count: int) -> None:
        """The store has the first `count` pending lines."""
        self.first += count
        del self.pending[:count]

    def close(self) -> list[LogLine]:
        """What is left to store at the end of the run."""
        if self._dropped:
            note = f"{self._dropped} further lines were not kept"
            return [*self.pending, LogLine(now(), "service", note)]
        return self.pending
