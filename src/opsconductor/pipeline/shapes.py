"""The shape of a sentence: its words without order, with the kinds of things that it names."""

from collections import Counter
from collections.abc import Sequence

from opsconductor.pipeline.entities import Entities
from opsconductor.pipeline.tokens import Token
from opsconductor.pipeline.wording import stem, words_of

Shape = Counter[str]


def shape_of(tokens: Sequence[Token], entities: Entities, offset: int = 0) -> Shape:
    """A sentence's stems, with `<kind>` in the place of what it names.

    `offset` is the index of the first token among those that the entities count.
    """
    kinds: dict[int, str] = {}
    for mention in entities.mentions:
        if mention.consumes:
            kinds.update(dict.fromkeys(range(mention.first, mention.last + 1), f"<{mention.kind}>"))
    shape: Shape = Counter()
    for index, token in enumerate(tokens, offset):
        if index in kinds:
            shape[kinds[index]] += 1
        else:
            shape.update(stem(word) for word in words_of((token,)))
    return shape


def similarity(one: Shape, other: Shape) -> float:
    """The Dice coefficient of two bags of words (Dice, 1945), 0 to 1."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0
