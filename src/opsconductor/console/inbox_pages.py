"""The Inbox page, a mail's own page, and the inbox as JSON."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.console import inbox_cards
from opsconductor.console.errors import NotFoundError
from opsconductor.inbox import email_message
from opsconductor.inbox.message import Message
from opsconductor.inbox.store import InboxStore
from opsconductor.objectives import Receiver
from opsconductor.settings.model import Receivers as ReceiverSettings

REFRESH_SECONDS = 5
PAGE_SIZE = 25
MOST_MESSAGES = 1000
TABS: tuple[tuple[Receiver, str], ...] = (
    (Receiver.SLACK, "Slack"),
    (Receiver.PAGERDUTY, "PagerDuty"),
    (Receiver.EMAIL, "Email"),
    (Receiver.WATCHDOG, "Watchdog"),
)
LATE_SECONDS = 300
"""A heartbeat older than this is worth a warning: Alertmanager sends one every minute or two."""

_MOST_DIGITS = 18
"""Of a number that the store can hold."""

_CARDS = {
    Receiver.SLACK: inbox_cards.slack_card,
    Receiver.PAGERDUTY: inbox_cards.incident_card,
    Receiver.EMAIL: inbox_cards.email_card,
}
# A mail may bring its own styles, but no script, no form and nothing from elsewhere.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)


class InboxPages:
    """What a person would have received."""

    def __init__(
        self, store: InboxStore, templates: Jinja2Templates, given: ReceiverSettings
    ) -> None:
        self._store = store
        self._outside = _outside(given)
        self._templates = templates

    def routes(self) -> list[Route]:
        """What the application mounts."""
        return [
            Route("/inbox", self.inbox),
            Route("/messages/{id:int}/html", self.mail),
            Route("/api/inbox", self.api),
        ]

    async def inbox(self, request: Request) -> Response:
        """One receiver's messages, newest first; without a receiver, the one written to last."""
        receiver = _receiver(request)
        if receiver is None:
            return RedirectResponse(f"/inbox?receiver={await self._last_written()}", 303)
        before = _number(request, "before", 0)
        # One more than is shown tells whether there are older ones.
        found = await self._newest(receiver, PAGE_SIZE + 1, before)
        shown = found[:PAGE_SIZE]
        heartbeat = await asyncio.to_thread(self._store.last_heartbeat)
        return self._templates.TemplateResponse(
            request,
            "inbox.html",
            {
                "refresh_seconds": REFRESH_SECONDS,
                "tabs": TABS,
                "counts": await asyncio.to_thread(self._store.counts),
                "receiver": receiver,
                "messages": [(message, _card(message)) for message in shown],
                "older": shown[-1].id if len(found) > PAGE_SIZE else 0,
                "newer": bool(before),
                "outside": self._outside,
                "heartbeat": heartbeat,
                "late": heartbeat is not None and _age(heartbeat) > LATE_SECONDS,
            },
        )

    async def mail(self, request: Request) -> Response:
        """A mail's HTML, to be shown in a frame of its own."""
        identifier = request.path_params["id"]
        known = len(str(identifier)) <= _MOST_DIGITS
        message = await asyncio.to_thread(self._store.get, identifier) if known else None
        shown = None
        if message is not None and message.receiver is Receiver.EMAIL:
            shown = email_message.html_of(email_message.parse(message.raw))
        if shown is None:
            raise NotFoundError("There is no such mail; it may have made room for newer ones.")
        headers = {"content-security-policy": _MAIL_POLICY, "x-frame-options": "SAMEORIGIN"}
        return HTMLResponse(shown, headers=headers)

    async def api(self, request: Request) -> Response:
        """The newest messages as JSON."""
        limit = _number(request, "limit", 100)
        if not 1 <= limit <= MOST_MESSAGES:
            raise HTTPException(400, f"limit is 1 to {MOST_MESSAGES}")
        messages = await self._newest(_receiver(request), limit)
        return JSONResponse({"messages": [_json(message) for message in messages]})

    async def _newest(
        self, receiver: Receiver | None, limit: int, before: int = 0
    ) -> list[Message]:
        return await asyncio.to_thread(self._store.newest, receiver, limit, before)

    async def _last_written(self) -> Receiver:
        newest = [
            message
            for receiver in (Receiver.SLACK, Receiver.PAGERDUTY, Receiver.EMAIL)
            for message in await self._newest(receiver, 1)
        ]
        return max(newest, key=lambda one: one.id).receiver if newest else Receiver.SLACK


def _outside(given: ReceiverSettings) -> frozenset[Receiver]:
    """The receivers with credentials: the real service gets their messages, not the inbox."""
    credentials = {
        Receiver.SLACK: given.slack_webhook_url.get_secret_value(),
        Receiver.PAGERDUTY: given.pagerduty_routing_key.get_secret_value(),
        Receiver.EMAIL: given.smtp_host,
        Receiver.WATCHDOG: given.watchdog_url.get_secret_value(),
    }
    return frozenset(receiver for receiver, credential in credentials.items() if credential)


def _card(message: Message) -> Any:
    make = _CARDS.get(message.receiver)
    return make(message) if make else None


def _receiver(request: Request) -> Receiver | None:
    name = request.query_params.get("receiver")
    if not name:
        return None
    try:
        return Receiver(name)
    except ValueError:
        known = ", ".join(Receiver)
        raise HTTPException(400, f"no receiver is called “{name}”; there are {known}") from None


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        raise HTTPException(400, f"{name} is a whole number")
    return int(text)


def _age(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()


def _json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "receiver": message.receiver.value,
        "received_at": message.received_at.isoformat(),
        "status": message.status,
        "title": message.title,
        "body": message.body,
        "alerts": list(message.alerts),
        "raw": message.raw,
    }
