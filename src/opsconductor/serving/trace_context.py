"""Take the caller's trace from the request's headers and say it in the answer's."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opsconductor.telemetry import trace


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
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        given = trace.from_headers(
            headers.get(trace.TRACEPARENT.encode()), headers.get(trace.TRACE_ID_HEADER.encode())
        )
        scope.setdefault("state", {})["trace_given"] = given is not None
        holder = given or trace.TraceContext.new()
        token = trace.current.set(holder)

        async def traced_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                context = trace.current.get() or holder
                message["headers"] = [
                    *message.get("headers", ()),
                    (trace.TRACE_ID_HEADER.encode(), context.trace_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, traced_send)
        finally:
            trace.current.reset(token)
