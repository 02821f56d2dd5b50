"""Refuse a request body over a limit while it is being read, so that memory never holds it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")
"""Makes the client stop sending what nobody will read."""
LINGER_SECONDS = 2.0
LINGER_BYTES = 8 * 1_048_576
"""How long, and how much, of a refused body is read and dropped once the answer is out.

A connection closed with unread bytes is reset, and a reset throws away the answer that the client
has not read yet. Most clients read it only when they have sent everything.
"""


class BodyTooLargeError(HTTPException):
    """The body is larger than the limit; answered with 413.

    An `HTTPException`, because a framework passes those through its body parsing untouched.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the request body is larger than {limit} bytes; send less")


class BodyLimit:
    """ASGI middleware. `refused` is called once for each refused request, to count it."""

    def __init__(
        self, app: ASGIApp, limit: int, refused: Callable[[Scope], None] | None = None
    ) -> None:
        self._app = app
        self._limit = limit
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its declared or its real length is over the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._limit:
            self._count(scope)
            await self._refuse(scope, receive, send)
            return
        exchange = _Exchange(self._limit, receive, send)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except BodyTooLargeError:
            if exchange.started:
                raise
            await self._refuse(scope, receive, send)
        finally:
            # Here and not above, for a framework turns the exception into its own answer.
            if exchange.over:
                self._count(scope)

    def _count(self, scope: Scope) -> None:
        if self._refused is not None:
            self._refused(scope)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = JSONResponse({"detail": BodyTooLargeError(self._limit).detail}, 413)
        response.raw_headers.append(_CLOSE)
        await response(scope, receive, lingering(receive, send))


class _Exchange:
    """One request and its answer: counts what is read, and notes whether the answer has begun."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._receive = receive
        self._send = send
        self._read = 0
        self.started = False

    @property
    def over(self) -> bool:
        return self._read > self._limit

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self.over:
                raise BodyTooLargeError(self._limit)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            if self.over:
                message["headers"] = [*message.get("headers", ()), _CLOSE]
                self._send = lingering(self._receive, self._send)
        await self._send(message)


def lingering(receive: Receive, send: Send) -> Send:
    """`send` that, the whole answer out, drops what still comes before it ends the exchange."""

    async def sending(message: Message) -> None:
        if message["type"] != "http.response.body" or message.get("more_body"):
            await send(message)
            return
        await send({**message, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await _drop(receive)
        await send({"type": "http.response.body"})

    return sending


async def _drop(receive: Receive) -> None:
    dropped = 0
    while dropped < LINGER_BYTES:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
        dropped += len(message.get("body", b""))
