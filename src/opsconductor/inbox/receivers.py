"""The HTTP receivers: addresses, sizes, and answers as the real services give them."""

import asyncio

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from opsconductor.inbox import pagerduty, slack, watchdog
from opsconductor.inbox.loopback import LoopbackOnly
from opsconductor.inbox.message import Message
from opsconductor.inbox.store import InboxStore, InboxStoreError
from opsconductor.telemetry import logger

_log = logger(__name__)


def routes(store: InboxStore) -> Mount:
    """The receivers under /inbox, for programs on this machine."""
    receivers = Receivers(store)
    return Mount(
        "/inbox",
        routes=[
            Route("/slack", receivers.slack, methods=["POST"]),
            Route("/slack/services/{team}/{service}/{token}", receivers.slack, methods=["POST"]),
            Route("/pagerduty/v2/enqueue", receivers.pagerduty, methods=["POST"]),
            Route("/watchdog", receivers.watchdog, methods=["POST"]),
        ],
        middleware=[Middleware(LoopbackOnly)],
    )


class Receivers:
    """One handler for each service that is stood in for."""

    def __init__(self, store: InboxStore) -> None:
        self._store = store

    async def slack(self, request: Request) -> Response:
        """A Slack incoming webhook."""
        try:
            if parts := request.path_params:
                slack.Webhook(**parts).check()
            message = slack.receive(request.headers.get("content-type", ""), await request.body())
        except slack.SlackRefusalError as error:
            return PlainTextResponse(error.text, error.status)
        if not await self._keep(message):
            return PlainTextResponse("rollup_error", 500)
        return PlainTextResponse("ok")

    async def pagerduty(self, request: Request) -> Response:
        """PagerDuty's Events API v2."""
        body = await request.body()
        if len(body) > pagerduty.LARGEST_EVENT:
            return _invalid_event(413, ["the event is larger than 512 KB"])
        try:
            message, key = pagerduty.receive(body)
        except pagerduty.PagerDutyRefusalError as error:
            return _invalid_event(400, error.errors)
        if not await self._keep(message):
            return JSONResponse({"status": "error", "message": "Internal Server Error"}, 500)
        answer = {"status": "success", "message": "Event processed", "dedup_key": key}
        return JSONResponse(answer, 202)

    async def watchdog(self, request: Request) -> Response:
        """A dead man's switch."""
        try:
            message = watchdog.receive(await request.body())
        except watchdog.WatchdogRefusalError as error:
            return JSONResponse({"error": str(error)}, 400)
        if not await self._keep(message):
            return JSONResponse({"error": "the heartbeat could not be kept"}, 500)
        return JSONResponse({"status": "ok"})

    async def _keep(self, message: Message) -> bool:
        try:
            await asyncio.to_thread(self._store.add, message)
        except InboxStoreError as error:
            # The sender retries a 500, so nothing is lost by saying so.
            _log.error("message not kept", receiver=message.receiver, error=str(error))
            return False
        return True


def _invalid_event(status: int, errors: list[str]) -> Response:
    body = {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
    return JSONResponse(body, status)
