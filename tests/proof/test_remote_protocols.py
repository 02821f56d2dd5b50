"""Remote write and remote read, byte by byte where it matters."""

import struct

import pytest

from opsconductor.proof.remote_read import NOTHING, names_asked_for, uncompressed
from opsconductor.proof.remote_write import WrittenSeries, write_request

STALE_BITS = 0x7FF0000000000002


def literal(body: bytes) -> bytes:
    """A short text as Snappy has it: its length, one literal."""
    return bytes([len(body), (len(body) - 1) << 2]) + body


def test_a_request_holds_labels_numbers_and_times() -> None:
    """The protocol's bytes for one sample of one series, worked out by hand."""
    body = uncompressed(write_request([WrittenSeries({"__name__": "m"}, [5], [1.0])]))
    label = b"\x0a\x0d" + b"\x0a\x08__name__" + b"\x12\x01m"
    sample = b"\x12\x0b" + b"\x09" + struct.pack("<d", 1.0) + b"\x10\x05"
    series = label + sample
    assert body == b"\x0a" + bytes([len(series)]) + series


def test_none_is_written_as_the_stale_marker() -> None:
    """Not as any NaN: only these bits end a series."""
    body = uncompressed(write_request([WrittenSeries({"__name__": "m"}, [5], [None])]))
    assert struct.pack("<Q", STALE_BITS) in body


def test_a_large_request_survives_its_framing() -> None:
    """Beyond 64 kB there are several literals; times take six bytes."""
    instants = range(1_700_000_000_000, 1_700_000_000_000 + 30_000 * 9_000, 30_000)
    series = WrittenSeries({"__name__": "m"}, instants, [1.5] * 9_000)
    body = uncompressed(write_request([series]))
    assert body.count(struct.pack("<d", 1.5)) == 9_000


def test_times_of_different_lengths_are_written_right() -> None:
    """Samples around a time at which one byte more is needed keep their times and numbers."""
    series = WrittenSeries({"__name__": "m"}, [127, 128, 20_000], [1.0, None, 3.0])
    body = uncompressed(write_request([series]))
    sample = b"\x12\x0d\x09%b\x10%b"
    assert body.endswith(
        sample % (struct.pack("<d", 1.0), b"\xff\x80\x00")
        + sample % (struct.pack("<Q", STALE_BITS), b"\x80\x81\x00")
        + sample % (struct.pack("<d", 3.0), b"\xa0\x9c\x01")
    )


def test_copies_are_followed() -> None:
    """`abcabcabc` as a literal of three and a copy of six from three before."""
    assert uncompressed(b"\x09\x08abc" + b"\x09\x03") == b"abcabcabc"
    assert uncompressed(b"\x09\x08abc" + b"\x16\x03\x00") == b"abcabcabc"


def test_a_body_that_is_cut_off_is_refused() -> None:
    """A length that does not come out is no Snappy."""
    with pytest.raises(ValueError, match="Snappy"):
        uncompressed(b"\x09\x08abc")


def test_nothing_is_one_empty_result() -> None:
    """What hides a recorded series is an answer, not an error."""
    assert uncompressed(NOTHING) == b"\x0a\x00"


def test_the_names_of_a_read_request_are_seen() -> None:
    """Only an exact match of the name counts; other matchers and patterns do not."""
    name = b"\x12\x08__name__\x1a\x01m"
    pattern = b"\x08\x02\x12\x08__name__\x1a\x01x"
    job = b"\x12\x03job\x1a\x01y"
    matchers = b"".join(b"\x1a" + bytes([len(one)]) + one for one in (name, pattern, job))
    query = b"\x08\x01\x10\x02" + matchers
    request = b"\x0a" + bytes([len(query)]) + query
    assert names_asked_for(literal(request)) == {b"m"}
