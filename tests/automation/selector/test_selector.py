"""Where a search's answer comes from, and what it leaves in the metrics."""

import asyncio
import time
from collections.abc import Callable, Sequence

import pytest

from opsconductor.automation.selector import Answer, Key, Selector
from opsconductor.automation.store import Match, StoreUnavailableError
from opsconductor.contract import AUTOMATION, Reason, families
from opsconductor.contract.registry import EXPOSED
from opsconductor.telemetry import Telemetry
from opsconductor.telemetry.process_collector import READ

pytestmark = pytest.mark.anyio

Search = Callable[..., "asyncio.Task[Answer]"]


class FakeIndex:
    """A database that can be slow or down, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down = False
        self.broken = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def search(self, query: str, platforms: Sequence[str], k: int) -> list[Match]:
        """One match that names the query, once the gate is open."""
        self.asked.append(query)
        await self.gate.wait()
        if self.down:
            raise StoreUnavailableError("stopped")
        if self.broken:
            raise RuntimeError("a defect")
        return [Match(key=query, name=query, short_desc="", platform="linux", tags=(), score=0.5)]


class Bench:
    """A selector over a fake index."""

    def __init__(self, *, ttl: float = 600, entries: int = 10, degraded: bool = True) -> None:
        self.index = FakeIndex()
        self.telemetry = Telemetry(one for one in EXPOSED[AUTOMATION] if one not in READ)
        self.selector = Selector(
            self.index,
            self.telemetry,
            ttl_seconds=ttl,
            max_entries=entries,
            degraded_enable=degraded,
        )

    async def search(self, query: str = "disk") -> Answer:
        """A user's search."""
        return await self.selector.search(Key.of(query, 3, ()), "trace", time.perf_counter())

    def value(self, series: str) -> float:
        """A series' value on the metrics page."""
        page = self.telemetry.expose(None, None).body.decode()
        found = [line for line in page.splitlines() if line.startswith(f"{series} ")]
        return float(found[0].rsplit(" ", 1)[1])

    def requests(self, status: str, source: str) -> float:
        """How many searches ended so."""
        labels = f'{{source="{source}",status="{status}"}}'
        swapped = f'{{status="{status}",source="{source}"}}'
        name = families.SELECTOR_REQUESTS.name
        page = self.telemetry.expose(None, None).body.decode()
        return self.value(f"{name}{labels if name + labels in page else swapped}")

    def errors(self, reason: Reason) -> float:
        """How many searches ended with the reason."""
        return self.value(f'{families.SELECTOR_REQUEST_ERRORS.name}{{reason="{reason}"}}')


@pytest.fixture
async def bench() -> Bench:
    """A selector with the usual settings."""
    return Bench()


async def test_the_second_search_comes_from_the_cache(bench: Bench) -> None:
    """An answer must be fetched once, and counted as fresh, then as cached."""
    first, second = await bench.search("Disk"), await bench.search(" disk ")
    assert (first.source, second.source) == ("fresh", "cache")
    assert bench.index.asked == ["disk"]
    assert bench.requests("ok", "fresh") == bench.requests("ok", "cache") == 1
    assert bench.value(families.SELECTOR_CACHE_ENTRIES.name) == 1
    assert bench.value(families.SELECTOR_CACHE_TTL.name) == 600


async def test_identical_misses_share_one_search(bench: Bench) -> None:
    """However many ask at once, the database must be asked once."""
    bench.index.gate.clear()
    waiting = [asyncio.create_task(bench.search()) for _ in range(20)]
    await asyncio.sleep(0)
    bench.index.gate.set()
    answers = await asyncio.gather(*waiting)
    assert bench.index.asked == ["disk"]
    assert {answer.results[0].key for answer in answers} == {"disk"}


