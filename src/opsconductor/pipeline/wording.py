"""Words that carry meaning, and the stems under which they are compared."""

from collections.abc import Iterable, Sequence

from opsconductor.pipeline.entities import Entities
from opsconductor.pipeline.tokens import Token

_COMMON_WORDS = """
a about again all also am an and any are as at be been being both but by can check computer
could current currently did display do does each every fetch file files find for from get give
had has have hello hey hi his how i i'd i'm if in inspect into is it its just kindly let like
list look machine many may me might more much my near need no not now of off on or our out over
please pls quick quickly report right s see shall should show so some tell than thank thanks
that the their them then there these they this those time times to too us using via want was we
were what what's when where where's whether which who who's whose why will with within would you
your
"""
STOP_WORDS = frozenset(_COMMON_WORDS.split())
"""Words that say nothing about which tool is wanted."""

_VERBS = """
add allow block buy cancel change chmod chown clean clear close configure copy create deactivate
delete deploy destroy disable drop edit empty enable erase format grant halt install kill make
migrate modify mount move order overwrite patch poweroff purge push reboot reinstall reload
remove rename replace reset restart restore revoke rm rotate schedule set shutdown
start stop sudo suspend terminate truncate uninstall unmount update upgrade wipe write
"""
ACTING_VERBS = frozenset(_VERBS.split())
"""Verbs that ask for a change when a clause begins with them."""

_POLITE_WORDS = """
please kindly can could would will you i we want need to like just let us go ahead and now then
hey hi also immediately quickly i'd
"""
_POLITE = frozenset(_POLITE_WORDS.split())
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """The part of an English word that its forms share; a light suffix stripper.

    In the spirit of the S-stemmer (Harman, 1991), with -able, -ing, -ed and a final -e taken off
    as well.
    """
    if word.endswith("ies") and len(word) > _SHORTEST_STEM + 1:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1] if len(word) > _SHORTEST_STEM else word
    for suffix in ("able", "ing", "ed"):
        bare = word.removesuffix(suffix)
        if bare != word and len(bare) >= _SHORTEST_STEM and _has_vowel(bare):
            word = bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "glsz" else bare
            break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM else word


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiouy" for letter in word)


def words_of(tokens: Iterable[Token]) -> list[str]:
    """The words of the tokens in lower case, joined words taken apart at dashes and slashes."""
    words: list[str] = []
    for token in tokens:
        pieces = (
            token.lower.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
            .replace("-", " ")
            .replace("/", " ")
            .replace("_", " ")
            .split()
        )
        words.extend(piece.strip("':.,()") for piece in pieces)
    return [word for word in words if word]


def content_words(tokens: Sequence[Token], entities: Entities, offset: int = 0) -> list[str]:
    """The words that neither name an entity nor are stop words.

    `offset` is the index of the first token among those that the entities count.
    """
    consumed = {
        index
        for mention in entities.mentions
        if mention.consumes
        for index in range(mention.first, mention.last + 1)
    }
    left = (token for index, token in enumerate(tokens, offset) if index not in consumed)
    return [word for word in words_of(left) if word not in STOP_WORDS and not word.isdigit()]


def asks_for_change(tokens: Sequence[Token]) -> str | None:
    """The acting verb that the clause begins with, politeness aside; None where there is none."""
    for word in words_of(tokens):
        if word in ACTING_VERBS:
            return word
        if word not in _POLITE:
            return None
    return None
