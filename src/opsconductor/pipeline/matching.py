"""How well a tool answers an intent, from the tool's own words, examples and parameters."""

from dataclasses import dataclass

from opsconductor.client.automation_answers import ToolInfo
from opsconductor.pipeline.entities import Kind
from opsconductor.pipeline.parameters import kinds_for, values_for
from opsconductor.pipeline.profiles import Catalogue, Profile
from opsconductor.pipeline.shapes import similarity
from opsconductor.pipeline.tools import text_parameter
from opsconductor.pipeline.understanding import Intent
from opsconductor.pipeline.wording import stem

THRESHOLD = 0.5
"""A tool below this is no match. Ours: between the lowest right answer and the highest nonsense of
the table of sentences in the tests."""

_COVERAGE, _SIMILARITY, _FIT = 0.5, 0.3, 0.2
"""Shares of the three parts of a score; they add up to 1."""

_WEAK_KINDS = frozenset({Kind.COUNT, Kind.DURATION, Kind.CHOICE, Kind.QUOTED})
_UNUSED_PENALTY = 0.25


@dataclass(frozen=True, slots=True)
class Match:
    """A tool and its score for an intent, 0 to 1."""

    card: ToolInfo
    score: float


def nearest(intent: Intent, catalogue: Catalogue, count: int) -> list[ToolInfo]:
    """The tools to suggest where none is a match: those whose words are the most alike."""
    words = {stem(word) for word in intent.words}

    def likeness(profile: Profile) -> float:
        shared = sum(catalogue.importance(w) * profile.weights.get(w, 0) for w in words)
        return shared + max((similarity(intent.shape, one) for one in profile.shapes), default=0.0)

    return [p.card for p in sorted(catalogue.profiles.values(), key=likeness, reverse=True)][:count]


def rank(intent: Intent, catalogue: Catalogue, candidates: tuple[str, ...]) -> list[Match]:
    """The candidates by score, best first; on a tie the order of the candidates stands."""
    matches = [
        Match(profile.card, _score(intent, profile, catalogue))
        for name in candidates
        if (profile := catalogue.profiles.get(name)) is not None
    ]
    return sorted(matches, key=lambda match: -match.score)


def _score(intent: Intent, profile: Profile, catalogue: Catalogue) -> float:
    if intent.change and (profile.card.read_only or stem(intent.change) not in profile.names):
        # A tool that only looks is no answer to a request for a change.
        return 0.0
    likeness = max((similarity(intent.shape, example) for example in profile.shapes), default=0.0)
    coverage = _coverage(intent, profile, catalogue, likeness)
    return _COVERAGE * coverage + _SIMILARITY * likeness + _FIT * _fit(intent, profile.card)


def _coverage(intent: Intent, profile: Profile, catalogue: Catalogue, likeness: float) -> float:
    """The share of the intent's words, weighed by rarity, that speak for the tool."""
    stems = [stem(word) for word in intent.words]
    if text_parameter(profile.card):
        # Only the command counts: what follows is the text.
        stems = stems[:1]
        if not stems or intent.words[0] not in profile.commands:
            return 0.0
    if not stems:
        return _coverage_without_words(intent, profile, catalogue, likeness)
    total = sum(map(catalogue.importance, stems))
    return sum(catalogue.importance(w) * profile.weights.get(w, 0) for w in stems) / total


def _coverage_without_words(
    intent: Intent, profile: Profile, catalogue: Catalogue, likeness: float
) -> float:
    """What is named can say what is wanted: a URL is for the one tool that needs a URL.

    Elsewhere an example has to be put much the same way, as in "ports 22 and 80 on localhost". A
    sentence that names nothing, such as "what time is it", says nothing.
    """
    named = _strong_kinds(intent)
    if not named:
        return 0.0
    alone = any(catalogue.needing(kind) == {profile.card.name} for kind in named)
    return 1.0 if alone else max(0.0, 2 * likeness - 1)


def _strong_kinds(intent: Intent) -> set[Kind]:
    return {m.kind for m in intent.entities.mentions if m.consumes} - _WEAK_KINDS


def _fit(intent: Intent, card: ToolInfo) -> float:
    """Whether what the tool needs is named, and whether what is named is of use to it."""
    required = [parameter for parameter in card.parameters if parameter.required]
    filled = sum(
        bool(values_for(parameter, intent.entities, intent.words)) or parameter.format == "text"
        for parameter in required
    )
    usable = {kind for parameter in card.parameters for kind in kinds_for(parameter)}
    unused = (
        len(_strong_kinds(intent) - usable)
        * _UNUSED_PENALTY
        * (1 if text_parameter(card) is None else 0)
    )
    return (filled / len(required) if required else 1.0) - unused * 2
