"""What a tool prints is kept in lines, without secrets, and within the cap."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.automation.outcome import Findings, Table
from opsconductor.automation.output import Output
from opsconductor.automation.redaction import Redactor

SECRET = "s3cr3t-värde"


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data in pieces, cut at the given places."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(places)]


@given(
    before=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40),
    after=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40),
    cuts=st.lists(st.integers(0, 200), max_size=20),
)
def test_a_secret_is_found_wherever_the_stream_is_cut(
    before: str, after: str, cuts: list[int]
) -> None:
    """However the bytes arrive, on either stream, no line holds the secret."""
    for stream in ("stdout", "stderr"):
        seen: list[tuple[str, str]] = []
        redactor = Redactor([SECRET])
        output = Output(100_000, redactor, lambda *line: seen.append(line))  # noqa: B023  called here
        for chunk in chunks(f"{before}{SECRET}{after}\n".encode(), cuts):
            output.feed(stream, chunk)
        output.close()
        assert SECRET not in output.text()
        assert seen == [(stream, output.text())]
        assert redactor.used


@given(limit=st.integers(1, 60), cuts=st.lists(st.integers(0, 200), max_size=10))
def test_a_secret_that_straddles_the_cap_leaves_no_part(limit: int, cuts: list[int]) -> None:
    """Wherever the cap falls, not even the first characters of the secret are kept."""
    output = Output(limit, Redactor([SECRET]))
    for chunk in chunks(f"{'.' * 20}{SECRET}{'.' * 200}".encode(), cuts):
        output.feed("stdout", chunk)
    output.close()
    assert output.truncated
    assert len(output.text().encode()) <= limit
    assert "s3" not in output.text()


def test_memory_is_bounded_whatever_is_printed() -> None:
    """After the cap nothing more is kept, line breaks or not."""
    for piece in (b"x" * 65_536, b"x\n" * 32_768, b"\xff" * 65_536, b"\n" * 65_536):
        output = Output(1000, Redactor())
        for _ in range(100):
            output.feed("stdout", piece)
            output.feed("stderr", piece)
        output.close()
        assert output.truncated
        assert len(output.text().encode()) <= 1000
        assert sum(len(partial) for partial in output._partial.values()) <= 1000


def test_what_fits_the_cap_is_whole() -> None:
    """Output of exactly the cap is not called truncated."""
    output = Output(6, Redactor())
    output.feed("stdout", b"ab\ncd\n")
    output.close()
    assert (output.text(), output.truncated) == ("ab\ncd", False)


def test_streams_are_kept_apart_and_in_order() -> None:
    """A half line of one stream does not run into a line of the other."""
    output = Output(1000, Redactor())
    output.feed("stdout", b"one ")
    output.feed("stderr", b"oops\n")
    output.feed("stdout", b"two\n")
    output.close()
    assert output.text() == "oops\none two"
    assert output.lines("stdout") == ("one two",)
    assert output.lines("stderr") == ("oops",)


def test_control_characters_are_dropped_before_the_search() -> None:
    """A dropped character cannot join the halves of a secret, nor colour a terminal."""
    redactor = Redactor(["hunter2"])
    assert redactor.line("hun\x00ter2") == "[redacted]"
    assert redactor.line("\x1b[31mred\tx") == "[31mred\tx"


def test_the_longest_secret_goes_first() -> None:
    """A secret that contains another leaves no rest behind."""
    assert Redactor(["hunter", "hunter2"]).line("pw hunter2") == "pw [redacted]"


@pytest.mark.parametrize(
    ("pattern", "line", "wanted"),
    [
        (r"key=\S+", "a key=abc b", "a [redacted] b"),
        (r"key=(?P<secret>\S+)", "a key=abc b", "a key=[redacted] b"),
        (r"key=(?P<secret>\d+)?", "key=abc", "[redacted]abc"),
    ],
)
def test_a_pattern_hides_its_secret_group_or_all(pattern: str, line: str, wanted: str) -> None:
    """The group named `secret` is hidden where it took part, else the whole match."""
    redactor = Redactor(patterns=[pattern])
    assert redactor.line(line) == wanted
    assert redactor.used


def test_facts_and_tables_hold_no_secret() -> None:
    """What a tool found out goes through the same sieve as what it printed."""
    findings = Findings(
        {"name": f"x{SECRET}", "count": 3},
        Table(("value",), ((SECRET,), (None,))),
        output=f"a\n{SECRET}",
    )
    hidden = Redactor([SECRET]).findings(findings)
    assert hidden.facts == {"name": "x[redacted]", "count": 3}
    assert hidden.table == Table(("value",), (("[redacted]",), (None,)))
    assert hidden.output == "a\n[redacted]"


def test_nothing_hidden_is_not_called_redacted() -> None:
    """`used` is true only if something was replaced."""
    redactor = Redactor(["hunter2", ""], [r"key=\S+"])
    assert redactor.text("plain\ntext") == "plain\ntext"
    assert not redactor.used
