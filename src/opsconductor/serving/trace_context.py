"""Take the caller's trace from the request's headers and say it in the answer's."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opsconductor.telemetry import trace

_TRACEPARENT = trace.TRACEPARENT.encode()
_TRACE_ID = trace.TRACE_ID_HEADER.encode()


class TraceMiddleware:
    """ASGI middleware: sets `trace.current` for the request and `X-Trace-Id` on the answer.

    `scope["state"]["trace_given"]` tells whether the caller sent a trace in the headers; where it
    did not, the request's body may still name one, and the handler then sets `trace.current`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request inside its trace."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = trace.from_headers(_only(scope, _TRACEPARENT), _only(scope, _TRACE_ID))
        scope.setdefault("state", {})["trace_given"] = given is not None
        holder = given or trace.TraceContext.new()
        token = trace.current.set(holder)

        async def traced_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                context = trace.current.get() or holder
                message["headers"] = [
                    *message.get("headers", ()),
                    (_TRACE_ID, context.trace_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, traced_send)
        finally:
            trace.current.reset(token)


def _only(scope: Scope, name: bytes) -> str | None:
    """The header's value; None where it is absent, or sent twice and therefore not to be used."""
    values = [value for header, value in scope["headers"] if header == name]
    return values[0].decode("latin-1") if len(values) == 1 else None
