"""Loki's query API over the executions that ended, read-only and minimal.

Enough for Grafana's Loki data source: its "Save & test" asks `/loki/api/v1/query` for
`vector(1)+vector(1)`, its editor for labels and their values, its panels for `query_range`. One
line is one run, dated when it ended, as JSON; the canary's runs are left out.
"""

import json
import time
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from opsconductor.automation.api.caller import CANARY, service_of
from opsconductor.automation.logql import LABELS, LogQLError, parse, selects
from opsconductor.automation.service import Service
from opsconductor.automation.store import Execution, Filter, RunStatus
from opsconductor.contract import AUTOMATION

router = APIRouter(prefix="/loki/api/v1")

MAX_LINES = 5000
DEFAULT_RANGE_SECONDS = 3600
EXCERPT = 500
"""Characters of the output in a line."""
_HEALTH_QUERY = "vector(1)+vector(1)"
_ENDED = (RunStatus.SUCCESS, RunStatus.ERROR, RunStatus.FAILED)
_NANOSECONDS_FROM = 1e11
"""A bare number at least this large is in nanoseconds: as seconds it would be the year 5138."""


@router.get("/query_range")
async def query_range(  # noqa: PLR0913  Loki's parameters
    request: Request,
    *,
    query: str,
    start: str | None = None,
    end: str | None = None,
    limit: Annotated[int, Query(ge=0, le=MAX_LINES)] = 100,
    direction: Literal["backward", "forward"] = "backward",
) -> JSONResponse:
    """The lines between `start` and `end` that the query selects, as streams."""
    service = service_of(request)
    try:
        matchers = parse(query)
        until = _microseconds(end) if end else int(time.time() * 1e6)
        since = _microseconds(start) if start else until - int(DEFAULT_RANGE_SECONDS * 1e6)
    except ValueError as error:
        return _bad_request(error)
    every = await service.records.tools()
    selected = [
        (status, tool)
        for status in _ENDED
        for tool in every
        if selects(matchers, {"service": AUTOMATION, "status": status, "tool": tool})
    ]
    statuses = {status for status, _ in selected}
    tools = {tool for _, tool in selected}
    wanted = Filter(
        # A condition that lets everything through would only mislead the query planner.
        statuses=sorted(statuses) if len(statuses) < len(_ENDED) else None,
        tools=sorted(tools) if len(tools) < len(every) else None,
        finished_from=since,
        finished_before=until,
        without_principal=CANARY,
        ended_only=True,
        oldest_first=direction == "forward",
        limit=limit,
    )
    found = await service.records.find(wanted) if selected and limit else []
    return _success({"resultType": "streams", "result": _streams(found), "stats": {}})


@router.get("/query")
async def query_instant(query: str) -> JSONResponse:
    """The data source's health check; other instant queries are not answered."""
    if "".join(query.split()) != _HEALTH_QUERY:
        return _bad_request(LogQLError("instant queries are not answered, ask query_range"))
    sample = {"metric": {}, "value": [time.time(), "2"]}
    return _success({"resultType": "vector", "result": [sample], "stats": {}})


@router.get("/labels")
@router.get("/label", include_in_schema=False)
async def labels() -> JSONResponse:
    """The labels that streams have."""
    return _success(list(LABELS))


@router.get("/label/{name}/values")
async def label_values(request: Request, name: str) -> JSONResponse:
    """The values that a label has."""
    return _success(await _values(service_of(request), name))


@router.get("/series")
async def series(
    request: Request, match: Annotated[list[str] | None, Query(alias="match[]")] = None
) -> JSONResponse:
    """The streams that any of the selectors selects."""
    try:
        selectors = [parse(text) for text in match or ()]
    except LogQLError as error:
        return _bad_request(error)
    tools = await service_of(request).records.tools()
    every = [{"service": AUTOMATION, "status": s, "tool": tool} for s in _ENDED for tool in tools]
    return _success(
        [labels for labels in every if any(selects(matchers, labels) for matchers in selectors)]
    )


@router.get("/index/stats")
async def index_stats() -> JSONResponse:
    """How much a query would read; the editor shows it, and nothing is known about it here."""
    return JSONResponse({"streams": 0, "chunks": 0, "bytes": 0, "entries": 0})


async def _values(service: Service, name: str) -> list[str]:
    match name:
        case "service":
            return [AUTOMATION]
        case "status":
            return [str(status) for status in _ENDED]
        case "tool":
            return await service.records.tools()
        case _:
            return []


def _streams(executions: list[Execution]) -> list[dict[str, Any]]:
    streams: dict[tuple[str, str], list[list[str]]] = {}
    for execution in executions:
        nanoseconds = (execution.finished_at or 0) * 1000
        entry = [str(nanoseconds), _line(execution)]
        streams.setdefault((execution.status, execution.tool), []).append(entry)
    return [
        {"stream": {"service": AUTOMATION, "status": status, "tool": tool}, "values": values}
        for (status, tool), values in streams.items()
    ]


def _line(execution: Execution) -> str:
    duration = execution.duration_ms
    return json.dumps(
        {
            "trace_id": execution.trace_id,
            "tool": execution.tool,
            "status": execution.status,
            "duration_ms": None if duration is None else round(duration, 3),
            "reason": execution.reason,
            "message": execution.message,
            "output": (execution.output or "")[:EXCERPT],
        }
    )


def _microseconds(text: str) -> int:
    """A time in one of Loki's forms: nanoseconds, seconds with a fraction, or RFC 3339."""
    try:
        number = float(text)
    except ValueError:
        try:
            return int(datetime.fromisoformat(text).timestamp() * 1e6)
        except ValueError:
            raise ValueError(
                f"{text[:40]!r} is not a time: give nanoseconds, seconds or RFC 3339"
            ) from None
    if not abs(number) < 1e19:  # noqa: PLR2004  beyond what 64 bits of nanoseconds hold; NaN too
        raise ValueError(f"{text[:40]!r} is not a time in our age")
    if "." not in text and number >= _NANOSECONDS_FROM:
        return int(text) // 1000 if text.isdecimal() else int(number) // 1000
    return int(number * 1e6) if number < _NANOSECONDS_FROM else int(number / 1000)


def _success(data: Any) -> JSONResponse:
    return JSONResponse({"status": "success", "data": data})


def _bad_request(error: Exception) -> JSONResponse:
    body = {"status": "error", "errorType": "bad_data", "error": str(error), "message": str(error)}
    return JSONResponse(body, 400)
