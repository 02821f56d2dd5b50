"""The letters by which a panel's queries are told apart."""

from collections.abc import Iterator
from string import ascii_uppercase


def refs() -> Iterator[str]:
    """A, B, C and so on."""
    return iter(ascii_uppercase)
