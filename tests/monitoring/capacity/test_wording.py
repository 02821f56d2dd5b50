"""Figures read as people write them."""

import pytest

from opsconductor.monitoring.capacity.wording import (
    bytes_text,
    figures,
    share_text,
    time_text,
    times_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.8444, "1.84"),
        (2.0, "2"),
        (48_712, "48,700"),
        (0.04321, "0.0432"),
    ],
)
def test_three_digits_are_kept(value: float, text: str) -> None:
    """More would claim more than was measured."""
    assert figures(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(12, "12 B"), (1e3, "1 kB"), (1.5e9, "1.5 GB"), (62.4e9, "62.4 GB"), (1e12, "1 TB")],
)
def test_bytes_are_in_powers_of_ten(value: float, text: str) -> None:
    """As disks are sold."""
    assert bytes_text(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.035, "35 ms"), (1.5, "1.5 s"), (90, "90 s"), (150, "2.5 min"), (3 * 3600, "3 h"),
        (15 * 86_400, "15 d"),
    ],
)  # fmt: skip
def test_times_are_in_the_unit_that_is_said(seconds: float, text: str) -> None:
    """Nobody says 0.0417 hours."""
    assert time_text(seconds) == text


def test_shares_are_of_a_core_until_there_are_several() -> None:
    """4.3 % of one, 3.2 of them."""
    assert share_text(0.043) == "4.3 % of a core"
    assert share_text(3.2) == "3.2 cores"
    assert share_text(1) == "1 core"


def test_factors_are_said_in_the_direction_that_is_above_one() -> None:
    """Twelve times less, not 0.083 times more."""
    assert times_text(1 / 12) == "12 times less"
    assert times_text(1.4) == "1.4 times more"
    assert times_text(1) == "the same"
