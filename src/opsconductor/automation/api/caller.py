"""Who asks, since when and in which trace: what every endpoint that does work wants to know."""

import time
from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from opsconductor.automation.service import Service
from opsconductor.serving import probe_of
from opsconductor.telemetry import TraceContext, trace

LOCAL = "local"
CANARY = "canary"


class ArrivalMiddleware:
    """ASGI middleware: notes in `scope["state"]["arrived"]` when the request came in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the time and pass the request on."""
        scope.setdefault("state", {})["arrived"] = time.perf_counter()
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Caller:
    """The one who sent a request."""

    trace_id: str
    principal: str
    arrived: float

    @property
    def counted(self) -> bool:
        """Whether the request enters the users' metrics; a probe's does not."""
        return self.principal != CANARY


def caller(request: Request, body_trace_id: str | None = None) -> Caller:
    """Who sent the request. A trace id in the body counts where the headers name none."""
    if body_trace_id and not request.state.trace_given:
        trace.current.set(TraceContext.new(body_trace_id))
    context = trace.current.get() or TraceContext.new()
    principal = CANARY if probe_of(request) else LOCAL
    return Caller(context.trace_id, principal, request.state.arrived)


def service_of(request: Request) -> Service:
    """The service that the application serves."""
    service: Service = request.app.state.service
    return service
