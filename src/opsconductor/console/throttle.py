"""Slows down an address that guesses passwords."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 5
"""Failures that cost nothing; people mistype."""
LONGEST_WAIT = 300.0
FORGET_SECONDS = 3600.0
MOST_ADDRESSES = 1024


@dataclass(slots=True)
class _Record:
    failures: int
    until: float
    last: float


class Throttle:
    """Counts failed logins per address; each further one doubles the wait, from 1 s to 300 s.

    Bounded: the address that failed longest ago is forgotten first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until the address may try again; 0 where it may now."""
        record = self._records.get(address)
        return max(0.0, record.until - self._clock()) if record else 0.0

    def failed(self, address: str) -> None:
        """Record a failed attempt."""
        now = self._clock()
        record = self._records.pop(address, None)
        if record is None or now - record.last > FORGET_SECONDS:
            record = _Record(0, now, now)
        record.failures += 1
        record.last = now
        over = record.failures - FREE_FAILURES
        if over >= 0:
            record.until = now + min(LONGEST_WAIT, 2.0 ** min(over, 16))
        self._records[address] = record
        while len(self._records) > MOST_ADDRESSES:
            self._records.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget the address's failures."""
        self._records.pop(address, None)
