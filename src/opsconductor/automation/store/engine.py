"""SQLAlchemy engines: SQLite that notices a file taken away, PostgreSQL that gives up in time."""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import QueuePool

READERS = 2
BUSY_SECONDS = 1.5
"""How long a statement waits for a lock: below the deadline that callers have."""

_POSTGRESQL_NAMES = {"postgres", "postgresql", "postgresql+psycopg"}


class DatabaseUrlError(ValueError):
    """The database's address cannot be used; the text says why, without its password."""


def parse_url(text: str) -> URL:
    """The address in the form that the engines want. Raises `DatabaseUrlError`."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUrlError(
            "the database URL is not of the form postgresql://user:password@host:port/name "
            "or sqlite:////absolute/path"
        ) from None
    if url.drivername in _POSTGRESQL_NAMES:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise DatabaseUrlError("a SQLite database URL has to name a file")
        return url
    raise DatabaseUrlError(
        f"the database URL names {url.drivername}; use sqlite:/// or postgresql://"
    )


def make_engine(url: URL) -> Engine:
    """An engine whose connections give up within the deadline. Connects to nothing yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(Path(url.database or "").absolute())
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=2 * READERS,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            "connect_timeout": 2,
            "tcp_user_timeout": 2000,
            "application_name": "opsconductor-automation",
            "options": f"-c statement_timeout={BUSY_SECONDS}s -c lock_timeout={BUSY_SECONDS}s",
        },
    )


def create_file(url: URL) -> None:
    """Make an absent SQLite file, once, at start: later on a missing one is an error.

    Raises `OSError` where the folder does not allow it.
    """
    if url.get_backend_name() != "sqlite":
        return
    path = Path(url.database or "").absolute()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _sqlite(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a file that was taken away is an error, never an empty database made anew.
        return sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=READERS + 1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
    )

    def identity() -> tuple[int, int] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino)

    @event.listens_for(engine, "connect")
    def opened(connection: sqlite3.Connection, record: Any) -> None:
        record.info["file"] = identity()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def borrowed(_connection: sqlite3.Connection, record: Any, _proxy: Any) -> None:
        # An open handle survives an unlink and would go on writing into nowhere.
        if record.info["file"] != identity():
            raise DisconnectionError("the database file was taken away or replaced")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("write"):
            connection.exec_driver_sql("BEGIN")
            return
        level = "FULL" if options.get("durable") else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        # A writer takes its lock at once: upgrading a read snapshot fails without waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
