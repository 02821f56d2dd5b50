"""Ask every probe once a round, time it, count it."""

import asyncio
import time
from collections.abc import Mapping

import httpx

from opsconductor.canary.probes import Probe, WrongAnswerError
from opsconductor.contract import Status, families
from opsconductor.serving import PROBE_HEADER
from opsconductor.telemetry import Telemetry, TraceContext, logger

LONGEST_SECONDS = 5.0
"""A probe that takes longer is an error: ours, well above the slowest right answer."""

log = logger(__name__)


class Canary:
    """Runs rounds of probes; a round begins only after the one before it has ended."""

    def __init__(
        self,
        probes: Mapping[str, Probe],
        http: httpx.AsyncClient,
        telemetry: Telemetry,
        *,
        interval_seconds: float,
        timeout_seconds: float = LONGEST_SECONDS,
    ) -> None:
        self._probes = probes
        self._http = http
        self._interval = interval_seconds
        self._timeout = timeout_seconds
        requests = telemetry.counter(families.CANARY_REQUESTS)
        durations = telemetry.histogram(families.CANARY_REQUEST_DURATION)
        self._requests = {
            (probe, status): requests.bind(probe=probe, status=status)
            for probe in probes
            for status in Status
        }
        self._durations = {probe: durations.bind(probe=probe) for probe in probes}
        self._failing: set[str] = set()

    async def run(self) -> None:
        """Rounds until cancelled, one every interval; a slow round delays the next."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self._interval
            await self.round()
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def round(self) -> None:
        """Ask every probe once, one after the other, so that they do not slow each other down."""
        for name, probe in self._probes.items():
            await self._ask(name, probe)

    async def _ask(self, name: str, probe: Probe) -> None:
        context = TraceContext.new()
        started = time.perf_counter()
        problem = ""
        try:
            async with asyncio.timeout(self._timeout):
                await probe(self._http, {**context.headers(), PROBE_HEADER: name})
        except TimeoutError:
            problem = f"no answer within {self._timeout:g} s"
        except (WrongAnswerError, httpx.HTTPError) as error:
            problem = str(error) or type(error).__name__
        status = Status.ERROR if problem else Status.SUCCESS
        self._requests[name, status].inc(trace_id=context.trace_id)
        seconds = time.perf_counter() - started
        self._durations[name].observe(seconds, trace_id=context.trace_id)
        self._tell(name, problem, context.trace_id)

    def _tell(self, name: str, problem: str, trace_id: str) -> None:
        """Log each failure, and the first success after one."""
        if problem:
            self._failing.add(name)
            log.warning("a probe failed", probe=name, problem=problem, trace_id=trace_id)
        elif name in self._failing:
            self._failing.discard(name)
            log.info("a probe succeeds again", probe=name, trace_id=trace_id)