async def test_a_leader_that_goes_away_does_not_fail_the_others(bench: Bench) -> None:
    """Cancelling the one who asked first must leave the search to those who wait along."""
    bench.index.gate.clear()
    leader = asyncio.create_task(bench.search())
    await asyncio.sleep(0)
    follower = asyncio.create_task(bench.search())
    await asyncio.sleep(0)
    leader.cancel()
    await asyncio.sleep(0)
    bench.index.gate.set()
    assert (await follower).results[0].key == "disk"
    assert bench.index.asked == ["disk"]
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert bench.errors(Reason.CANCELLED) == bench.requests("error", "fresh") == 1
    assert bench.requests("ok", "fresh") == 1


async def test_a_defect_of_ours_is_counted_as_such(bench: Bench) -> None:
    """Whatever nobody foresaw must be counted with a reason, and not as the database's error."""
    bench.index.broken = True
    with pytest.raises(RuntimeError):
        await bench.search()
    assert bench.errors(Reason.INTERNAL) == bench.requests("error", "fresh") == 1
    assert bench.value(families.SELECTOR_DB_ERRORS.name) == 0


async def test_a_failed_search_fails_everybody_who_shares_it_and_counts_once(
    bench: Bench,
) -> None:
    """One failure of the database must count once, and the next search must try again."""
    bench.index.gate.clear()
    bench.index.down = True
    waiting = [asyncio.create_task(bench.search()) for _ in range(5)]
    await asyncio.sleep(0)
    bench.index.gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, StoreUnavailableError) for result in results)
    assert bench.value(families.SELECTOR_DB_ERRORS.name) == 1
    assert bench.requests("error", "fresh") == bench.errors(Reason.UNAVAILABLE) == 5
    bench.index.down = False
    assert (await bench.search()).source == "fresh"


async def test_the_last_known_answer_is_served_while_the_database_is_down() -> None:
    """After its time to live an answer must still be served, marked degraded, then fresh again."""
    bench = Bench(ttl=1e-9)
    fresh = await bench.search()
    bench.index.down = True
    degraded = await bench.search()
    assert degraded.degraded
    assert degraded.results == fresh.results
    assert bench.requests("ok", "degraded") == 1
    assert bench.errors(Reason.UNAVAILABLE) == 0
    assert bench.value(families.SELECTOR_DB_ERRORS.name) == 1
    with pytest.raises(StoreUnavailableError):
        await bench.search("never asked before")
    bench.index.down = False
    assert (await bench.search()).source == "fresh"


async def test_degraded_answers_can_be_switched_off() -> None:
    """Without the setting an outage must be an error even for a known query."""
    bench = Bench(ttl=1e-9, degraded=False)
    await bench.search()
    bench.index.down = True
    with pytest.raises(StoreUnavailableError):
        await bench.search()


async def test_an_eviction_is_counted_and_its_answer_stays_known() -> None:
    """The answer pushed out last must be counted once, and be fetched again when asked for."""
    bench = Bench(entries=2)
    for query in ("one", "two", "three"):
        await bench.search(query)
    assert bench.value(families.SELECTOR_CACHE_EVICTIONS.name) == 1
    assert bench.value(families.SELECTOR_CACHE_ENTRIES.name) == 2
    assert (await bench.search("one")).source == "fresh"


async def test_a_changed_catalogue_makes_no_answer_fresh(bench: Bench) -> None:
    """After a reload every query must be searched again, also one that was on its way."""
    await bench.search("one")
    bench.index.gate.clear()
    late = asyncio.create_task(bench.search("two"))
    await asyncio.sleep(0)
    bench.selector.catalogue_changed()
    bench.index.gate.set()
    await late
    assert (await bench.search("one")).source == "fresh"
    assert (await bench.search("two")).source == "fresh"


async def test_a_probe_asks_the_database_and_leaves_no_trace(bench: Bench) -> None:
    """A probe must not be answered by the cache, fill it, or be counted."""
    key = Key.of("disk", 3, ())
    await bench.search()
    before = bench.telemetry.expose(None, None).body
    await bench.selector.probe(key)
    await bench.selector.probe(Key.of("new", 3, ()))
    assert bench.index.asked == ["disk", "disk", "new"]
    assert bench.telemetry.expose(None, None).body == before
