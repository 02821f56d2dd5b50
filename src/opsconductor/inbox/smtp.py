"""The SMTP receiver, on loopback only."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from opsconductor.inbox import email_message
from opsconductor.inbox.store import InboxStore, InboxStoreError
from opsconductor.telemetry import logger

LARGEST_MESSAGE = 10 * 1024 * 1024
MOST_RECIPIENTS = 100
MOST_CONNECTIONS = 20
IDLE_SECONDS = 60

_log = logger(__name__)


class Mailbox:
    """aiosmtpd's handler: checks the envelope, keeps the message."""

    def __init__(self, store: InboxStore) -> None:
        self._store = store

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a sender, the empty one of bounces included."""
        if address and not email_message.is_address(address):
            return "553 5.1.7 The sender is not a mail address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient."""
        if not email_message.is_address(address):
            return "553 5.1.3 The recipient is not a mail address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message, or say why not."""
        content = envelope.content
        data = content if isinstance(content, bytes) else str(content or "").encode()
        try:
            message = email_message.receive(data)
        except email_message.MalformedEmailError as error:
            return f"554 5.6.0 Not an e-mail: {error}"
        try:
            kept = await asyncio.to_thread(self._store.add, message)
        except InboxStoreError as error:
            _log.error("e-mail not kept", error=str(error))
            return "451 4.3.0 The message could not be kept; try again later"
        return f"250 2.0.0 Kept as {kept.id}"


@asynccontextmanager
async def serving(store: InboxStore, listening: socket.socket) -> AsyncIterator[None]:
    """Take mail on the bound socket while the block runs; the socket is closed at its end."""
    mailbox = Mailbox(store)
    open_connections: WeakSet[_Connection] = WeakSet()
    loop = asyncio.get_running_loop()

    def connection() -> _Connection:
        one = _Connection(
            mailbox,
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="OpsConductor inbox",
            timeout=IDLE_SECONDS,
            loop=loop,
        )
        one.siblings = open_connections
        return one

    server = await loop.create_server(connection, sock=listening, backlog=MOST_CONNECTIONS)
    try:
        yield
    finally:
        server.close()
        for one in list(open_connections):
            one.abort()
        await server.wait_closed()


class _Connection(SMTP):
    """One client. Refuses to be one too many, for each may hold a whole message in memory."""

    siblings: "WeakSet[_Connection]"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self.siblings) >= MOST_CONNECTIONS and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.7.0 Too many connections\r\n")
            transport.close()
            return
        self.siblings.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.siblings:
            self.siblings.discard(self)
            super().connection_lost(error)

    def abort(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
