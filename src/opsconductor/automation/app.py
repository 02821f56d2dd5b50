"""The ASGI application of automation-service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from opsconductor import __version__
from opsconductor.automation.api import audit, errors, executions, loki, selector, status, tools
from opsconductor.automation.api.caller import ArrivalMiddleware
from opsconductor.automation.service import Service
from opsconductor.contract import AUTOMATION
from opsconductor.serving import BodyLimit, TraceMiddleware
from opsconductor.settings import Settings
from opsconductor.telemetry import Telemetry


def create_app(settings: Settings, telemetry: Telemetry | None = None) -> FastAPI:
    """The application; its lifespan starts and stops the service in `app.state.service`.

    `telemetry` stands in for the service's own instruments, to measure what those cost.
    """
    service = Service(settings, telemetry)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await service.start()
        except Exception as error:
            service.failure = str(error)
            raise
        try:
            yield
        finally:
            await service.stop()

    # The documentation pages load scripts from elsewhere; /openapi.json says the same.
    app = FastAPI(
        title=AUTOMATION,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    for room in (tools, selector, executions, audit, loki, status):
        app.include_router(room.router)
    errors.add_error_handlers(app)
    # The last one added sees a request first.
    app.add_middleware(
        BodyLimit,
        limit=settings.automation.max_body_bytes,
        refused=lambda scope: errors.count_refused_body(service, scope),
    )
    app.add_middleware(TraceMiddleware)
    app.add_middleware(ArrivalMiddleware)
    return app
