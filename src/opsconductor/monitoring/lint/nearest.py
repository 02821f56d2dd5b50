"""The word that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like `word`; None where none is."""
    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else None
