"""What was run: the list, one run with its log lines, and cancelling."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request

from opsconductor.automation.api.answers import timestamp
from opsconductor.automation.api.caller import service_of
from opsconductor.automation.store import Execution, Filter, LogLine, RunStatus

router = APIRouter()

MAX_LISTED = 1000
MAX_PER_TRACE = 50
"""Runs shown of one trace; a pipeline's request makes a handful."""


@router.get("/executions")
async def list_executions(
    request: Request,
    status: Annotated[list[RunStatus] | None, Query()] = None,
    tool: Annotated[list[str] | None, Query()] = None,
    since: Annotated[datetime | None, Query(description="ISO 8601 or seconds, UTC")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 100,
) -> dict[str, Any]:
    """The runs, newest first, without their output."""
    wanted = Filter(
        statuses=status,
        tools=tool,
        started_from=_microseconds(since) if since else None,
        limit=limit,
    )
    found = await service_of(request).records.find(wanted)
    return {"executions": [summary(execution) for execution in found], "count": len(found)}


@router.get("/executions/{trace_id}")
async def get_execution(request: Request, trace_id: str) -> dict[str, Any]:
    """The newest run of a trace with its log lines, and all of them under `executions`."""
    records = service_of(request).records
    found = await _of_trace(request, trace_id)
    details = [detail(execution, await records.lines(execution.id)) for execution in found]
    return {**details[0], "executions": details}


@router.post("/executions/{trace_id}/cancel")
async def cancel_execution(request: Request, trace_id: str) -> dict[str, Any]:
    """Stop the runs of a trace; each of them answers its caller with the reason `cancelled`."""
    cancelled = service_of(request).executions.cancel(trace_id)
    if not cancelled:
        found = await _of_trace(request, trace_id)
        running = next((run for run in found if run.status is RunStatus.RUNNING), None)
        if running:
            raise HTTPException(409, f"instance {running.instance} runs it; ask that one")
        raise HTTPException(409, f"it has ended already: {found[0].status}")
    return {"trace_id": trace_id, "cancelled": cancelled}


def summary(execution: Execution) -> dict[str, Any]:
    """A run as the list shows it."""
    error = {"code": execution.reason, "message": execution.message or ""}
    ended = execution.finished_at
    return {
        "id": execution.id,
        "trace_id": execution.trace_id,
        "principal": execution.principal,
        "tool": execution.tool,
        "params": execution.params,
        "status": execution.status,
        "reason": execution.reason,
        "error": error if execution.reason else None,
        "started_at": timestamp(execution.started_at),
        "finished_at": timestamp(ended) if ended is not None else None,
        "duration_ms": execution.duration_ms,
        "exit_code": execution.exit_code,
        "truncated": execution.truncated,
        "redacted": execution.redacted,
    }


def detail(execution: Execution, lines: list[LogLine]) -> dict[str, Any]:
    """A run with its output and log lines."""
    return {
        **summary(execution),
        "output": execution.output,
        "lines": [
            {"at": timestamp(line.at), "stream": line.stream, "text": line.text} for line in lines
        ],
    }


async def _of_trace(request: Request, trace_id: str) -> list[Execution]:
    wanted = Filter(trace_id=trace_id, limit=MAX_PER_TRACE)
    found = await service_of(request).records.find(wanted)
    if not found:
        raise HTTPException(404, f"no execution has the trace id {trace_id[:64]!r}")
    return found


def _microseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1e6)
