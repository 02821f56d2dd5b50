"""The ASGI application of the canary: its health and its metrics; the rounds run beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from opsconductor.canary.probes import probes
from opsconductor.canary.rounds import LONGEST_SECONDS, Canary
from opsconductor.contract import CANARY, EXPOSED
from opsconductor.serving import metrics_page
from opsconductor.settings import Settings
from opsconductor.telemetry import Telemetry


def create_app(settings: Settings) -> Starlette:
    """The application; its lifespan starts and stops the rounds."""
    telemetry = Telemetry(EXPOSED[CANARY])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=LONGEST_SECONDS, trust_env=False) as http:
            canary = Canary(
                probes(settings),
                http,
                telemetry,
                interval_seconds=settings.canary.interval_seconds,
            )
            app.state.rounds = asyncio.create_task(canary.run())
            try:
                yield
            finally:
                app.state.rounds.cancel()
                with suppress(asyncio.CancelledError):
                    await app.state.rounds

    async def health(request: Request) -> JSONResponse:
        """200 while the rounds go on; what they find out is in the metrics."""
        alive = not request.app.state.rounds.done()
        return JSONResponse({"status": "ok" if alive else "stopped"}, 200 if alive else 503)

    routes = [Route("/health", health), Route("/metrics", metrics_page(telemetry))]
    return Starlette(routes=routes, lifespan=lifespan)
