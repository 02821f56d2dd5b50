"""What labels an expression's result may have, from its flow."""

from collections.abc import Collection, Iterable

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.promql.flow import NAME, Shape

_EMPTY = frozenset({""})


def shapes(analysis: Analysis) -> tuple[Shape, ...]:
    """Every kind of series that the whole expression may yield."""
    return analysis.flow[analysis.tree].shapes


def possible_labels(analysis: Analysis) -> frozenset[str] | None:
    """Every label, the name left out, that some series may have; None where it could be any."""
    found = shapes(analysis)
    if any(shape.open for shape in found):
        return None
    return frozenset(label for shape in found for label in shape.labels) - {NAME}


def never_alike(
    ones: Iterable[Shape], others: Iterable[Shape], overwritten: Collection[str]
) -> bool:
    """Whether no series of the first can have the labels of one of the second.

    The name and the `overwritten` labels do not tell them apart.
    """
    given = tuple(others)
    return all(_apart(one, other, overwritten) for one in ones for other in given)


def _apart(one: Shape, other: Shape, overwritten: Collection[str]) -> bool:
    for label in (one.labels.keys() | other.labels.keys()) - {NAME, *overwritten}:
        mine, theirs = _values(one, label), _values(other, label)
        if mine is not None and theirs is not None and not mine & theirs:
            return True
    return False


def _values(shape: Shape, label: str) -> frozenset[str] | None:
    """What a label may be, empty for absent; None for anything."""
    values = shape.labels.get(label)
    if values is None:
        return None if shape.open else _EMPTY
    if values.known is None:
        return None
    return values.known | _EMPTY if values.optional else values.known
