"""The lines of a large text that comes in pieces, and the error of a metrics page."""

from collections.abc import Iterable, Iterator, Mapping

LONGEST_LINE = 1_000_000
"""Characters; a line that is longer is no sample."""
TOO_LONG = f"a line of more than {LONGEST_LINE} characters; this is no metrics page"
_EXCERPT = 80

_COMPRESSED: Mapping[bytes, str] = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"PK\x03\x04": "zip",
}


class MetricsPageError(ValueError):
    """A page that cannot be read: which file and line, what is wrong, and the text."""

    def __init__(self, source: str, line: int, message: str, text: str = "") -> None:
        shown = text.strip()
        shown = shown if len(shown) <= _EXCERPT else f"{shown[:_EXCERPT]}…"
        super().__init__(f"{source}:{line}: {message}{f': {shown!r}' if shown else ''}")
        self.source = source
        self.line = line
        self.message = message
        self.text = shown


def lines(chunks: Iterable[bytes], source: str) -> Iterator[str]:
    """The chunks' lines, without their ends; at no time more than a chunk and a line are held.

    Raises `MetricsPageError` for what is no text.
    """
    rest, number, started = b"", 0, False
    for chunk in chunks:
        data = rest + chunk
        if not started and len(data) < len(b"\xfd7zXZ"):
            rest = data
            continue
        if not started:
            data = _checked_start(data, source)
            started = True
        whole, _, rest = data.rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise MetricsPageError(source, number + whole.count(b"\n") + 2, TOO_LONG)
        if whole:
            for line in _decoded(whole, number, source).split("\n"):
                number += 1
                yield line
        elif len(data) != len(rest):
            number += 1
            yield ""
    if rest:
        yield from _decoded(rest, number, source).split("\n")


def _checked_start(data: bytes, source: str) -> bytes:
    for magic, name in _COMPRESSED.items():
        if data.startswith(magic):
            message = f"this file is compressed with {name}; unpack it first"
            raise MetricsPageError(source, 1, message)
    return data.removeprefix(b"\xef\xbb\xbf")


def _decoded(data: bytes, number: int, source: str) -> str:
    """The text of whole lines after line `number`."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = number + data.count(b"\n", 0, error.start) + 1
        excerpt = data[error.start : error.start + 10].hex(" ")
        raise MetricsPageError(source, line, "not UTF-8 text, but the bytes", excerpt) from None
    if "\0" in text:
        line = number + text.count("\n", 0, text.index("\0")) + 1
        raise MetricsPageError(source, line, "a NUL byte; this is not text")
    return text
