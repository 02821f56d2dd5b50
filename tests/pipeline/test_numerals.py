"""Numbers and durations in words and digits."""

import pytest

from opsconductor.pipeline.numerals import joined_duration, number_at, unit_seconds


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", (5, 1)),
        ("five", (5, 1)),
        ("twenty-five", (25, 1)),
        ("twenty five lines", (25, 2)),
        ("two hundred", (200, 2)),
        ("a hundred", (100, 2)),
        ("a dozen", (12, 2)),
        ("twice", (2, 1)),
        ("disk", None),
        ("a disk", None),
        ("a", None),
        ("9" * 40, None),
        ("٣", None),
    ],
)
def test_a_number_is_read_in_digits_and_in_words(text: str, number: tuple[int, int] | None) -> None:
    """The value and how many words it takes; what is no number is None."""
    assert number_at(tuple(text.split()), 0) == number


@pytest.mark.parametrize(
    ("word", "seconds"),
    [("5s", 5), ("10ms", 0.01), ("2m30s", 150), ("1.5h", 5400), ("2mins", 120), ("5x", None)],
)
def test_a_joined_duration_is_read_in_seconds(word: str, seconds: float | None) -> None:
    """A number joined to its unit is a duration; another word is not."""
    read = joined_duration(word)
    assert read == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(("word", "seconds"), [("seconds", 1), ("min", 60), ("m", None)])
def test_a_unit_of_time_has_its_seconds(word: str, seconds: float | None) -> None:
    """Units are known in singular and plural; a lone `m` may be anything."""
    assert unit_seconds(word) == seconds
