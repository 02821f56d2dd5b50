"""A SQLite database that is locked, taken away or replaced while it is in use."""

import asyncio
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from opsconductor.automation.store import Database, StoreUnavailableError, prepare
from opsconductor.automation.store.database import DEADLINE_SECONDS
from opsconductor.automation.store.engine import DatabaseUrlError, parse_url
from opsconductor.automation.store.schema import VERSION, SchemaVersionError

pytestmark = pytest.mark.anyio


def read_pragma(name: str, connection: Connection) -> object:
    """The value of a SQLite pragma."""
    return connection.execute(text(f"PRAGMA {name}")).scalar()


def take_away(file: Path) -> Path:
    """Move the database out of the service's sight; returns where it is."""
    return file.rename(file.with_suffix(".hidden"))


def put_back(hidden: Path, file: Path) -> None:
    """Undo `take_away`; fails where the service made the file anew."""
    assert not file.exists()
    hidden.rename(file)


def replace(file: Path, content: bytes) -> None:
    """Put another file, without the old one's log, in the database's place."""
    for part in file.parent.iterdir():
        part.unlink()
    file.write_bytes(content)


async def test_connections_are_set_up_for_a_server(database: Database) -> None:
    """WAL, NORMAL, foreign keys and a busy timeout must be in force on every connection."""
    expected = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 1500}
    for name, value in expected.items():
        assert await database.write(partial(read_pragma, name)) == value


async def test_a_durable_write_is_synchronous_and_the_next_one_is_not(database: Database) -> None:
    """Only the write that asks for it may pay for a power cut."""
    assert await database.write(partial(read_pragma, "synchronous"), durable=True) == 2
    assert await database.write(partial(read_pragma, "synchronous")) == 1


async def test_a_removed_file_is_noticed_and_not_made_anew(
    database: Database, database_file: Path
) -> None:
    """Work on an unlinked database must fail, although its handles are still open."""
    await database.ping()
    hidden = take_away(database_file)
    with pytest.raises(StoreUnavailableError):
        await database.ping()
    with pytest.raises(StoreUnavailableError):
        await database.read(lambda c: c.execute(text("SELECT 1")).scalar())
    put_back(hidden, database_file)
    await database.ping()


async def test_a_file_replaced_by_an_empty_one_is_noticed(
    database: Database, database_file: Path
) -> None:
    """Another file under the same name must not pass for the database."""
    await database.ping()
    replace(database_file, b"")
    with pytest.raises(StoreUnavailableError):
        await database.ping()


async def test_a_lock_fails_writers_within_the_deadline_and_not_readers(
    database: Database, database_file: Path
) -> None:
    """While another process holds the write lock, writes must fail in time and reads work."""
    await database.ping()
    other = sqlite3.connect(database_file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="locked"):
            await database.ping()
        assert time.monotonic() - began < 2
        assert await database.read(lambda c: c.execute(text("SELECT 7")).scalar()) == 7
        other.execute("ROLLBACK")
        await database.ping()
    finally:
        other.close()


async def test_a_file_that_is_no_database_is_unavailable(
    database: Database, database_file: Path
) -> None:
    """A damaged file must be an outage, with a text that says what is wrong."""
    replace(database_file, b"not a database, but long enough to have a header" * 50)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        await database.ping()


async def test_work_that_hangs_is_given_up_and_the_event_loop_goes_on(database: Database) -> None:
    """A caller must wait no longer than the deadline, and others not at all."""
    release = threading.Event()
    hanging = asyncio.create_task(database.read(lambda _c: release.wait(10)))
    await asyncio.sleep(0)
    began = time.monotonic()
    await database.ping()
    assert time.monotonic() - began < 1
    try:
        with pytest.raises(StoreUnavailableError, match="did not answer"):
            await hanging
        assert time.monotonic() - began < DEADLINE_SECONDS + 0.5
    finally:
        release.set()


async def test_a_newer_database_is_refused(database: Database) -> None:
    """A schema of a later version must be left alone, with a text that says so."""
    await database.write(
        lambda c: c.execute(text("UPDATE schema_version SET version = :v"), {"v": VERSION + 1})
    )
    with pytest.raises(SchemaVersionError, match=str(VERSION + 1)):
        await database.write(prepare)


async def test_preparing_twice_changes_nothing(database: Database) -> None:
    """A second start must find the schema as the first one left it."""
    await database.write(prepare)
    count = await database.read(
        lambda c: c.execute(text("SELECT count(*) FROM schema_version")).scalar()
    )
    assert count == 1


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/db"])
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    """A URL of another kind must be refused at once, with what to write instead."""
    with pytest.raises(DatabaseUrlError, match="database URL"):
        parse_url(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_accepted(scheme: str) -> None:
    """Deployments' addresses must work whatever driver they name."""
    assert parse_url(f"{scheme}://u:p@h/db").drivername == "postgresql+psycopg"
