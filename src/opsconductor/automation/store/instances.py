"""Which processes use the database, so that only a dead one's runs are declared failed.

Several instances may share a PostgreSQL database. Each writes a heartbeat. A run whose instance
is dead ends as failed: at once where that instance's process was on this very machine and is gone
(a restart after a kill), otherwise when its heartbeat is older than `STALE_SECONDS`.
"""

import os
import platform
import secrets
from pathlib import Path

import psutil
from sqlalchemy import Connection, Row, delete, insert, select, update

from opsconductor.automation.store.database import Database
from opsconductor.automation.store.executions import fail
from opsconductor.automation.store.record import RunStatus, now
from opsconductor.automation.store.schema import executions, instances

HEARTBEAT_SECONDS = 5.0
STALE_SECONDS = 30.0
"""Six missed heartbeats: a short outage of the database is none."""


class InstanceStore:
    """This process among those that use the database. Methods raise `StoreUnavailableError`."""

    def __init__(self, database: Database) -> None:
        self.id = secrets.token_hex(8)
        self._database = database

    async def register(self) -> list[str]:
        """Announce this process and end the runs of dead ones; returns the failed runs' ids."""
        return await self._database.write(self._register)

    async def beat(self) -> list[str]:
        """Renew the heartbeat and end the runs of dead instances; returns the failed runs' ids."""
        return await self._database.write(self._beat)

    async def leave(self) -> None:
        """Withdraw this process at an orderly stop."""
        await self._database.write(
            lambda connection: connection.execute(
                delete(instances).where(instances.c.id == self.id)
            )
        )

    def _register(self, connection: Connection) -> list[str]:
        process = psutil.Process()
        connection.execute(delete(instances).where(instances.c.id == self.id))
        connection.execute(
            insert(instances).values(
                id=self.id,
                host=_host(),
                pid=process.pid,
                pid_started=process.create_time(),
                heartbeat_at=now(),
            )
        )
        return self._bury(connection)

    def _beat(self, connection: Connection) -> list[str]:
        renewed = connection.execute(
            update(instances).where(instances.c.id == self.id).values(heartbeat_at=now())
        )
        # Another instance took this one for dead during an outage.
        return self._bury(connection) if renewed.rowcount else self._register(connection)

    def _bury(self, connection: Connection) -> list[str]:
        dead = [row.id for row in connection.execute(select(instances)) if not _alive(row)]
        if dead:
            connection.execute(delete(instances).where(instances.c.id.in_(dead)))
        known = select(instances.c.id)
        orphans = select(executions.c.id).where(
            executions.c.status == RunStatus.RUNNING, executions.c.instance.not_in(known)
        )
        ids = list(connection.execute(orphans).scalars())
        fail(connection, ids)
        return ids


def _alive(row: Row[tuple[str, str, int, float, int]]) -> bool:
    if row.heartbeat_at > now() - STALE_SECONDS * 1e6:
        return row.host != _host() or _runs(row.pid, row.pid_started)
    return False


def _runs(pid: int, started: float) -> bool:
    if pid == os.getpid():
        return True
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1
    except psutil.NoSuchProcess:
        return False


def _host() -> str:
    """This machine since its last boot: a pid says nothing beyond it."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{platform.node()}/{boot.read_text().strip() if boot.exists() else ''}"
