"""What the service does by itself: heartbeat, recovery after an outage, retention."""

import asyncio
import contextlib
import time
from typing import Protocol

from opsconductor.automation.executions import Executions
from opsconductor.automation.store import (
    AuditLog,
    ExecutionStore,
    InstanceStore,
    StoreUnavailableError,
)
from opsconductor.automation.store.instances import HEARTBEAT_SECONDS
from opsconductor.automation.store.record import now
from opsconductor.settings import Settings
from opsconductor.telemetry import logger

PREPARE_SECONDS = 1.0
"""Between attempts to prepare a database that was away when the service started."""
PRUNE_SECONDS = 60.0
MAX_BATCHES = 50
"""Batches deleted in one round: more than a busy minute adds."""
_DAY_MICROSECONDS = 86_400_000_000

log = logger(__name__)


class Keeper(Protocol):
    """What housekeeping needs of the service."""

    settings: Settings
    executions: Executions
    records: ExecutionStore
    audit: AuditLog
    instances: InstanceStore

    @property
    def prepared(self) -> bool:
        """Whether the database can be used."""

    async def prepare(self) -> None:
        """Make it so. Raises `StoreUnavailableError`."""


class Housekeeping:
    """A task that goes round until `stop`; an outage of the database is waited out."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._task: asyncio.Task[None] | None = None
        self._pruned_at = 0.0

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS if self._keeper.prepared else PREPARE_SECONDS)
            try:
                await self.once()
            except StoreUnavailableError as error:
                log.warning("housekeeping waits for the database", error=str(error))
            except Exception:
                # Whatever is wrong this time, the next round is due all the same.
                log.exception("housekeeping failed")

    async def once(self) -> None:
        """One round. Raises `StoreUnavailableError`."""
        if not self._keeper.prepared:
            await self._keeper.prepare()
        failed = await self._keeper.instances.beat()
        if failed:
            log.warning("runs of a dead process ended as failed", executions=failed)
        await self._keeper.executions.reconcile()
        if time.monotonic() - self._pruned_at >= PRUNE_SECONDS:
            await self._prune()
            self._pruned_at = time.monotonic()

    async def _prune(self) -> None:
        automation = self._keeper.settings.automation
        before = now() - automation.execution_retention_days * _DAY_MICROSECONDS
        for _ in range(MAX_BATCHES):
            if not await self._keeper.records.prune(before=before, keep=automation.execution_rows):
                break
        for _ in range(MAX_BATCHES):
            if not await self._keeper.audit.prune(before=before):
                break
