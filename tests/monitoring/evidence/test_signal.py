"""Pieces of an error ratio add up."""

import pytest

from opsconductor.monitoring.evidence.signal import Piece, failed_until, repeated


def test_a_steady_piece_counts_while_it_lasts() -> None:
    """Before it nothing fails, and after it nothing more."""
    piece = Piece(10, 20, 0.5)
    assert [piece.until(time) for time in (0, 10, 14, 20, 99)] == [0, 0, 2, 5, 5]


def test_a_ramp_fails_half_of_what_its_end_would() -> None:
    """From nothing to everything in 100 seconds is 50 seconds' worth, an eighth of it halfway."""
    ramp = Piece(0, 100, 0, to=1)
    assert ramp.until(100) == pytest.approx(50)
    assert ramp.until(50) == pytest.approx(12.5)


def test_repeated_pieces_keep_their_distance() -> None:
    """Three of them every 60 seconds begin at 0, 60 and 120."""
    pieces = repeated(Piece(0, 5, 1), 60, 3)
    assert [piece.start for piece in pieces] == [0, 60, 120]
    assert failed_until(pieces, 62) == 7


@pytest.mark.parametrize(
    ("start", "end", "ratio", "to"), [(5, 5, 0.1, None), (0, 1, 1.1, None), (0, 1, 0, -0.1)]
)
def test_an_impossible_piece_is_refused(
    start: float, end: float, ratio: float, to: float | None
) -> None:
    """No length, more than all, less than nothing: a mistake in the data."""
    with pytest.raises(ValueError, match=r"no length|not in 0 to 1"):
        Piece(start, end, ratio, to)
