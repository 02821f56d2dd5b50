"""Collects what a tool prints: in lines, without secrets, and never more than the cap."""

from collections.abc import Callable
from typing import Literal

from opsconductor.automation.redaction import Redactor

Stream = Literal["stdout", "stderr"]
OnLine = Callable[[str, str], None]
"""Called with the stream's name and a line, as lines come."""


class Output:
    """The output of one run, both streams under one cap of `limit` bytes.

    Bytes are taken in any chunks; a line is redacted only when it is whole, so that a secret that
    straddles two chunks is found. What comes after the cap, and a margin in which a secret that
    straddles the cap is recognised, is dropped: memory is bounded whatever the tool prints.
    """

    def __init__(self, limit: int, redactor: Redactor, on_line: OnLine | None = None) -> None:
        self._redactor = redactor
        self._on_line = on_line
        self._limit = limit
        self._unread = limit + redactor.reach
        self._unwritten = limit
        self._partial: dict[Stream, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        self._lines: list[tuple[Stream, str]] = []
        self.truncated = False

    def feed(self, stream: Stream, chunk: bytes) -> None:
        """Take what the tool wrote."""
        kept = chunk[: self._unread]
        self._unread -= len(kept)
        self.truncated = self.truncated or len(kept) < len(chunk)
        partial = self._partial[stream]
        partial += kept
        if b"\n" in kept:
            *whole, rest = bytes(partial).split(b"\n")
            for line in whole:
                self._write(stream, line, ended=True)
            self._partial[stream] = bytearray(rest)

    def close(self) -> None:
        """Take the last lines, which no line break ended."""
        for stream, partial in self._partial.items():
            if partial:
                self._write(stream, bytes(partial), ended=False)
                partial.clear()

    def lines(self, stream: Stream) -> tuple[str, ...]:
        """The lines of one stream so far."""
        return tuple(text for name, text in self._lines if name == stream)

    def text(self) -> str:
        """Both streams in the order in which their lines ended."""
        return "\n".join(text for _, text in self._lines)

    def _write(self, stream: Stream, raw: bytes, *, ended: bool) -> None:
        if self._unwritten <= 0:
            self.truncated = True
            return
        line = self._redactor.line(raw.decode(errors="replace").removesuffix("\r"))
        encoded = line.encode()
        if len(encoded) > self._unwritten:
            self.truncated = True
            line = encoded[: self._unwritten].decode(errors="ignore")
        self._unwritten -= len(encoded) + ended
        self._lines.append((stream, line))
        if self._on_line:
            self._on_line(stream, line)
