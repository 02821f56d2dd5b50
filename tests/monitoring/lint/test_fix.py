"""Mechanical remedies change what they name and nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from opsconductor.monitoring.lint.finding import Edit, Finding, Position
from opsconductor.monitoring.lint.fix import fix
from opsconductor.monitoring.lint.reading_kinds import INVALID_RULE


def finding(first: int, last: int, old: str, new: str) -> Finding:
    """A finding with an edit."""
    return Finding(
        kind=INVALID_RULE,
        position=Position("f", first),
        subject="s",
        explanation="e",
        edit=Edit(first, last, old, new),
    )


def test_an_edit_takes_place_on_its_lines_only() -> None:
    """The same text on other lines stays."""
    text = "a: 1\r\na: 1\na: 1\n"
    done = fix(text, [finding(2, 2, "1", "2")])
    assert done.text == "a: 1\r\na: 2\na: 1\n"
    assert len(done.applied) == 1


def test_equal_edits_take_one_occurrence_each() -> None:
    """Two findings of the same spelling change two places, not one place twice."""
    done = fix("x x x\n", [finding(1, 1, "x", "xx"), finding(1, 1, "x", "xx")])
    assert done.text == "xx xx x\n"


def test_of_overlapping_edits_the_second_is_left() -> None:
    """Nothing is changed that somebody else has just changed."""
    done = fix("abcd\n", [finding(1, 1, "abc", "A"), finding(1, 1, "cd", "C")])
    assert done.text == "Ad\n"
    assert [one.edit.old for one in done.left if one.edit] == ["cd"]


def test_what_is_not_there_is_left() -> None:
    """An edit whose old text, or whose lines, do not exist changes nothing."""
    edits = [finding(1, 1, "y", "z"), finding(9, 9, "x", "z"), finding(1, 1, "", "z")]
    done = fix("x\n", edits)
    assert (done.text, done.applied, len(done.left)) == ("x\n", (), 3)


def test_an_edit_may_span_lines() -> None:
    """The old text may hold line ends."""
    assert fix("a\nb\nc\n", [finding(1, 2, "a\nb", "x")]).text == "x\nc\n"


LINES = st.text(alphabet="abc\r\n", max_size=30)


@settings(deadline=None)
@given(LINES, st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["a", "b", "ab"])), max_size=5))
def test_everything_else_stays_byte_for_byte(text: str, edits: list[tuple[int, str]]) -> None:
    """Taking the new texts out again gives what was left of the old one."""
    done = fix(text, [finding(line, line, old, "<>") for line, old in edits])
    removed = sum(len(one.edit.old) for one in done.applied if one.edit)
    rest = done.text.replace("<>", "")
    assert len(rest) == len(text) - removed
    letters = iter(text)
    assert all(character in letters for character in rest), "in the old order"
