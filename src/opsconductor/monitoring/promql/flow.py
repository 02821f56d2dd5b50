"""Label flow: which series, with which labels and values, each node of an expression may yield."""

from collections.abc import Mapping
from dataclasses import dataclass

from promql_parser import Expr

from opsconductor.monitoring.promql.schema import Schema, Values

NAME = "__name__"


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of series that a node may yield.

    `labels` holds what is known of each label, the name (`__name__`) among them while it is kept;
    a label that is not there is absent, unless the shape is `open`: then it may be anything.
    `metrics` are the series names that the values come from.
    """

    labels: Mapping[str, Values]
    open: bool = False
    metrics: frozenset[str] = frozenset()


ANYTHING = Shape({}, open=True)


@dataclass(frozen=True, slots=True)
class Yield:
    """What a node yields: each of its series fits one of the shapes.

    No shapes at all: it never yields anything. `scalar`: a number (or text), without labels.
    """

    shapes: tuple[Shape, ...]
    scalar: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """What every node of one tree yields."""

    yields: Mapping[int, Yield]

    def __getitem__(self, node: Expr) -> Yield:
        """What a node of the tree yields."""
        return self.yields.get(id(node), Yield((ANYTHING,)))


def flow(tree: Expr, schema: Schema) -> Flow:  # noqa: ARG001  follows with the next commit
    """What each node yields, given the series that exist."""
    return Flow({})
