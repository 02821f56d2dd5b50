"""Keeps the newest messages in one SQLite file; the only place of the inbox that knows SQL."""

import json
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsconductor.inbox.message import Message
from opsconductor.objectives import Receiver

KEPT: Mapping[Receiver, int] = {
    Receiver.SLACK: 1_000,
    Receiver.PAGERDUTY: 1_000,
    Receiver.EMAIL: 1_000,
    # A heartbeat says no more than the one before it.
    Receiver.WATCHDOG: 100,
}
"""Newest messages kept of each receiver."""
KEPT_BYTES = 64 * 1024 * 1024
"""Raw bytes kept of each receiver; the newest message is kept whatever its size."""
BUSY_SECONDS = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT NOT NULL,
    received_at TEXT NOT NULL,
    status TEXT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    alerts TEXT NOT NULL,
    raw TEXT NOT NULL,
    size INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_receiver ON messages (receiver, id);
"""
_COLUMNS = "id, receiver, received_at, status, title, body, alerts, raw"
_INSERT = """
INSERT INTO messages (receiver, received_at, status, title, body, alerts, raw, size)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_PRUNE = """
DELETE FROM messages WHERE id IN (
    SELECT id FROM (
        SELECT id,
            row_number() OVER newest_first AS place,
            sum(size) OVER newest_first AS bytes
        FROM messages WHERE receiver = ?
        WINDOW newest_first AS (ORDER BY id DESC)
    ) WHERE place > 1 AND (place > ? OR bytes > ?)
)
"""


class InboxStoreError(Exception):
    """The inbox's file cannot be read or written; the text names it."""


class InboxStore:
    """Messages on disk, safe to call from several threads. Methods raise `InboxStoreError`.

    A message is on disk before `add` returns, so that a sender is told "ok" for nothing that a
    crash could take back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from None
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            self._connection.close()
            raise self._failure(error) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def add(self, message: Message) -> Message:
        """Keep the message, forget the oldest ones over the bound, and return it with its id."""
        row = (
            message.receiver.value,
            message.received_at.astimezone(UTC).isoformat(),
            message.status,
            message.title,
            message.body,
            json.dumps(message.alerts),
            message.raw,
            len(message.raw) + len(message.body),
        )
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    identifier = self._connection.execute(_INSERT, row).lastrowid or 0
                    bounds = (message.receiver.value, KEPT[message.receiver], KEPT_BYTES)
                    self._connection.execute(_PRUNE, bounds)
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise self._failure(error) from None
        return replace(message, id=identifier)

    def newest(
        self, receiver: Receiver | None = None, limit: int = 100, before: int = 0
    ) -> list[Message]:
        """The newest messages, of one receiver or of all, newest first.

        With `before`, those older than the message of that id.
        """
        query = (
            f"SELECT {_COLUMNS} FROM messages "  # noqa: S608  constants only
            "WHERE (?1 IS NULL OR receiver = ?1) AND (?2 = 0 OR id < ?2) "
            "ORDER BY id DESC LIMIT ?3"
        )
        rows = self._rows(query, (receiver.value if receiver else None, before, limit))
        return [_message(row) for row in rows]

    def get(self, identifier: int) -> Message | None:
        """One message, or None."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM messages WHERE id = ?", (identifier,))  # noqa: S608  a constant
        return _message(rows[0]) if rows else None

    def counts(self) -> dict[Receiver, int]:
        """How many messages are kept of each receiver."""
        rows = self._rows("SELECT receiver, count(*) FROM messages GROUP BY receiver", ())
        return dict.fromkeys(Receiver, 0) | {Receiver(name): count for name, count in rows}

    def last_heartbeat(self) -> datetime | None:
        """When the Watchdog's alert was last said to fire."""
        rows = self._rows(
            "SELECT max(received_at) FROM messages WHERE receiver = ? AND status = 'firing'",
            (Receiver.WATCHDOG.value,),
        )
        return datetime.fromisoformat(rows[0][0]) if rows[0][0] else None

    def _rows(self, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                with closing(self._connection.execute(query, parameters)) as cursor:
                    return cursor.fetchall()
            except sqlite3.Error as error:
                raise self._failure(error) from None

    def _failure(self, error: Exception) -> InboxStoreError:
        return InboxStoreError(f"the inbox's file {self._path} cannot be used: {error}")


def _message(row: tuple[Any, ...]) -> Message:
    identifier, receiver, received_at, status, title, body, alerts, raw = row
    return Message(
        id=identifier,
        receiver=Receiver(receiver),
        received_at=datetime.fromisoformat(received_at),
        status=status,
        title=title,
        body=body,
        alerts=tuple(json.loads(alerts)),
        raw=raw,
    )
