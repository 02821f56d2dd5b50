"""The typed client of automation-service, against answers made by hand."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from opsconductor.client.automation import AutomationClient
from opsconductor.client.errors import UpstreamError

pytestmark = pytest.mark.anyio

Respond = Callable[[httpx.Request], httpx.Response]
RUN = {"success": False, "tool": "slow", "trace_id": "t", "output": "", "duration_ms": 1.0}


def client(respond: Respond) -> AutomationClient:
    """A client whose requests `respond` answers."""
    return AutomationClient("http://automation", transport=httpx.MockTransport(respond))


def always(status: int, body: Any) -> Respond:
    """The same answer to every request."""
    return lambda _request: httpx.Response(status, json=body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {**RUN, "error": {"code": "upstream_error", "message": "m"}}),
        (502, {"detail": {**RUN, "error": {"code": "timeout", "message": "m"}}}),
        (404, {"detail": {**RUN, "error": {"code": "tool_not_found", "message": "m"}}}),
        (503, {"detail": {**RUN, "error": {"code": "unavailable", "message": "m"}}}),
        (422, {"detail": [{"msg": "x"}], **RUN, "error": {"code": "validation", "message": "m"}}),
    ],
)
async def test_a_run_that_failed_is_an_answer_whatever_its_status(
    status: int, body: dict[str, Any]
) -> None:
    """A tool's failure must come back as a value with its reason, not be raised."""
    async with client(always(status, body)) as automation:
        run = await automation.execute_tool("slow", {})
    assert not run.success
    assert run.error is not None
    assert run.error.message == "m"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (429, {"detail": "busy"}, "status"),
        (500, {"detail": "Internal Server Error"}, "status"),
        (413, {"detail": "too large"}, "status"),
        (200, {"unexpected": 1}, "nonsense"),
        (200, [], "nonsense"),
    ],
)
async def test_an_answer_that_is_no_run_is_an_upstream_error(
    status: int, body: Any, reason: str
) -> None:
    """What says nothing about the tool must be raised, with the kind of failure."""
    async with client(always(status, body)) as automation:
        with pytest.raises(UpstreamError) as raised:
            await automation.execute("ping")
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [(httpx.ConnectError("refused"), "unreachable"), (httpx.ReadTimeout("late"), "timeout")],
)
async def test_a_service_that_does_not_answer_is_an_upstream_error(
    error: Exception, reason: str
) -> None:
    """No answer must be told apart from a late one, for runs and for searches."""

    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    async with client(fail) as automation:
        for call in (automation.execute_tool("echo", {}), automation.search("x")):
            with pytest.raises(UpstreamError) as raised:
                await call
            assert raised.value.reason == reason


async def test_headers_of_the_caller_go_along() -> None:
    """The caller's trace and marker must reach the service with every kind of request."""
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={**RUN, "tools": [], "executions": [], "success": True})

    headers = {"x-trace-id": "abc"}
    async with client(respond) as automation:
        await automation.execute_tool("echo", {"text": "a"}, headers=headers)
        await automation.execute("a", headers=headers)
        await automation.tools(platform="linux", headers=headers)
        await automation.executions(status="error", limit=5, headers=headers)
    assert {request.headers["x-trace-id"] for request in seen} == {"abc"}
    assert seen[2].url.query == b"platform=linux"
    assert seen[3].url.query == b"status=error&limit=5"


async def test_readiness_is_read_from_either_status() -> None:
    """A service that is not ready must be an answer that names what is down."""
    down = {"status": "unavailable", "down": ["database"], "checks": {}}
    async with client(always(503, down)) as automation:
        readiness = await automation.ready()
    assert (readiness.ready, readiness.down) == (False, ("database",))
