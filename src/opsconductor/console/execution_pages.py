"""The Executions page, and one execution with its log lines."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.client.automation import AutomationClient
from opsconductor.client.automation_answers import ExecutionRecord, ExecutionTrace
from opsconductor.client.errors import UpstreamError
from opsconductor.console.errors import NotFoundError
from opsconductor.console.execution_filter import PERIODS, STATUSES, ExecutionFilter
from opsconductor.console.source import Source
from opsconductor.telemetry import trace

REFRESH_SECONDS = 5
RUNNING_REFRESH_SECONDS = 2
FILTERS_KEPT = 8
"""Filters whose last answer is kept for while the service is down."""
NEIGHBOURS_IN = 200
"""How far back the previous and the next execution are looked for."""
NOT_FOUND = 404

TONES: Mapping[str, str] = {
    "success": "ok",
    "error": "crit",
    "failed": "crit",
    "running": "info",
}


class ExecutionPages:
    """What automation-service ran."""

    def __init__(self, automation: AutomationClient, templates: Jinja2Templates) -> None:
        self._automation = automation
        self._templates = templates
        self._lists: OrderedDict[ExecutionFilter, Source[Sequence[ExecutionRecord]]] = OrderedDict()
        self._tools: Source[Sequence[str]] = Source("automation-service", ())

    def routes(self) -> list[Route]:
        """What the application mounts."""
        return [
            Route("/executions", self.index),
            Route("/executions/{trace_id}", self.one),
        ]

    async def index(self, request: Request) -> Response:
        """The newest executions, filtered; the last known ones while the service is down."""
        wanted = ExecutionFilter.read(request.query_params)
        source = self._source(wanted)
        await source.ask(lambda: self._list(wanted))
        if not source.error:
            await self._tools.ask(self._tool_names)
        names = {*self._tools.value, *(one.tool for one in source.value), wanted.tool} - {""}
        return self._templates.TemplateResponse(
            request,
            "executions.html",
            {
                "refresh_seconds": REFRESH_SECONDS,
                "executions": source.value,
                "source": source,
                "filter": wanted,
                "statuses": STATUSES,
                "periods": PERIODS,
                "tools": sorted(names),
                "more": wanted.more() if len(source.value) >= wanted.limit else None,
                "tones": TONES,
                "moment": moment,
                "brief": brief,
            },
        )

    async def one(self, request: Request) -> Response:
        """The runs of a trace. Raises `NotFoundError` and `UpstreamError`."""
        trace_id = request.path_params["trace_id"]
        found = await self._trace(trace_id)
        wanted = ExecutionFilter.read(request.query_params)
        newer, older = await self._neighbours(trace_id, wanted)
        is_running = any(one.status == "running" for one in found.executions)
        return self._templates.TemplateResponse(
            request,
            "execution.html",
            {
                "refresh_seconds": RUNNING_REFRESH_SECONDS if is_running else None,
                "trace_id": found.trace_id,
                "executions": found.executions,
                "filter": wanted,
                "newer": newer,
                "older": older,
                "tones": TONES,
                "moment": moment,
                "pretty": pretty,
            },
        )

    async def _list(self, wanted: ExecutionFilter) -> list[ExecutionRecord]:
        return await self._automation.executions(
            status=wanted.status or None,
            tool=wanted.tool or None,
            since=wanted.since,
            limit=wanted.limit,
            headers=_headers(),
        )

    async def _tool_names(self) -> list[str]:
        return [tool.name for tool in await self._automation.tools(headers=_headers())]

    async def _trace(self, trace_id: str) -> ExecutionTrace:
        missing = NotFoundError(
            f"No execution has the trace “{trace_id[:64]}”. It may be older than what is kept.",
            [("All executions", "/executions")],
        )
        if not trace.valid_trace_id(trace_id):
            raise missing
        try:
            return await self._automation.execution(trace_id, headers=_headers())
        except UpstreamError as error:
            if error.status == NOT_FOUND:
                raise missing from None
            raise

    async def _neighbours(
        self, trace_id: str, wanted: ExecutionFilter
    ) -> tuple[str | None, str | None]:
        """The traces before and after this one in the list that the reader came from."""
        listed = await self._automation.executions(
            status=wanted.status or None,
            tool=wanted.tool or None,
            limit=NEIGHBOURS_IN,
            headers=_headers(),
        )
        traces = list(dict.fromkeys(one.trace_id for one in listed))
        if trace_id not in traces:
            return None, None
        at = traces.index(trace_id)
        newer = traces[at - 1] if at else None
        return newer, traces[at + 1] if at + 1 < len(traces) else None

    def _source(self, wanted: ExecutionFilter) -> Source[Sequence[ExecutionRecord]]:
        source = self._lists.pop(wanted, None) or Source("automation-service", ())
        self._lists[wanted] = source
        while len(self._lists) > FILTERS_KEPT:
            self._lists.popitem(last=False)
        return source


def moment(text: str | None) -> datetime | None:
    """A time of the service's answers."""
    return datetime.fromisoformat(text) if text else None


def brief(params: Mapping[str, Any]) -> str:
    """Parameters on one line."""
    return ", ".join(f"{name}={value}" for name, value in params.items())


def pretty(value: Any) -> str:
    """A JSON value for reading."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def _headers() -> Mapping[str, str] | None:
    context = trace.current.get()
    return context.child().headers() if context else None
