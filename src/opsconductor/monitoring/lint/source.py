"""A document to lint, as it was read: its name and its bytes, and the text in them."""

import re
from dataclasses import dataclass

from opsconductor.monitoring.lint.finding import Position

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML 1.1, section 4.2; in JSON only the first three occur outside strings."""
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1, section 4.1, does not print."""
_PACKED = ((b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_SHOWN = 60


class UnreadableError(Exception):
    """The document cannot be read; `position` and the message say where and why."""

    def __init__(self, position: Position, message: str) -> None:
        super().__init__(f"{position}: {message}")
        self.position = position
        self.message = message


@dataclass(frozen=True, slots=True)
class Source:
    """A document: `name` as the reader knows it (a path, or `-`), and its bytes."""

    name: str
    data: bytes


def text_of(source: Source) -> str:
    """The text without a byte order mark. Raises `UnreadableError` for what is no UTF-8 text."""
    for magic, name in _PACKED:
        if source.data.startswith(magic):
            raise _unreadable(source, 1, f"the file is compressed ({name}); unpack it first")
    if source.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(source, 1, "the file is UTF-16; save it as UTF-8")
    if b"\0" in source.data:
        line = source.data.count(b"\n", 0, source.data.index(b"\0")) + 1
        raise _unreadable(source, line, "the file is binary, not text")
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.data.count(b"\n", 0, error.start) + 1
        wrong = source.data[error.start : error.start + 1].hex()
        raise _unreadable(source, line, f"byte 0x{wrong} is not UTF-8 text") from None
    found = _CONTROL.search(text)
    if found is not None:
        line = len(_BREAK.findall(text[: found.start()])) + 1
        raise _unreadable(source, line, f"the control character {found.group()!r} is in the text")
    return text


def lines_of(text: str) -> tuple[str, ...]:
    """The lines as YAML counts them, without their ends."""
    return tuple(_BREAK.split(text))


def shortened(text: str) -> str:
    """`text` on one line for a message, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _unreadable(source: Source, line: int, message: str) -> UnreadableError:
    return UnreadableError(Position(source.name, line), message)
