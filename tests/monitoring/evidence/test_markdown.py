"""What is written as text comes out as text."""

import pytest

from opsconductor.monitoring.evidence.markdown import percent, prose, table, time


def test_a_sentence_that_ends_with_a_number_begins_no_list() -> None:
    """Wherever the line breaks, "a burn of 1." stays in its paragraph."""
    for before in range(60, 110):
        text = prose(
            f"{'x ' * (before // 2)}{'y' * (before % 2)} is a burn of 1. More words follow."
        )
        assert not any(line.startswith("1. ") for line in text.splitlines()[1:]), before


def test_lines_of_a_source_text_flow_together() -> None:
    """Line breaks and indents of the template are not those of the page."""
    assert prose("- one\n  two  three\n\nfour\nfive") == "- one two three\n\nfour five\n"


def test_figures_are_not_parted_from_their_units() -> None:
    """Right-hand columns hold together; words on the left may wrap."""
    assert table(("a b", "<c", "d"), [("1 s", "2 s", "3 s")]).splitlines() == [
        "| a b | c | d |",
        "| --- | --- | --: |",
        "| 1 s | 2 s | 3\u00a0s |",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "\u2013"),
        (37.6, "37.6 s"),
        (119, "119 s"),
        (120, "2 min"),
        (5400, "90 min"),
        (16200, "4.5 h"),
        (259200, "3 d"),
    ],
)
def test_times_are_said_as_a_person_would(seconds: float | None, said: str) -> None:
    """The unit is the largest of which there are two."""
    assert time(seconds) == said


def test_shares_are_percent() -> None:
    """A share of nothing is not 0 %."""
    assert [percent(0.764), percent(0.00063, 1), percent(None)] == ["76 %", "0.1 %", "\u2013"]
