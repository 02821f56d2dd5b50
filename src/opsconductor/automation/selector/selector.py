"""Answers searches for tools: from the cache, from the database, or with the last known answer."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from opsconductor.automation.selector.cache import AnswerCache, Key
from opsconductor.automation.store import Match, StoreUnavailableError
from opsconductor.contract import Reason, families
from opsconductor.telemetry import Telemetry, logger

Source = Literal["fresh", "cache", "degraded"]

log = logger(__name__)


class Index(Protocol):
    """Where tools are searched; `store.ToolIndex` is one."""

    async def search(self, query: str, platforms: Sequence[str], k: int) -> list[Match]:
        """The best `k` tools. Raises `StoreUnavailableError`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The tools found and where the answer came from."""

    results: Sequence[Match]
    source: Source

    @property
    def degraded(self) -> bool:
        """Whether this is the last known answer because no fresh one could be had."""
        return self.source == "degraded"


class SelectorMetrics:
    """The `selector_*` families."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._requests = telemetry.counter(families.SELECTOR_REQUESTS)
        self._errors = telemetry.counter(families.SELECTOR_REQUEST_ERRORS)
        self._durations = telemetry.histogram(families.SELECTOR_REQUEST_DURATION).bind()
        self.entries = telemetry.gauge(families.SELECTOR_CACHE_ENTRIES).bind()
        self.ttl = telemetry.gauge(families.SELECTOR_CACHE_TTL).bind()
        self.evictions = telemetry.counter(families.SELECTOR_CACHE_EVICTIONS).bind()
        self.db_errors = telemetry.counter(families.SELECTOR_DB_ERRORS).bind()

    def ended(self, source: Source, reason: Reason | None, seconds: float, trace_id: str) -> None:
        """Count a search; `reason` is None where it was answered."""
        self._requests.bind(status="ok" if reason is None else "error", source=source).inc()
        if reason is not None:
            self._errors.bind(reason=reason).inc(trace_id=trace_id)
        self._durations.observe(seconds, trace_id=trace_id)


class Selector:
    """Searches for tools; identical searches that miss the cache at once share one search."""

    def __init__(
        self,
        index: Index,
        telemetry: Telemetry,
        *,
        ttl_seconds: float,
        max_entries: int,
        degraded_enable: bool,
    ) -> None:
        self.metrics = SelectorMetrics(telemetry)
        self._index = index
        self._degraded_enable = degraded_enable
        self._cache = AnswerCache[Sequence[Match]](
            ttl_seconds=ttl_seconds, max_entries=max_entries, evicted=self.metrics.evictions.inc
        )
        self._flights: dict[Key, asyncio.Task[Sequence[Match]]] = {}
        self._generation = 0
        self.metrics.entries.follow(lambda: len(self._cache))
        self.metrics.ttl.set(ttl_seconds)

    async def search(self, key: Key, trace_id: str, arrived: float) -> Answer:
        """Answer a user's search; `arrived` is the `perf_counter` at which it came in.

        Raises `StoreUnavailableError` where the database is away and no answer is known.
        """
        source: Source = "fresh"
        reason: Reason | None = Reason.INTERNAL
        try:
            found = self._cache.fresh(key)
            if found is not None:
                source = "cache"
            else:
                try:
                    found = await self._shared(key)
                except StoreUnavailableError:
                    found = self._cache.last_known(key) if self._degraded_enable else None
                    if found is None:
                        raise
                    source = "degraded"
            reason = None
            return Answer(found, source)
        except StoreUnavailableError:
            reason = Reason.UNAVAILABLE
            raise
        except asyncio.CancelledError:
            reason = Reason.CANCELLED
            raise
        finally:
            self.metrics.ended(source, reason, time.perf_counter() - arrived, trace_id)

    async def probe(self, key: Key) -> Answer:
        """Search past the cache and the metrics, so that a probe proves the database's work."""
        return Answer(await self._index.search(*_arguments(key)), "fresh")

    def catalogue_changed(self) -> None:
        """Forget that any answer is fresh."""
        self._generation += 1
        self._cache.expire_all()
        self._flights.clear()

    async def close(self) -> None:
        """Wait for the searches that still run."""
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    async def _shared(self, key: Key) -> Sequence[Match]:
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._fetch(key, self._generation))
            flight.add_done_callback(lambda done: self._landed(key, done))
        # Shielded: whoever asked first may go away without failing those who wait along.
        return await asyncio.shield(flight)

    async def _fetch(self, key: Key, generation: int) -> Sequence[Match]:
        try:
            found = await self._index.search(*_arguments(key))
        except StoreUnavailableError as error:
            self.metrics.db_errors.inc()
            log.warning("the search failed", error=str(error))
            raise
        if generation == self._generation:
            self._cache.keep(key, found)
        return found

    def _landed(self, key: Key, flight: "asyncio.Task[Sequence[Match]]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # everybody who waited may be gone; then nobody else asks for it


def _arguments(key: Key) -> tuple[str, tuple[str, ...], int]:
    return key.query, key.platforms, key.k
