"""A typed client of automation-service."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from opsconductor.client.automation_answers import (
    Audited,
    Cancelled,
    ExecutionList,
    ExecutionRecord,
    ExecutionTrace,
    Readiness,
    Run,
    SearchResult,
    ToolInfo,
    ToolList,
)
from opsconductor.client.errors import UpstreamError
from opsconductor.client.http import parsed, send, trust
from opsconductor.contract import AUTOMATION

Headers = Mapping[str, str]

_A = TypeVar("_A", bound=BaseModel)


class AutomationClient:
    """`async with AutomationClient(base_url) as automation: …`.

    Every method raises `UpstreamError` where the service cannot be reached, is too slow, or
    answers with an error that is not the tool's. `headers` go along with the request: the
    caller's trace, or a probe's marker.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 60,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        # trust_env would send loopback traffic through a proxy of the environment.
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=timeout,
            transport=transport,
            verify=trust(base_url),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.__aexit__(kind, error, traceback)

    async def tools(
        self,
        *,
        platform: str | None = None,
        category: str | None = None,
        headers: Headers | None = None,
    ) -> list[ToolInfo]:
        """The tools of the catalogue."""
        wanted = {"platform": platform, "category": category}
        params = {name: value for name, value in wanted.items() if value}
        answer = await self._get("/ai/tools/list", params, headers)
        return list(_read(ToolList, answer).tools)

    async def reload_tools(self, *, headers: Headers | None = None) -> dict[str, Any]:
        """Read the tool files again; returns `count`, `tools` and `broken` (file to reason)."""
        response = await send(self._http, AUTOMATION, "POST", "/ai/tools/reload", headers=headers)
        answer: dict[str, Any] = parsed(AUTOMATION, response)
        return answer

    async def execute_tool(
        self, name: str, params: Mapping[str, Any] | None = None, *, headers: Headers | None = None
    ) -> Run:
        """Run a tool with parameters."""
        body = {"name": name, "params": dict(params or {})}
        return await self._run("/ai/tools/execute", body, headers)

    async def execute(
        self,
        input: str,  # noqa: A002  the field's name in the service's interface
        tool: str = "echo",
        params: Mapping[str, Any] | None = None,
        *,
        headers: Headers | None = None,
    ) -> Run:
        """Run a tool on an input."""
        body = {"input": input, "tool": tool, "params": dict(params or {})}
        return await self._run("/ai/execute", body, headers)

    async def search(
        self,
        query: str,
        platforms: Sequence[str] = (),
        k: int = 3,
        *,
        headers: Headers | None = None,
    ) -> SearchResult:
        """The `k` tools that fit the query best."""
        params = {"query": query, "platform": list(platforms), "k": k}
        return _read(SearchResult, await self._get("/api/selector/search", params, headers))

    async def executions(
        self,
        *,
        status: str | None = None,
        tool: str | None = None,
        since: str | None = None,
        limit: int = 100,
        headers: Headers | None = None,
    ) -> list[ExecutionRecord]:
        """Recorded runs, newest first, without output and lines; `since` is ISO 8601."""
        wanted = {"status": status, "tool": tool, "since": since, "limit": limit}
        params = {name: value for name, value in wanted.items() if value}
        return list(
            _read(ExecutionList, await self._get("/executions", params, headers)).executions
        )

    async def execution(self, trace_id: str, *, headers: Headers | None = None) -> ExecutionTrace:
        """The runs of a trace; an `UpstreamError` with status 404 says that there is none."""
        path = httpx.URL(path=f"/executions/{trace_id}").raw_path.decode()
        return _read(ExecutionTrace, await self._get(path, None, headers))

    async def cancel(self, trace_id: str, *, headers: Headers | None = None) -> int:
        """Stop the runs of a trace; returns how many. Status 409 says that they had ended."""
        path = httpx.URL(path=f"/executions/{trace_id}/cancel").raw_path.decode()
        response = await send(self._http, AUTOMATION, "POST", path, headers=headers)
        return _read(Cancelled, parsed(AUTOMATION, response)).cancelled

    async def audit(self, record: Mapping[str, Any], *, headers: Headers | None = None) -> str:
        """Keep an audit record (`input` and whatever else is known); returns its id."""
        response = await send(
            self._http, AUTOMATION, "POST", "/audit/ai-query", json=dict(record), headers=headers
        )
        return _read(Audited, parsed(AUTOMATION, response)).id

    async def health(self) -> bool:
        """Whether the process answers."""
        await self._get("/health", None, None)
        return True

    async def ready(self) -> Readiness:
        """Whether the service can work, and what is missing if it cannot."""
        return _read(Readiness, parsed(AUTOMATION, await self._raw("GET", "/ready")))

    async def _run(self, path: str, body: Mapping[str, Any], headers: Headers | None) -> Run:
        response = await self._raw("POST", path, body, headers)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            what = f"{AUTOMATION} runs as many tools as it may; try again in a second"
            raise UpstreamError(what, "status", response.status_code)
        answer = parsed(AUTOMATION, response)
        if isinstance(answer, dict) and isinstance(answer.get("detail"), dict):
            answer = answer["detail"]
        if response.is_error and not (isinstance(answer, dict) and "success" in answer):
            what = f"{AUTOMATION} answered {path} with {response.status_code}"
            raise UpstreamError(what, "status", response.status_code)
        return _read(Run, answer)

    async def _get(self, path: str, params: Mapping[str, Any] | None, headers: Any) -> Any:
        response = await send(self._http, AUTOMATION, "GET", path, params=params, headers=headers)
        return parsed(AUTOMATION, response)

    async def _raw(
        self, method: str, path: str, body: Any = None, headers: Headers | None = None
    ) -> httpx.Response:
        """An answer whatever its status. Raises `UpstreamError` without one."""
        try:
            return await self._http.request(method, path, json=body, headers=headers)
        except httpx.TimeoutException:
            raise UpstreamError(f"{AUTOMATION} did not answer {path} in time", "timeout") from None
        except httpx.TransportError as error:
            what = f"{AUTOMATION} cannot be reached: {str(error) or type(error).__name__}"
            raise UpstreamError(what, "unreachable") from None


def _read(model: type[_A], answer: Any) -> _A:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = f"{AUTOMATION} answered in another form than agreed: {where}: {first['msg']}"
        raise UpstreamError(what, "nonsense") from None
