"""Sets of values that a label may have: met, joined, narrowed. Absence is the empty value."""

from collections.abc import Callable, Iterable

from opsconductor.monitoring.promql.schema import Values

ABSENT = Values(frozenset(), optional=True)
"""No series has the label."""
FREE = Values(None, optional=True)
"""Nothing is known: any value, or none."""


def exactly(value: str) -> Values:
    """This one value; the empty one is absence."""
    return Values(frozenset({value})) if value else ABSENT


def among(values: Iterable[str]) -> Values:
    """One of these values, the empty one among them being absence."""
    every = frozenset(values)
    return Values(every - {""}, optional="" in every)


def possible(values: Values) -> bool:
    """Whether there is any value at all."""
    return values.known is None or bool(values.known) or values.optional


def every(values: Values) -> frozenset[str] | None:
    """All values, absence as the empty one; None where they are not known."""
    if values.known is None:
        return None
    return values.known | {""} if values.optional else values.known


def admits(values: Values, value: str) -> bool:
    """Whether the label may have this value."""
    if not value:
        return values.optional or (values.known is not None and "" in values.known)
    return values.known is None or value in values.known


def meet(one: Values, other: Values) -> Values:
    """What both may be."""
    if one.known is None:
        known = other.known
    elif other.known is None:
        known = one.known
    else:
        known = one.known & other.known
    return Values(known, optional=one.optional and other.optional)


def join(one: Values, other: Values) -> Values:
    """What either may be."""
    known = None if one.known is None or other.known is None else one.known | other.known
    return Values(known, optional=one.optional or other.optional)


def keep(values: Values, test: Callable[[str], bool]) -> Values:
    """The values that pass; where they are not known, only absence is put to the test."""
    return Values(
        None if values.known is None else frozenset(value for value in values.known if test(value)),
        optional=values.optional and test(""),
    )
