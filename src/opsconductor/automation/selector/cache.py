"""The selector's cache: fresh answers, and apart from them the last known good ones."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

_V = TypeVar("_V")


class Key(NamedTuple):
    """What makes two searches the same."""

    query: str
    k: int
    platforms: tuple[str, ...]

    @classmethod
    def of(cls, query: str, k: int, platforms: Sequence[str]) -> "Key":
        """The key of a search, whatever its case, outer spaces and order of platforms."""
        names = {platform.strip().lower() for platform in platforms}
        return cls(query.strip().lower(), k, tuple(sorted(names)))


class AnswerCache(Generic[_V]):
    """Answers by key, at most `max_entries`, the least recently used leaving first.

    An answer is fresh for `ttl_seconds`. After that, or once `expire_all` was called, it is only
    the last one known, for the time in which no fresh one can be had; as many of those are kept
    again, apart, so that neither pushes the other out.
    """

    def __init__(
        self,
        *,
        ttl_seconds: float,
        max_entries: int,
        evicted: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ttl = ttl_seconds
        self._max = max_entries
        self._evicted = evicted
        self._clock = clock
        self._fresh: OrderedDict[Key, tuple[float, _V]] = OrderedDict()
        self._known: OrderedDict[Key, _V] = OrderedDict()

    def __len__(self) -> int:
        """How many answers are fresh."""
        self._drop_expired()
        return len(self._fresh)

    def fresh(self, key: Key) -> _V | None:
        """The answer while it is fresh; asking makes it recently used."""
        found = self._fresh.get(key)
        if found is None:
            return None
        expires, value = found
        if expires <= self._clock():
            del self._fresh[key]
            return None
        self._fresh.move_to_end(key)
        return value

    def last_known(self, key: Key) -> _V | None:
        """The newest answer ever kept, however old."""
        value = self._known.get(key)
        if value is not None:
            self._known.move_to_end(key)
        return value

    def keep(self, key: Key, value: _V) -> None:
        """Keep a fresh answer."""
        self._drop_expired()
        self._fresh[key] = (self._clock() + self._ttl, value)
        self._fresh.move_to_end(key)
        if len(self._fresh) > self._max:
            self._fresh.popitem(last=False)
            self._evicted()
        self._known[key] = value
        self._known.move_to_end(key)
        if len(self._known) > self._max:
            self._known.popitem(last=False)

    def expire_all(self) -> None:
        """Make no answer fresh any more: what they were found in has changed."""
        self._fresh.clear()

    def _drop_expired(self) -> None:
        now = self._clock()
        for key in [key for key, (expires, _) in self._fresh.items() if expires <= now]:
            del self._fresh[key]
