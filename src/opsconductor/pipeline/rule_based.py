"""The offline reader: splits a sentence into intents by rules, with the catalogue's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsconductor.pipeline.entities import Entities, Kind
from opsconductor.pipeline.extraction import extract
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.services import STATES
from opsconductor.pipeline.shapes import Shape, shape_of
from opsconductor.pipeline.tokens import Token, tokenize
from opsconductor.pipeline.understanding import Intent, Understanding
from opsconductor.pipeline.wording import asks_for_change, content_words, stem

_CONJUNCTIONS = frozenset({"and", "then", "plus", "also", "&", "afterwards", "finally"})
_LISTING = frozenset({"and", "or", "&"})
_SEQUENCE = frozenset({"then", "afterwards"})
_ANSWERS_NOTHING = frozenset({Kind.COUNT, Kind.DURATION, Kind.CHOICE})


@dataclass(frozen=True, slots=True)
class _Clause:
    """Words `first` to `last` of the sentence; `borrowed` come from the clause before."""

    first: int
    last: int
    borrowed: tuple[str, ...] = ()


class RuleBased:
    """Understands sentences without a language model."""

    async def understand(self, sentence: str, catalogue: Catalogue) -> Understanding:
        """Never raises: any sentence has at least one intent, which may match no tool."""
        return read(sentence, catalogue)


def read(sentence: str, catalogue: Catalogue) -> Understanding:
    """Split the sentence into intents and find what each names."""
    tokens = tokenize(sentence)
    if not tokens:
        return Understanding(sentence, (Intent(sentence, (), Entities(), Shape()),))
    entities = extract(tokens, catalogue.lexicon)
    clauses = _join(_split(tokens, entities, catalogue), tokens, entities, catalogue)
    return Understanding(
        sentence, tuple(_intent(clause, sentence, tokens, entities) for clause in clauses)
    )


def _intent(clause: _Clause, sentence: str, tokens: Sequence[Token], entities: Entities) -> Intent:
    own = tokens[clause.first : clause.last + 1]
    named = entities.within(clause.first, clause.last)
    words = content_words(own, named, clause.first)
    return Intent(
        text=sentence[own[0].start : own[-1].end],
        words=(*clause.borrowed, *(word for word in words if word not in _CONJUNCTIONS)),
        entities=named,
        shape=shape_of(own, named, clause.first) + Shape(map(stem, clause.borrowed)),
        change=asks_for_change(own) or "",
    )


def _split(tokens: Sequence[Token], entities: Entities, catalogue: Catalogue) -> list[_Clause]:
    """Cut at conjunctions and punctuation, though never inside a text that a tool is to take."""
    covered = _inside_mentions(tokens, entities)
    clauses: list[_Clause] = []
    first = 0
    for index, token in enumerate(tokens):
        last_word = index == len(tokens) - 1
        conjunction = token.lower in _CONJUNCTIONS and not token.quoted and first < index
        if conjunction and index not in covered and not _is_text(tokens, first, index, catalogue):
            clauses.append(_Clause(first, index - 1))
            first = index + 1
        elif (token.stop and index not in covered and not last_word) and not _is_text(
            tokens, first, index, catalogue
        ):
            clauses.append(_Clause(first, index))
            first = index + 1
        elif token.lower in _CONJUNCTIONS and first == index:
            first = index + 1
    if first < len(tokens):
        clauses.append(_Clause(first, len(tokens) - 1))
    return clauses or [_Clause(0, len(tokens) - 1)]


def _inside_mentions(tokens: Sequence[Token], entities: Entities) -> frozenset[int]:
    """Words at which no cut may be made: inside a mention, and in a list of one kind."""
    own = [mention for mention in entities.mentions if mention.consumes]
    inside = {index for mention in own for index in range(mention.first, mention.last)}
    for mention in own:
        following = mention.last + 1
        if following < len(tokens) and tokens[following].lower in _LISTING:
            following += 1
        if any(other.first == following and other.kind is mention.kind for other in own):
            inside.update(range(mention.last, following))
    return frozenset(inside)


def _is_text(tokens: Sequence[Token], first: int, index: int, catalogue: Catalogue) -> bool:
    """Whether the clause gives a tool its text, unquoted, so that the cut would maim it."""
    if tokens[index].lower in _SEQUENCE or any(token.quoted for token in tokens[first:index]):
        return False
    words = content_words(tokens[first : index + 1], Entities())
    return bool(words) and words[0] in catalogue.commands and index > first


def _join(
    clauses: list[_Clause], tokens: Sequence[Token], entities: Entities, catalogue: Catalogue
) -> list[_Clause]:
    """Give a clause without words of its own back to the one before it.

    "ping localhost and example.com" names a second host for the same question, whereas "is port
    22 open on localhost and 443 on example.com" asks the same question a second time.
    """
    joined: list[_Clause] = []
    for clause in clauses:
        own = entities.within(clause.first, clause.last)
        words = content_words(tokens[clause.first : clause.last + 1], own, clause.first)
        if not joined:
            joined.append(clause)
        elif not words and own.mentions:
            joined.append(_same_question(joined.pop(), clause, entities, tokens, joined))
        elif _asks(words, own, clause, catalogue):
            joined.append(clause)
        else:
            previous = joined.pop()
            joined.append(_Clause(previous.first, clause.last, previous.borrowed))
    return _without_greetings(joined, tokens, entities)


def _asks(words: Sequence[str], own: Entities, clause: _Clause, catalogue: Catalogue) -> bool:
    """Whether the clause asks for something of its own."""
    numbers = own.of(Kind.COUNT, Kind.DURATION)
    if len(numbers) == 1 and numbers[0].first == clause.first and len(words) <= 1:
        return False  # a number and its noun, such as "10 lines", belong to what came before
    if own.mentions:
        return bool(words)
    if len(words) == 1 and words[0] in STATES:
        return False  # "is nginx up and running"
    return len(words) > 1 or any(stem(word) in catalogue.vocabulary for word in words)


def _same_question(
    previous: _Clause,
    clause: _Clause,
    entities: Entities,
    tokens: Sequence[Token],
    joined: list[_Clause],
) -> _Clause:
    before = entities.within(previous.first, previous.last)
    own = entities.within(clause.first, clause.last)
    kinds = own.kinds - _ANSWERS_NOTHING
    if len(kinds) > 1 and kinds <= before.kinds:
        joined.append(previous)
        asked = content_words(tokens[previous.first : previous.last + 1], before, previous.first)
        return _Clause(clause.first, clause.last, previous.borrowed or tuple(asked))
    return _Clause(previous.first, clause.last, previous.borrowed)


def _without_greetings(
    clauses: list[_Clause], tokens: Sequence[Token], entities: Entities
) -> list[_Clause]:
    """Drop clauses such as "hi" and "thanks", which ask for nothing, where others ask."""
    asking = [
        clause
        for clause in clauses
        if clause.borrowed
        or entities.within(clause.first, clause.last).mentions
        or content_words(tokens[clause.first : clause.last + 1], Entities(), clause.first)
    ]
    return asking or clauses[:1]
