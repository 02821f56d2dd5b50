"""What a node of an expression yields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opsconductor.monitoring.promql.shape import NAME, Shape, merged


@dataclass(frozen=True, slots=True)
class Yield:
    """What a node yields: each of its series fits one of the shapes.

    No shapes at all: it never yields anything, unless it is a `scalar`: a number or a text, always
    there and without labels. `sparse`: it may yield nothing although all the series that it reads
    exist, since it compares, intersects or asks for absence.
    """

    shapes: tuple[Shape, ...] = ()
    scalar: bool = False
    sparse: bool = False

    @property
    def never(self) -> bool:
        """Whether it certainly yields nothing."""
        return not self.shapes and not self.scalar

    @property
    def metrics(self) -> frozenset[str]:
        """The series names that its samples come from."""
        return frozenset[str]().union(*(shape.metrics for shape in self.shapes))

    def may_have(self, label: str) -> bool:
        """Whether any of its series may have the label."""
        return any(shape.may_have(label) for shape in self.shapes)

    def each(self, change: Callable[[Shape], Shape]) -> "Yield":
        """The same with every shape changed."""
        return yielded((change(shape) for shape in self.shapes), sparse=self.sparse)

    def nameless(self) -> "Yield":
        """The same without the metric's name."""
        return self.each(lambda shape: shape.without((NAME,)))


SCALAR = Yield(scalar=True)


def yielded(shapes: Iterable[Shape], *, sparse: bool = False) -> Yield:
    """A vector of these kinds of series, few enough to go on with."""
    return Yield(merged(shapes), sparse=sparse)
