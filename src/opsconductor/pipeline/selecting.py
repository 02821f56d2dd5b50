"""Choose a tool for each intent: the selector finds candidates, the pipeline ranks them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsconductor.client.automation_answers import ToolInfo
from opsconductor.pipeline.matching import THRESHOLD, nearest, rank
from opsconductor.pipeline.planning import Choice
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.service import AutomationService
from opsconductor.pipeline.understanding import Intent, Understanding

CANDIDATES = 8
SUGGESTIONS = 3
LONGEST_QUERY = 200
"""Characters that the selector takes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The tools chosen, the intents that no tool answers, and what is nearest to those."""

    choices: tuple[Choice, ...]
    unmatched: tuple[Intent, ...] = ()
    suggestions: tuple[ToolInfo, ...] = ()


async def select(
    understanding: Understanding,
    catalogue: Catalogue,
    service: AutomationService,
    headers: Mapping[str, str],
) -> Selection:
    """Ask the selector about every intent at once. Raises `ServiceError`."""
    found = await asyncio.gather(
        *(service.search(query_of(i), CANDIDATES, headers) for i in understanding.intents)
    )
    choices, unmatched = [], []
    for intent, candidates in zip(understanding.intents, found, strict=True):
        ranked = rank(intent, catalogue, tuple(candidates))
        if ranked and ranked[0].score >= THRESHOLD:
            choices.append(Choice(intent, ranked[0].card))
        else:
            unmatched.append(intent)
    return Selection(tuple(choices), tuple(unmatched), _suggestions(unmatched, catalogue))


def query_of(intent: Intent) -> str:
    """What the selector is asked: the telling words, or the whole part where there are none."""
    words = " ".join(intent.words) or " ".join(intent.text.split())
    return words[:LONGEST_QUERY].strip() or "?"


def _suggestions(unmatched: Sequence[Intent], catalogue: Catalogue) -> tuple[ToolInfo, ...]:
    if not unmatched:
        return ()
    return tuple(nearest(unmatched[0], catalogue, SUGGESTIONS))
