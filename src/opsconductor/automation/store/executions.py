"""Executions and their log lines in the database."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, text, update

from opsconductor.automation.store.database import Database
from opsconductor.automation.store.record import (
    End,
    Execution,
    Filter,
    LogLine,
    RunStatus,
    clean,
    clean_json,
    now,
)
from opsconductor.automation.store.schema import executions, log_lines
from opsconductor.contract import Reason

_PRUNE_BATCH = 1000
"""Rows deleted in one transaction, so that runs never wait long for it."""
# A batch whose commit got lost on its way back is sent again.
_INSERT_LINES = text(
    "INSERT INTO log_lines (execution_id, number, at, stream, text) "
    "VALUES (:execution_id, :number, :at, :stream, :text) ON CONFLICT DO NOTHING"
)
DIED = "the service stopped while the tool was running"


class ExecutionStore:
    """Reads and writes executions. Every method raises `StoreUnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, execution: Execution) -> None:
        """Record a run before it begins."""
        await self._database.write(lambda connection: _insert(connection, execution))

    async def record(self, execution: Execution, end: End, lines: Sequence[LogLine] = ()) -> None:
        """Record a run that is over, whether its start was recorded or not."""

        def work(connection: Connection) -> None:
            if not _finish(connection, execution.id, end):
                _insert(connection, execution)
                _finish(connection, execution.id, end)
            _append(connection, execution.id, 0, lines)

        await self._database.write(work)

    async def append(self, execution_id: str, first: int, lines: Sequence[LogLine]) -> None:
        """Add log lines; `first` is the number of the first one."""
        await self._database.write(
            lambda connection: _append(connection, execution_id, first, lines)
        )

    async def finish(
        self, execution_id: str, end: End, first: int, lines: Sequence[LogLine]
    ) -> None:
        """Record the end of a run, with the log lines that are not stored yet."""

        def work(connection: Connection) -> None:
            _finish(connection, execution_id, end)
            _append(connection, execution_id, first, lines)

        await self._database.write(work)

    async def fail_abandoned(self, instance: str, live: Collection[str], before: int) -> list[str]:
        """End the instance's runs that nobody runs any more as failed; returns their ids."""

        def work(connection: Connection) -> list[str]:
            open_runs = select(executions.c.id).where(
                executions.c.status == RunStatus.RUNNING,
                executions.c.instance == instance,
                executions.c.started_at < before,
            )
            ids = [found for (found,) in connection.execute(open_runs) if found not in live]
            fail(connection, ids)
            return ids

        return await self._database.write(work)

    async def find(self, wanted: Filter) -> list[Execution]:
        """The runs that the filter lets through, newest first unless it says otherwise."""
        query = _query(wanted)
        return await self._database.read(
            lambda connection: [_execution(row) for row in connection.execute(query)]
        )

    async def lines(self, execution_id: str) -> list[LogLine]:
        """The log lines of a run, in order."""
        query = (
            select(log_lines.c.at, log_lines.c.stream, log_lines.c.text)
            .where(log_lines.c.execution_id == execution_id)
            .order_by(log_lines.c.number)
        )
        return await self._database.read(
            lambda connection: [LogLine(*row) for row in connection.execute(query)]
        )

    async def tools(self) -> list[str]:
        """The names of all tools that were ever run."""
        query = select(executions.c.tool).distinct().order_by(executions.c.tool)
        return await self._database.read(
            lambda connection: list(connection.execute(query).scalars())
        )

    async def prune(self, *, before: int, keep: int) -> int:
        """Delete a batch of ended runs older than `before` or beyond the newest `keep`."""

        def work(connection: Connection) -> int:
            oldest_kept = connection.execute(
                select(executions.c.started_at)
                .order_by(executions.c.started_at.desc())
                .offset(keep)
                .limit(1)
            ).scalar()
            limit = before if oldest_kept is None else max(before, oldest_kept + 1)
            batch = (
                select(executions.c.id)
                .where(executions.c.started_at < limit, executions.c.status != RunStatus.RUNNING)
                .order_by(executions.c.started_at)
                .limit(_PRUNE_BATCH)
            )
            return connection.execute(delete(executions).where(executions.c.id.in_(batch))).rowcount

        return await self._database.write(work)


def fail(connection: Connection, ids: Sequence[str]) -> None:
    """End these runs as failed: the process that ran them is gone."""
    if ids:
        connection.execute(
            update(executions)
            .where(executions.c.id.in_(ids), executions.c.status == RunStatus.RUNNING)
            .values(
                status=RunStatus.FAILED, reason=Reason.INTERNAL, message=DIED, finished_at=now()
            )
        )


def _insert(connection: Connection, execution: Execution) -> None:
    connection.execute(
        insert(executions).values(
            id=execution.id,
            trace_id=execution.trace_id,
            principal=execution.principal,
            instance=execution.instance,
            tool=execution.tool,
            params=clean_json(execution.params),
            status=RunStatus.RUNNING,
            started_at=execution.started_at,
            truncated=False,
            redacted=False,
        )
    )


def _finish(connection: Connection, execution_id: str, end: End) -> bool:
    return bool(
        connection.execute(
            update(executions)
            .where(executions.c.id == execution_id)
            .values(
                status=end.status,
                reason=end.reason,
                message=end.message and clean(end.message),
                output=end.output and clean(end.output),
                exit_code=end.exit_code,
                truncated=end.truncated,
                redacted=end.redacted,
                finished_at=end.finished_at,
                duration_ms=end.duration_ms,
            )
        ).rowcount
    )


def _append(
    connection: Connection, execution_id: str, first: int, lines: Sequence[LogLine]
) -> None:
    if lines:
        connection.execute(
            _INSERT_LINES,
            [
                {
                    "execution_id": execution_id,
                    "number": number,
                    "at": line.at,
                    "stream": line.stream,
                    "text": clean(line.text),
                }
                for number, line in enumerate(lines, start=first)
            ],
        )


def _query(wanted: Filter) -> Select[Any]:
    c = executions.c
    query = select(executions)
    if wanted.statuses is not None:
        query = query.where(c.status.in_(wanted.statuses))
    if wanted.tools is not None:
        query = query.where(c.tool.in_(wanted.tools))
    if wanted.trace_id is not None:
        query = query.where(c.trace_id == wanted.trace_id)
    if wanted.started_from is not None:
        query = query.where(c.started_at >= wanted.started_from)
    if wanted.finished_from is not None:
        query = query.where(c.finished_at >= wanted.finished_from)
    if wanted.finished_before is not None:
        query = query.where(c.finished_at < wanted.finished_before)
    if wanted.without_principal is not None:
        query = query.where(c.principal != wanted.without_principal)
    if wanted.ended_only:
        query = query.where(c.finished_at.is_not(None))
    at = c.finished_at if wanted.ended_only else c.started_at
    order = (at, c.id) if wanted.oldest_first else (at.desc(), c.id.desc())
    return query.order_by(*order).limit(wanted.limit)


def _execution(row: Row[Any]) -> Execution:
    values = dict(row._mapping)  # noqa: SLF001  the documented way to a row's columns by name
    values["params"] = json.loads(values["params"])
    values["status"] = RunStatus(values["status"])
    return Execution(**values)
