"""The word that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is most like `word`; None where none is.

    `cutoff` is how alike it has to be, from 0 to 1.
    """
    found = get_close_matches(word, known, n=1, cutoff=cutoff)
    return found[0] if found else None
