"""How explanations name expressions, labels and values."""

from collections.abc import Iterable

from promql_parser import Expr, Matcher

from opsconductor.monitoring.lint.source import shortened
from opsconductor.monitoring.promql.shape import NAME, Shape
from opsconductor.monitoring.promql.yields import Yield

_LISTED = 8


def expression(node: Expr) -> str:
    """The node on one line, in backquotes."""
    return f"`{shortened(node.prettify())}`"


def matcher(one: Matcher) -> str:
    """A matcher as it is written, in backquotes."""
    return f"`{shortened(str(one))}`"


def listed(words: Iterable[str]) -> str:
    """Some words in order: `a, b and c`; a long list is cut."""
    every = sorted(words)
    shown = [f"`{shortened(word)}`" for word in every[:_LISTED]]
    if len(every) > _LISTED:
        return f"{', '.join(shown)} and {len(every) - _LISTED} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:]))) or "none"


def labels(vector: Yield) -> str:
    """The labels of a vector's series, for an explanation: `(reason, tool)`."""
    sets = sorted({_labels(shape) for shape in vector.shapes})
    return " or ".join(sets[:2])


def _labels(shape: Shape) -> str:
    names = (name for name in shape.labels if name != NAME and shape.may_have(name))
    return f"({', '.join(sorted(names))})"
