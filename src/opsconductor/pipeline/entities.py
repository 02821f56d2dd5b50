"""The typed things that a sentence names: hosts, addresses, ports, paths, services, counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a mention names; the values are those of a tool parameter's `format`."""

    HOST = "host"
    URL = "url"
    PORT = "port"
    PATH = "path"
    SERVICE = "service"
    COUNT = "count"
    DURATION = "duration"
    CHOICE = "choice"
    QUOTED = "text"


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that the sentence names, and the words that name it.

    `value` is an int for ports and counts, seconds as float for durations, text otherwise. Words
    `first` to `last`, inclusive, are its own, and `consumes` tells whether they say nothing else:
    in "largest by memory" the choice "memory" also tells what is asked about. The port of
    "db1:5432" keeps the host beside it in `host`.
    """

    kind: Kind
    value: str | int | float
    first: int
    last: int
    consumes: bool = True
    host: str = ""


@dataclass(frozen=True, slots=True)
class Entities:
    """The mentions of a sentence or of a part of it, in the order in which they were written."""

    mentions: tuple[Mention, ...] = ()

    def of(self, *kinds: Kind) -> tuple[Mention, ...]:
        """The mentions of these kinds, each value once."""
        seen: dict[object, Mention] = {}
        for mention in self.mentions:
            if mention.kind in kinds:
                seen.setdefault((mention.kind, mention.value, mention.host), mention)
        return tuple(seen.values())

    @property
    def kinds(self) -> frozenset[Kind]:
        """Which kinds of things are named."""
        return frozenset(mention.kind for mention in self.mentions)

    def within(self, first: int, last: int) -> "Entities":
        """The mentions whose words lie between two words, inclusive."""
        return Entities(tuple(m for m in self.mentions if first <= m.first and m.last <= last))

    def joined(self, others: Iterable[Mention]) -> "Entities":
        """These mentions and then the others."""
        return Entities((*self.mentions, *others))
