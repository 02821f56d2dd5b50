"""Cut a sentence into the parts that each ask for one thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsconductor.pipeline.entities import Entities, Kind
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.services import STATES
from opsconductor.pipeline.tokens import Token
from opsconductor.pipeline.wording import content_words, stem

CONJUNCTIONS = frozenset({"and", "then", "plus", "also", "&", "afterwards", "finally"})
_LISTING = frozenset({"and", "or", "&"})
_SEQUENCE = frozenset({"then", "afterwards"})
_DETAILS = frozenset({Kind.COUNT, Kind.DURATION, Kind.CHOICE})


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `first` to `last` of the sentence; `borrowed` words come from the clause before."""

    first: int
    last: int
    borrowed: tuple[str, ...] = ()


def clauses_of(tokens: Sequence[Token], entities: Entities, catalogue: Catalogue) -> list[Clause]:
    """The parts of a sentence with at least one word; there is at least one part."""
    return _Reading(tokens, entities, catalogue).clauses()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence's words, what they name, and the tools that they may be about."""

    tokens: Sequence[Token]
    entities: Entities
    catalogue: Catalogue

    def clauses(self) -> list[Clause]:
        """Cut first, then join what cannot stand alone.

        "ping localhost and example.com" names a second host for the same question, whereas "is
        port 22 open on localhost and 443 on example.com" asks the same question a second time.
        """
        joined: list[Clause] = []
        for clause in self._cut():
            if not joined:
                joined.append(clause)
            elif self._repeats(joined[-1], clause):
                borrowed = joined[-1].borrowed or tuple(self._words(joined[-1]))
                joined.append(Clause(clause.first, clause.last, borrowed))
            elif self._asks(clause):
                joined.append(clause)
            else:
                previous = joined.pop()
                joined.append(Clause(previous.first, clause.last, previous.borrowed))
        # "hi" and "thanks" ask for nothing, where other parts do.
        asking = [c for c in joined if c.borrowed or self._words(c) or self._named(c).mentions]
        return asking or joined[:1]

    def _cut(self) -> list[Clause]:
        """Cut at conjunctions and punctuation, though never inside what belongs together."""
        whole = self._kept_together()
        final = len(self.tokens) - 1
        cut: list[Clause] = []
        first = 0
        for index, token in enumerate(self.tokens):
            conjunction = token.lower in CONJUNCTIONS and not token.quoted
            if conjunction and first == index:
                first = index + 1
            elif index not in whole and not self._is_text(first, index):
                if conjunction:
                    cut.append(Clause(first, index - 1))
                    first = index + 1
                elif token.stop and index < final:
                    cut.append(Clause(first, index))
                    first = index + 1
        if first <= final:
            cut.append(Clause(first, final))
        return cut or [Clause(0, final)]

    def _kept_together(self) -> frozenset[int]:
        """Words after which no cut may be made: inside a mention, and in a list of one kind."""
        own = [mention for mention in self.entities.mentions if mention.consumes]
        inside = {index for mention in own for index in range(mention.first, mention.last)}
        for mention in own:
            following = mention.last + 1
            if following < len(self.tokens) and self.tokens[following].lower in _LISTING:
                following += 1
            if any(other.first == following and other.kind is mention.kind for other in own):
                inside.update(range(mention.last, following))
        return frozenset(inside)

    def _is_text(self, first: int, index: int) -> bool:
        """Whether the clause gives a tool its text, unquoted, so that a cut would maim it."""
        if self.tokens[index].lower in _SEQUENCE:
            return False
        if any(token.quoted for token in self.tokens[first : index + 1]):
            return False
        words = content_words(self.tokens[first : index + 1], Entities())
        return bool(words) and words[0] in self.catalogue.commands and index > first

    def _repeats(self, previous: Clause, clause: Clause) -> bool:
        """Whether the clause asks the question before it again, about other things."""
        kinds = self._named(clause).kinds - _DETAILS
        same = kinds <= self._named(previous).kinds
        return len(kinds) > 1 and same and not self._words(clause)

    def _asks(self, clause: Clause) -> bool:
        """Whether the clause asks for something of its own."""
        named, words = self._named(clause), self._words(clause)
        numbers = named.of(Kind.COUNT, Kind.DURATION)
        if len(numbers) == 1 and numbers[0].first == clause.first and len(words) <= 1:
            return False  # a number and its noun, such as "10 lines", belong to what came before
        if named.mentions:
            return bool(words)
        if len(words) == 1 and words[0] in STATES:
            return False  # "is nginx up and running"
        return len(words) > 1 or any(stem(word) in self.catalogue.vocabulary for word in words)

    def _named(self, clause: Clause) -> Entities:
        return self.entities.within(clause.first, clause.last)

    def _words(self, clause: Clause) -> list[str]:
        own = self.tokens[clause.first : clause.last + 1]
        return content_words(own, self._named(clause), clause.first)
