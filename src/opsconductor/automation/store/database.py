"""The database, seen from the event loop: work runs in threads, within a deadline."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, event, select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from opsconductor.automation.store.engine import READERS, create_file, make_engine, parse_url
from opsconductor.automation.store.schema import schema_version
from opsconductor.telemetry import redact_text

DEADLINE_SECONDS = 1.75
"""The longest a caller waits for the database before it counts as unreachable."""

_T = TypeVar("_T")


class StoreUnavailableError(Exception):
    """The database cannot be reached or refuses to work; the text says what happened."""


class Database:
    """One database. `read` and `write` run a function with a connection, in a transaction.

    Both raise `StoreUnavailableError` within `DEADLINE_SECONDS` where the database is stopped,
    hangs, is locked or was taken away, and work again by themselves once it is back.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._engine = make_engine(self.url)
        self._sqlite = self.dialect == "sqlite"
        self._readers = ThreadPoolExecutor(READERS, "store-read")
        # SQLite has one writer at a time: a queue costs less than waiting for its lock.
        self._writers = ThreadPoolExecutor(1 if self._sqlite else READERS, "store-write")
        self._open: WeakSet[Any] = WeakSet()
        if not self._sqlite:
            event.listen(self._engine, "connect", lambda raw, _record: self._open.add(raw))

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.url.get_backend_name()

    def create_file(self) -> None:
        """Make the SQLite file where there is none yet. Raises `OSError`."""
        create_file(self.url)

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in a transaction that only reads. Raises `StoreUnavailableError`."""
        return await self._within_deadline(self._readers, work, {})

    async def write(self, work: Callable[[Connection], _T], *, durable: bool = False) -> _T:
        """Run `work` and commit. Raises `StoreUnavailableError`.

        What was committed survives the death of the process; with `durable` also a power cut.
        """
        return await self._within_deadline(self._writers, work, {"write": True, "durable": durable})

    async def ping(self) -> None:
        """Check that the database can be read and written. Raises `StoreUnavailableError`."""
        await self.write(lambda connection: connection.execute(select(schema_version)).scalar())

    async def close(self) -> None:
        """Finish what runs and close every connection."""
        for pool in (self._writers, self._readers):
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
        self._engine.dispose()

    async def _within_deadline(
        self, pool: ThreadPoolExecutor, work: Callable[[Connection], _T], options: dict[str, Any]
    ) -> _T:
        job = asyncio.wrap_future(pool.submit(self._run, work, options))
        try:
            return await asyncio.wait_for(job, DEADLINE_SECONDS)
        except TimeoutError:
            self._sever()
            raise StoreUnavailableError(
                f"the database did not answer within {DEADLINE_SECONDS:g} s"
            ) from None

    def _run(self, work: Callable[[Connection], _T], options: dict[str, Any]) -> _T:
        try:
            with self._engine.connect() as opened:
                connection = opened.execution_options(**options)
                with connection.begin():
                    return work(connection)
        except (IntegrityError, DataError):
            raise
        except SQLAlchemyError as error:
            raise StoreUnavailableError(_first_line(error)) from error

    def _sever(self) -> None:
        """Cut the connections of a server that hangs, so that no thread waits for it for ever."""
        for raw in list(self._open):
            # One that was closed meanwhile has no file number, and nothing is left to cut.
            with (
                contextlib.suppress(Exception),
                socket.socket(fileno=socket.dup(raw.fileno())) as link,
            ):
                link.shutdown(socket.SHUT_RDWR)


def _first_line(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return redact_text(lines[0])
