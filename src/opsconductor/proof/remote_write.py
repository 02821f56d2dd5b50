"""Samples as Prometheus's remote-write protocol has them, stale markers included.

The protocol's messages are three nested repeated fields; written here by hand they cost a third of
a microsecond a sample. Snappy allows uncompressed literals, and on loopback there is nothing to
gain from more.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

STALE = struct.pack("<Q", 0x7FF0000000000002)
"""The NaN that ends a series, Prometheus's `value.StaleNaN`, as the protocol has it."""
HEADERS = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}
_LITERAL = 65_536
_SERIES, _LABEL, _SAMPLE = b"\x0a", b"\x0a", b"\x12"
_NAME, _VALUE = b"\x0a", b"\x12"
_CONTINUES = 0x80


@dataclass(frozen=True, slots=True)
class WrittenSeries:
    """A series to write: labels with `__name__`; instants in milliseconds, ascending.

    A value of None is a stale marker: from there on the series is gone.
    """

    labels: Mapping[str, str]
    instants: Sequence[int]
    values: Sequence[float | None]


def write_request(series: Iterable[WrittenSeries]) -> bytes:
    """The body of a remote-write request."""
    return _snappy(b"".join(_field(_SERIES, _series(one)) for one in series))


def _series(one: WrittenSeries) -> bytes:
    labels = b"".join(
        _field(_LABEL, _field(_NAME, name.encode()) + _field(_VALUE, value.encode()))
        for name, value in sorted(one.labels.items())
    )
    pack = struct.Struct("<d").pack
    numbers = [STALE if value is None else pack(value) for value in one.values]
    samples = map(_sample, one.instants)
    parts = [
        part
        for (head, tail), number in zip(samples, numbers, strict=True)
        for part in (head, number, tail)
    ]
    return labels + b"".join(parts)


@lru_cache(maxsize=1 << 17)  # every series of a rule has the same instants
def _sample(instant: int) -> tuple[bytes, bytes]:
    """What stands before and after the number of a sample."""
    time = _varint(instant)
    return b"\x12%c\x09" % (10 + len(time)), b"\x10" + time


def _field(tag: bytes, body: bytes) -> bytes:
    return tag + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    if number < 0:
        number += 1 << 64  # as protocol buffers write a negative int64
    out = bytearray()
    while number >= _CONTINUES:
        out.append(number & 0x7F | _CONTINUES)
        number >>= 7
    out.append(number)
    return bytes(out)


def _snappy(body: bytes) -> bytes:
    """The body as Snappy's block format has it, all of it in literals."""
    parts = [_varint(len(body))]
    for start in range(0, len(body), _LITERAL):
        piece = body[start : start + _LITERAL]
        parts += [b"\xf4", struct.pack("<H", len(piece) - 1), piece]
    return b"".join(parts)
