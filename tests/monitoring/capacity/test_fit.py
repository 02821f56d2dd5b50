"""A line goes through what lies on one, and says how far off the rest is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.monitoring.capacity.error import MeasurementsError
from opsconductor.monitoring.capacity.fit import bound, line

SIZES = st.lists(st.integers(1, 10**7), min_size=2, max_size=6, unique=True)
FIGURES = st.floats(1e-6, 1e12)


@given(fixed=st.floats(1, 1e9), each=st.floats(1e-3, 1e6), sizes=SIZES)
def test_points_on_a_line_are_found_again(fixed: float, each: float, sizes: list[int]) -> None:
    """Whatever the line, its own points give it back, with nothing left over."""
    found = line((size, fixed + each * size) for size in sizes)
    assert found.residual < 1e-6
    for size in sizes:
        assert found.at(size) == pytest.approx(fixed + each * size, rel=1e-6)


@given(points=st.lists(st.tuples(st.integers(0, 10**7), FIGURES), min_size=2, max_size=6))
def test_no_line_falls_or_begins_below_nothing(points: list[tuple[int, float]]) -> None:
    """Noise may suggest that more series cost less; a plan never does."""
    if len({size for size, _ in points}) < 2:
        return
    found = line(points)
    assert found.fixed >= 0
    assert found.each >= 0


@given(points=st.lists(st.tuples(st.integers(1, 10**7), FIGURES), min_size=2, max_size=6))
def test_no_point_lies_above_a_bound(points: list[tuple[int, float]]) -> None:
    """What happened once happens at most, and is planned for."""
    if len({size for size, _ in points}) < 2:
        return
    found = bound(points)
    assert all(figure <= found.at(size) * (1 + 1e-9) for size, figure in points)


def test_each_point_counts_by_its_own_magnitude() -> None:
    """A miss of ten per cent is as bad at the smallest size as at the largest."""
    found = line([(10, 1.1), (1000, 100), (100_000, 10_000)])
    assert abs(found.at(10) / 1.1 - 1) < 0.1
    assert abs(found.at(100_000) / 10_000 - 1) < 0.1


def test_the_residual_is_the_largest_distance_of_a_point() -> None:
    """Seen at the point that is furthest from the line, as a share of it."""
    points = [(1.0, 10.0), (2.0, 26.0), (3.0, 30.0)]
    found = line(points)
    furthest = max(abs(found.at(size) / figure - 1) for size, figure in points)
    assert found.residual == pytest.approx(furthest)
    assert found.residual > 0.05


@pytest.mark.parametrize("points", [[], [(5.0, 1.0)], [(5.0, 1.0), (5.0, 2.0)], [(1, 0), (2, 1)]])
def test_what_makes_no_line_is_refused(points: list[tuple[float, float]]) -> None:
    """One size says nothing of another, and a figure of 0 is none; the text says what to do."""
    with pytest.raises(MeasurementsError, match="make bench-storage"):
        line(points)
