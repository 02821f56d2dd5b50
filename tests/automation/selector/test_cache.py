"""The selector's cache, against a plain model of what it promises."""

from collections import OrderedDict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from opsconductor.automation.selector import AnswerCache, Key

TTL = 600.0
MAX = 3
KEYS = st.integers(0, 6).map(lambda number: Key(f"query {number}", 3, ()))


class CacheMachine(RuleBasedStateMachine):
    """Keeps, asks for and ages answers at random, and compares with the model."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.evicted = 0
        self.expected_evictions = 0
        self.next_value = 1
        self.fresh: OrderedDict[Key, tuple[float, int]] = OrderedDict()
        self.known: OrderedDict[Key, int] = OrderedDict()
        self.cache = AnswerCache[int](
            ttl_seconds=TTL, max_entries=MAX, evicted=self._evict, clock=lambda: self.now
        )

    def _evict(self) -> None:
        self.evicted += 1

    def _expire(self) -> None:
        for key in [key for key, (kept, _) in self.fresh.items() if self.now - kept >= TTL]:
            del self.fresh[key]

    @rule(key=KEYS)
    def keep(self, key: Key) -> None:
        """Keep an answer; beyond the maximum the least recently used leaves and is counted."""
        value, self.next_value = self.next_value, self.next_value + 1
        self.cache.keep(key, value)
        self._expire()
        self.fresh.pop(key, None)
        self.fresh[key] = (self.now, value)
        if len(self.fresh) > MAX:
            self.fresh.popitem(last=False)
            self.expected_evictions += 1
        self.known.pop(key, None)
        self.known[key] = value
        if len(self.known) > MAX:
            self.known.popitem(last=False)

    @rule(key=KEYS)
    def ask(self, key: Key) -> None:
        """A fresh answer is the newest one kept within the time to live."""
        self._expire()
        expected = self.fresh.get(key)
        if expected is not None:
            self.fresh.move_to_end(key)
        assert self.cache.fresh(key) == (expected[1] if expected else None)

    @rule(key=KEYS)
    def ask_in_need(self, key: Key) -> None:
        """The last known answer is there however old it is, within the bound."""
        if key in self.known:
            self.known.move_to_end(key)
        assert self.cache.last_known(key) == self.known.get(key)

    @rule(seconds=st.sampled_from([1.0, 300.0, 599.0, 600.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.now += seconds

    @rule()
    def change(self) -> None:
        """The catalogue changes: nothing is fresh, everything stays known, nothing is evicted."""
        self.cache.expire_all()
        self.fresh.clear()

    @invariant()
    def counts_agree(self) -> None:
        """The number of fresh answers and of evictions is what the model says."""
        self._expire()
        assert len(self.cache) == len(self.fresh)
        assert self.evicted == self.expected_evictions


CacheMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCache = CacheMachine.TestCase


def test_the_key_ignores_case_outer_spaces_order_and_doubles() -> None:
    """Searches that mean the same must share a key, and others must not."""
    key = Key.of("  Disk Usage ", 3, ["Linux", "network", "linux "])
    assert key == Key.of("disk usage", 3, ["network", "linux"])
    assert key != Key.of("disk usage", 4, ["network", "linux"])
    assert key != Key.of("disk usage", 3, ["linux"])
    assert key != Key.of("disk  usage", 3, ["network", "linux"])
