"""What a sentence asks for: one or more intents, each with its words and its entities."""

from dataclasses import dataclass

from opsconductor.pipeline.entities import Entities
from opsconductor.pipeline.shapes import Shape


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that is asked for.

    `text` is the part of the sentence, `words` those of its words that tell which tool is wanted,
    `shape` all of them for comparison with the tools' examples, `change` the verb by which it asks
    to change something, or an empty string.
    """

    text: str
    words: tuple[str, ...]
    entities: Entities
    shape: Shape
    change: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A sentence and what it asks for, in the order in which it was asked."""

    sentence: str
    intents: tuple[Intent, ...]
