"""An inbox under test: its store, its HTTP receivers and its SMTP port."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from opsconductor.inbox import receivers, smtp
from opsconductor.inbox.store import InboxStore
from opsconductor.serving.server import bind

FreePorts = Callable[[int], list[int]]
Client = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[InboxStore]:
    """An empty store."""
    made = InboxStore(tmp_path / "inbox.sqlite3")
    yield made
    made.close()


@pytest.fixture
def app(store: InboxStore) -> Starlette:
    """The HTTP receivers."""
    return Starlette(routes=[receivers.routes(store)])


@pytest.fixture
def inbox(app: Starlette) -> Client:
    """A client of the receivers; `peer` is the address that it seems to come from."""

    @asynccontextmanager
    async def connect(peer: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=app, client=(peer, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://inbox") as client:
            yield client

    return connect


@pytest.fixture
async def smtp_port(store: InboxStore, free_ports: FreePorts) -> AsyncIterator[int]:
    """The port of a running mail receiver."""
    (port,) = free_ports(1)
    async with smtp.serving(store, bind("127.0.0.1", port)):
        yield port
