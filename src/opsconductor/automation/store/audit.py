"""Audit records of requests made in plain language."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from opsconductor.automation.store.database import Database
from opsconductor.automation.store.record import clean_json, now
from opsconductor.automation.store.schema import audit_records

_PRUNE_BATCH = 1000


class AuditLog:
    """Appends audit records. Every method raises `StoreUnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, trace_id: str, principal: str, record: Mapping[str, Any]) -> str:
        """Store a record so that it survives a power cut; returns its id."""
        record_id = secrets.token_hex(16)
        statement = insert(audit_records).values(
            id=record_id,
            trace_id=trace_id,
            principal=principal,
            at=now(),
            record=clean_json(record),
        )
        await self._database.write(lambda connection: connection.execute(statement), durable=True)
        return record_id

    async def prune(self, *, before: int) -> int:
        """Delete a batch of records older than `before` (microseconds since the epoch)."""
        batch = select(audit_records.c.id).where(audit_records.c.at < before).limit(_PRUNE_BATCH)
        statement = delete(audit_records).where(audit_records.c.id.in_(batch))
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)
