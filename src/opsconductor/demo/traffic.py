"""Send the demo's requests at an even pace, and less often while nobody answers."""

import asyncio
from collections.abc import Iterator

import httpx

from opsconductor.demo.requests import Request
from opsconductor.settings import Settings
from opsconductor.telemetry import TraceContext, logger

MOST_IN_FLIGHT = 8
"""Requests that may wait for their answer at once; a further one is left out."""
LONGEST_PAUSE = 10.0
"""Seconds between two attempts while nobody answers."""
_TIMEOUT = 10.0

log = logger(__name__)


class Traffic:
    """Takes requests from a schedule and sends one each `1 / requests_per_second` seconds."""

    def __init__(
        self,
        settings: Settings,
        schedule: Iterator[Request],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._pipeline = settings.url(settings.pipeline.port)
        self._automation = settings.url(settings.automation.port)
        self._interval = 1 / settings.demo.requests_per_second
        self._schedule = schedule
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, transport=transport, trust_env=False)
        self._in_flight: set[asyncio.Task[None]] = set()
        self._misses = 0

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            async with self._http:
                due = loop.time()
                while True:
                    # After a pause the missed requests stay unsent: no burst.
                    due = max(due + self.pause, loop.time())
                    self._start(next(self._schedule))
                    await asyncio.sleep(due - loop.time())
        finally:
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, return_exceptions=True)

    @property
    def pause(self) -> float:
        """Seconds until the next request: longer the longer nobody has answered."""
        return max(self._interval, min(LONGEST_PAUSE, self._interval * 2.0**self._misses))

    def _start(self, request: Request) -> None:
        if len(self._in_flight) >= MOST_IN_FLIGHT:
            return
        task = asyncio.create_task(self._send(request))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _send(self, request: Request) -> None:
        try:
            await self.send(request)
        except httpx.TransportError as error:
            self._misses = min(self._misses + 1, 16)
            if self._misses == 1:
                log.info("nobody answers; asking less often", error=type(error).__name__)
        else:
            if self._misses:
                log.info("answered again")
            self._misses = 0

    async def send(self, request: Request) -> httpx.Response:
        """Send one request in a trace of its own. Raises `httpx.TransportError`."""
        headers = TraceContext.new().headers()
        match request.target:
            case "sentence":
                body = {"input": request.text, "dry_run": request.dry_run}
                return await self._http.post(
                    f"{self._pipeline}/pipeline", json=body, headers=headers
                )
            case "tool":
                call = {"name": request.text, "params": dict(request.params)}
                return await self._http.post(
                    f"{self._automation}/ai/tools/execute", json=call, headers=headers
                )
            case "search":
                return await self._http.get(
                    f"{self._automation}/api/selector/search",
                    params={"query": request.text},
                    headers=headers,
                )
