"""The offline reader: splits a sentence into intents by rules, with the catalogue's words."""

from collections.abc import Sequence

from opsconductor.pipeline.clauses import CONJUNCTIONS, Clause, clauses_of
from opsconductor.pipeline.entities import Entities
from opsconductor.pipeline.extraction import extract
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.shapes import Shape, shape_of
from opsconductor.pipeline.tokens import Token, tokenize
from opsconductor.pipeline.understanding import Intent, Understanding
from opsconductor.pipeline.wording import asks_for_change, content_words, stem


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
    clauses = clauses_of(tokens, entities, catalogue)
    return Understanding(
        sentence, tuple(_intent(clause, sentence, tokens, entities) for clause in clauses)
    )


def _intent(clause: Clause, sentence: str, tokens: Sequence[Token], entities: Entities) -> Intent:
    own = tokens[clause.first : clause.last + 1]
    named = entities.within(clause.first, clause.last)
    words = content_words(own, named, clause.first)
    final = clause.last == len(tokens) - 1
    end = len(sentence.rstrip()) if final else own[-1].end
    return Intent(
        text=sentence[own[0].start : end],
        words=(*clause.borrowed, *(word for word in words if word not in CONJUNCTIONS)),
        entities=named,
        shape=shape_of(own, named, clause.first) + Shape(map(stem, clause.borrowed)),
        change=asks_for_change(own) or "",
    )
