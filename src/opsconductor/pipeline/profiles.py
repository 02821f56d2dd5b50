"""What the catalogue teaches the pipeline: the words and the shapes of sentences of each tool."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from opsconductor.client.automation_answers import ToolInfo
from opsconductor.pipeline.extraction import Lexicon, extract
from opsconductor.pipeline.shapes import Shape, shape_of
from opsconductor.pipeline.tokens import tokenize
from opsconductor.pipeline.tools import text_parameter
from opsconductor.pipeline.wording import STOP_WORDS, content_words, stem, words_of

_NAME_WEIGHT = 1.0
_EXAMPLE_WEIGHT = 0.9
_DESCRIPTION_WEIGHT = 0.55
_NAMED = 1.5
_UNSEEN = 0.5
"""The number of tools that a word which no tool knows is taken to occur in."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One tool's words, each with how much it speaks for the tool, and its examples' shapes."""

    card: ToolInfo
    weights: Mapping[str, float]
    names: frozenset[str]
    shapes: tuple[Shape, ...]
    commands: frozenset[str]


class Catalogue:
    """The listed tools, prepared for reading sentences. Immutable once made."""

    def __init__(self, cards: Sequence[ToolInfo]) -> None:
        self.cards: Mapping[str, ToolInfo] = {card.name: card for card in cards}
        self.lexicon = _lexicon(cards)
        self.profiles: Mapping[str, Profile] = {
            card.name: _profile(card, self.lexicon) for card in cards
        }

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of every tool's names and tags."""
        return frozenset[str]().union(*(profile.names for profile in self.profiles.values()))

    @cached_property
    def commands(self) -> frozenset[str]:
        """The words after which everything is text for a tool."""
        return frozenset[str]().union(*(profile.commands for profile in self.profiles.values()))

    def needing(self, format_: str) -> set[str]:
        """The tools that require a parameter of this format."""
        return {
            card.name
            for card in self.cards.values()
            if any(p.required and p.format == format_ for p in card.parameters)
        }

    def importance(self, word: str) -> float:
        """The stem's inverse document frequency among the tools (Spärck Jones, 1972), smoothed.

        A word of some tool's name or tags counts more than one that occurs in prose.
        """
        tools = len(self.profiles) or 1
        rarity = log(1 + tools / (self._frequencies.get(word, 0) or _UNSEEN))
        return rarity * (_NAMED if word in self.vocabulary else 1)

    @cached_property
    def _frequencies(self) -> Mapping[str, int]:
        return Counter(word for profile in self.profiles.values() for word in profile.weights)


def _lexicon(cards: Sequence[ToolInfo]) -> Lexicon:
    choices: dict[str, str] = {}
    for card in cards:
        for parameter in card.parameters:
            for value in parameter.enum:
                choices.setdefault(str(value).casefold().replace("-", ""), str(value))
    nouns = {word for card in cards for word in card.name.casefold().split("_")}
    nouns |= {word for card in cards for word in words_of(tokenize(card.display_name))}
    return Lexicon(choices, frozenset(nouns))


def _profile(card: ToolInfo, lexicon: Lexicon) -> Profile:
    weights: dict[str, float] = {}

    def add(words: list[str], weight: float) -> None:
        for word in words:
            key = stem(word)
            weights[key] = max(weights.get(key, 0), weight)

    names = [word for word in card.name.split("_") if word not in STOP_WORDS]
    names += [word for text in (card.display_name, *card.tags) for word in _plain(text)]
    add(names, _NAME_WEIGHT)
    add(_plain(card.description), _DESCRIPTION_WEIGHT)
    values = [str(value) for parameter in card.parameters for value in parameter.enum]
    add([word for value in values for word in _plain(value)], _EXAMPLE_WEIGHT)
    shapes, commands = [], set[str]()
    for example in card.examples:
        tokens = tokenize(example)
        entities = extract(tokens, lexicon)
        words = content_words(tokens, entities)
        # What follows the command of such a tool is anybody's text and says nothing about it.
        words = words[:1] if text_parameter(card) else words
        commands.update(words[:1] if text_parameter(card) else ())
        add(words, _EXAMPLE_WEIGHT)
        shapes.append(shape_of(tokens, entities))
    if text_parameter(card):
        commands.update(card.name.split("_"))
    return Profile(
        card,
        weights,
        frozenset(stem(word) for word in names),
        () if text_parameter(card) else tuple(shapes),
        frozenset(commands),
    )


def _plain(text: str) -> list[str]:
    return [word for word in words_of(tokenize(text)) if word not in STOP_WORDS]
