"""`increase()` is computed as Prometheus documents it."""

import pytest

from opsconductor.monitoring.evidence.rate import Grid, Sample, increase

SECOND = 1000


def grown(first: tuple[int, float], last: tuple[int, float], spacing: int, end: int = 60) -> float:
    """The increase over the window from 0 to `end`; all in seconds."""
    return increase(
        Sample(first[0] * SECOND, first[1]),
        Sample(last[0] * SECOND, last[1]),
        spacing * SECOND,
        (0, end * SECOND),
    )


def test_a_window_is_filled_to_its_edges() -> None:
    """55 seconds of samples in a window of 60 count for the whole minute."""
    assert grown((3, 1000), (58, 1055), 5) == pytest.approx(60)


def test_an_edge_far_from_any_sample_gets_half_an_interval() -> None:
    """A series that ends early is not stretched to the window's end."""
    assert grown((0, 1000), (30, 1030), 10) == pytest.approx(35)


def test_a_counter_is_not_stretched_below_zero() -> None:
    """What began at 0 inside the window did not grow before."""
    assert grown((8, 0), (58, 50), 10) == pytest.approx(52)


def test_a_counter_is_stretched_no_further_than_to_zero() -> None:
    """Three errors at the first sample are three seconds' worth of growth before it."""
    assert grown((8, 3), (58, 53), 10) == pytest.approx(55)


def test_what_did_not_grow_has_no_increase() -> None:
    """A steady counter is 0 whatever is stretched."""
    assert grown((8, 7), (58, 7), 10) == 0


@pytest.mark.parametrize(
    ("at", "first", "last"), [(0, 3, -7), (3, 3, 3), (4, 13, 3), (-7, -7, -7), (-8, -7, -17)]
)
def test_a_grid_knows_its_neighbours(at: int, first: int, last: int) -> None:
    """An instant on the grid is its own neighbour, also before 0."""
    grid = Grid(10, 3)
    assert (grid.first(at), grid.last(at)) == (first, last)
