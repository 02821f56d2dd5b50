"""Samples as Prometheus's remote-write protocol has them, stale markers included.

The protocol's messages are three nested repeated fields. All samples of a series have the same
length, so that the numbers are laid into a row of samples without them, one byte of each at a
time: a tenth of a microsecond a sample. Snappy allows uncompressed literals, and on loopback there
is nothing to gain from more.
"""

import struct
import sys
from array import array
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
_DOUBLE = 8
_BEFORE = 3
"""Bytes of a sample before its number: the field, its length, and the number's own field."""


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
    row, length = _row(tuple(one.instants)) if one.instants else (b"", 1)
    samples = bytearray(row)
    numbers = bytearray(_numbers(one.values))
    for number, value in enumerate(one.values):
        if value is None:
            numbers[number * _DOUBLE : (number + 1) * _DOUBLE] = STALE
    for place in range(_DOUBLE):
        samples[_BEFORE + place :: length] = numbers[place::_DOUBLE]
    return labels + samples


def _numbers(values: Iterable[float | None]) -> bytes:
    numbers = array("d", [0.0 if value is None else value for value in values])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


@lru_cache(maxsize=64)  # every series of a rule has the same instants
def _row(instants: tuple[int, ...]) -> tuple[bytes, int]:
    """Samples whose numbers are not there yet, and the length of each."""
    times = [_varint(instant) for instant in instants]
    longest = max(map(len, times))
    if min(map(len, times)) < longest:
        # A varint may be longer than it must be; so all are as long as the longest.
        times = [_padded(time, longest) for time in times]
    head = b"\x12%c\x09" % (10 + longest) + bytes(_DOUBLE) + b"\x10"
    return b"".join([head + time for time in times]), len(head) + longest


def _padded(varint: bytes, length: int) -> bytes:
    missing = length - len(varint)
    if not missing:
        return varint
    last = bytes([varint[-1] | _CONTINUES])
    return varint[:-1] + last + bytes([_CONTINUES]) * (missing - 1) + b"\x00"


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
