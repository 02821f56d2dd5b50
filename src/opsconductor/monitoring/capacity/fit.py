"""A straight line through measured points, and how far from it they lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.capacity.error import MeasurementsError

ENOUGH = 2
"""Points that a line needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """`fixed` + `each` times size, as measured up to the size `measured`.

    `residual` is the largest distance of a point from the line, as a share of the point.
    """

    fixed: float
    each: float
    measured: float
    residual: float

    def at(self, size: float) -> float:
        """The figure to expect at a size."""
        return self.fixed + self.each * size

    def beyond(self, size: float) -> float:
        """How many times larger than anything measured the size is; at most 1 is measured."""
        return size / self.measured


def line(points: Iterable[tuple[float, float]]) -> Line:
    """The line with the least squares of relative residuals; neither part is below 0.

    Sizes span decades, and a line that is right for the largest alone may be twice off at the
    smallest; so each point counts by its own magnitude (weighted least squares, weights 1/y²). A
    figure that would fall with size, or be below 0 without any, is noise: such a part is 0. Raises
    `MeasurementsError` where there are fewer than two sizes, or a figure that is not above 0.
    """
    found = sorted(points)
    if len({size for size, _ in found}) < ENOUGH or min(figure for _, figure in found) <= 0:
        raise MeasurementsError(
            "the measured figures make no line: it needs two sizes, and figures above 0; "
            "run 'make bench-storage'"
        )
    fixed, each = _least_squares(found)
    if each < 0:
        fixed, each = _scaled([(1.0, figure) for _, figure in found]), 0.0
    elif fixed < 0:
        fixed, each = 0.0, _scaled(found)
    residual = max(abs(fixed + each * size - figure) / figure for size, figure in found)
    return Line(fixed, each, found[-1][0], residual)


def bound(points: Iterable[tuple[float, float]]) -> Line:
    """The same line raised as a whole until no point lies above it: for what happens at most.

    Raises `MeasurementsError` as `line` does.
    """
    measured = list(points)
    found = line(measured)
    raised = max(figure / found.at(size) for size, figure in measured)
    fixed, each = found.fixed * raised, found.each * raised
    residual = max((fixed + each * size) / figure - 1 for size, figure in measured)
    return Line(fixed, each, found.measured, residual)


def _least_squares(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Intercept and slope by the normal equations of the weighted problem."""
    weights = [1 / figure**2 for _, figure in points]
    total = sum(weights)
    size = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / total
    figure = sum(w * y for w, (_, y) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - size) ** 2 for w, (x, _) in zip(weights, points, strict=True))
    along = sum(w * (x - size) * (y - figure) for w, (x, y) in zip(weights, points, strict=True))
    each = along / spread
    return figure - each * size, each


def _scaled(points: Sequence[tuple[float, float]]) -> float:
    """The factor between size and figure where nothing is fixed, by the same weights."""
    above = sum(size / figure for size, figure in points)
    return above / sum((size / figure) ** 2 for size, figure in points)
