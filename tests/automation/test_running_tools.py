"""Running tools over HTTP: answers, statuses, and one count for each request."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from opsconductor.automation.run import ToolError, ToolResult
from opsconductor.automation.service import Service
from opsconductor.contract import Reason, families
from opsconductor.serving import PROBE_HEADER

pytestmark = pytest.mark.anyio

Count = Callable[[str, str], float]
Samples = Callable[[], dict[str, float]]
Until = Callable[[Callable[[], object]], Awaitable[None]]


async def test_echo_answers_ping_with_pong(client: httpx.AsyncClient, ended: Count) -> None:
    """The word "ping" must come back as "pong", after some time, counted as one success."""
    answer = await client.post("/ai/execute", json={"input": "ping"})
    body = answer.json()
    assert answer.status_code == 200
    assert body["duration_ms"] > 0
    assert body == {
        "success": True,
        "output": "pong",
        "error": None,
        "trace_id": body["trace_id"],
        "duration_ms": body["duration_ms"],
        "tool": "echo",
    }
    assert ended("success", "echo") == 1


@pytest.mark.parametrize("text", ["hello", "Ping!", "a\nb", "ünï", "0"])
async def test_echo_answers_everything_else_with_itself(
    client: httpx.AsyncClient, text: str
) -> None:
    """Whatever is not "ping" must come back unchanged."""
    answer = await client.post("/ai/execute", json={"input": text})
    assert answer.json()["output"] == text


REFUSED = [
    ("nowhere", {}, 404, Reason.TOOL_NOT_FOUND, "unknown"),
    ("echo", {}, 422, Reason.VALIDATION, "echo"),
    ("echo", {"text": "a", "more": 1}, 422, Reason.VALIDATION, "echo"),
    ("echo", {"text": 5}, 422, Reason.VALIDATION, "echo"),
    ("reader", {"path": "/etc/passwd"}, 403, Reason.DENIED, "reader"),
    ("harmful", {}, 403, Reason.APPROVAL_REQUIRED, "harmful"),
    ("slow", {}, 502, Reason.TIMEOUT, "slow"),
    ("failing", {}, 200, Reason.UPSTREAM_ERROR, "failing"),
    ("absent", {}, 200, Reason.UNAVAILABLE, "absent"),
]


@pytest.mark.parametrize(("name", "params", "status", "reason", "label"), REFUSED)
async def test_each_failure_has_its_status_its_reason_and_one_count(
    client: httpx.AsyncClient,
    failed: Count,
    ended: Count,
    name: str,
    params: dict[str, Any],
    status: int,
    reason: str,
    label: str,
) -> None:
    """The status, the error code and both counters must say the same."""
    answer = await client.post("/ai/tools/execute", json={"name": name, "params": params})
    body = answer.json()
    fields = body["detail"] if isinstance(body.get("detail"), dict) else body
    assert answer.status_code == status
    assert fields["success"] is False
    assert fields["error"]["code"] == reason
    assert fields["error"]["message"]
    assert fields["trace_id"] == answer.headers["x-trace-id"]
    assert failed(reason, label) == 1
    assert ended("error", label) == 1


async def test_a_bug_is_internal_and_the_answer_keeps_its_shape(
    client: httpx.AsyncClient, service: Service, failed: Count
) -> None:
    """An exception of our own must be answered with 500, counted, and recorded as ended."""

    async def broken(*_args: object, **_kwargs: object) -> Any:
        raise RuntimeError("a bug")

    service.executions._runner = broken
    answer = await client.post("/ai/execute", json={"input": "hello"})
    assert answer.status_code == 500
    assert answer.json()["detail"]["error"]["code"] == Reason.INTERNAL
    assert failed(Reason.INTERNAL, "echo") == 1
    found = await client.get(f"/executions/{answer.headers['x-trace-id']}")
    assert found.json()["reason"] == Reason.INTERNAL


async def test_a_transport_that_reaches_nobody_is_a_bad_gateway(
    client: httpx.AsyncClient, service: Service, failed: Count
) -> None:
    """The reason `bad_gateway` of a run must become 502 with the fields under `detail`."""

    async def unreachable(*_args: object, **_kwargs: object) -> ToolResult:
        error = ToolError(Reason.BAD_GATEWAY, "nobody answers there")
        return ToolResult(success=False, error=error, duration_seconds=0.1)

    service.executions._runner = unreachable
    answer = await client.post("/ai/tools/execute", json={"name": "echo", "params": {}})
    assert answer.status_code == 502
    assert answer.json()["detail"]["error"]["code"] == Reason.BAD_GATEWAY
    assert failed(Reason.BAD_GATEWAY, "echo") == 1


async def test_a_finding_that_is_no_valid_unicode_is_still_answered(
    client: httpx.AsyncClient, service: Service
) -> None:
    """A file name in another encoding must not turn a success into an error."""

    async def found(*_args: object, **_kwargs: object) -> ToolResult:
        facts = {"path": "/tmp/caf\udce9"}
        return ToolResult(success=True, duration_seconds=0.1, output="caf\udce9", facts=facts)

    service.executions._runner = found
    answer = await client.post("/ai/tools/execute", json={"name": "echo"})
    assert answer.status_code == 200
    assert answer.json()["metadata"]["facts"] == {"path": "/tmp/caf?"}
    recorded = await client.get(f"/executions/{answer.json()['trace_id']}")
    assert recorded.json()["output"] == "caf?"


async def test_a_cancelled_run_answers_its_caller_and_is_recorded(
    client: httpx.AsyncClient, service: Service, failed: Count, until: Until
) -> None:
    """Cancelling must end the run at once, with the reason `cancelled` everywhere."""
    headers = {"x-trace-id": "to-cancel"}
    running = asyncio.create_task(
        client.post("/ai/tools/execute", json={"name": "sleeper"}, headers=headers)
    )
    await until(lambda: any(live.runner for live in service.executions._live.values()))
    cancelled = await client.post("/executions/to-cancel/cancel")
    answer = await running
    assert cancelled.json() == {"trace_id": "to-cancel", "cancelled": 1}
    assert answer.json()["error"]["code"] == Reason.CANCELLED
    assert failed(Reason.CANCELLED, "sleeper") == 1
    again = await client.post("/executions/to-cancel/cancel")
    assert again.status_code == 409
    found = await client.get("/executions/to-cancel")
    assert found.json()["status"] == "error"


async def test_a_run_beyond_the_limit_is_refused_and_not_counted(
    client: httpx.AsyncClient, service: Service, samples: Samples, until: Until
) -> None:
    """429 must enter no counter, and a place must be free again after a run."""
    body = {"name": "sleeper", "params": {}, "trace_id": "many"}
    running = [asyncio.create_task(client.post("/ai/tools/execute", json=body)) for _ in range(4)]
    await until(lambda: len(service.executions._live) == 4)
    before = samples()
    refused = await client.post("/ai/execute", json={"input": "ping"})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert samples() == before
    await until(lambda: all(live.runner for live in service.executions._live.values()))
    await client.post("/executions/many/cancel")
    await asyncio.gather(*running)
    assert (await client.post("/ai/execute", json={"input": "ping"})).status_code == 200


async def test_the_sums_agree_whatever_was_asked(
    client: httpx.AsyncClient, sums: Callable[[], tuple[float, float]]
) -> None:
    """Requests with status error and errors by reason must add up to the same number."""
    for name, params, *_ in REFUSED:
        await client.post("/ai/tools/execute", json={"name": name, "params": params})
        await client.post("/ai/execute", json={"input": "x", "tool": name, "params": params})
    for junk in (b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000):
        await client.post("/ai/execute", content=junk, headers={"content-type": "application/json"})
    requests, errors = sums()
    assert requests == errors
    assert requests >= 2 * len(REFUSED)


async def test_names_that_a_client_invents_make_no_series(
    client: httpx.AsyncClient, ended: Count, samples: Samples
) -> None:
    """A thousand invented names must not add one series beyond `unknown`."""
    await client.post("/ai/tools/execute", json={"name": "invented", "params": {}})
    before = len(samples())
    for number in range(50):
        await client.post("/ai/tools/execute", json={"name": f"invented_{number}"})
    assert len(samples()) == before
    assert ended("error", "unknown") == 51


async def test_a_probe_from_loopback_enters_no_family_of_the_users(
    client: httpx.AsyncClient, samples: Samples
) -> None:
    """A marked request must leave every `ai_*` and `selector_*` series as it was."""
    before = samples()
    headers = {PROBE_HEADER: "execute"}
    for body in ({"input": "ping"}, {"input": ""}, {"input": "x", "tool": "failing"}):
        await client.post("/ai/execute", json=body, headers=headers)
    await client.get("/api/selector/search", params={"query": "echo"}, headers=headers)
    await client.get("/api/selector/search", params={"query": ""}, headers=headers)
    assert samples() == before
    newest = (await client.get("/executions")).json()["executions"][0]
    assert newest["principal"] == "canary"


async def test_the_marker_is_not_believed_from_elsewhere(app: FastAPI, ended: Count) -> None:
    """A client on another machine must not be able to hide from the metrics."""
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://service:8010") as http:
        await http.post("/ai/execute", json={"input": "ping"}, headers={PROBE_HEADER: "execute"})
    assert ended("success", "echo") == 1


TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("headers", "in_body", "expected"),
    [
        ({"traceparent": TRACEPARENT, "x-trace-id": "b"}, "c", TRACEPARENT[3:35]),
        ({"x-trace-id": "b"}, "c", "b"),
        ({"traceparent": "nonsense"}, "c", "c"),
        ({}, "c", "c"),
        ({}, "x" * 64, "x" * 64),
    ],
)
async def test_the_trace_id_comes_from_the_first_that_names_one(
    client: httpx.AsyncClient, headers: dict[str, str], in_body: str, expected: str
) -> None:
    """`traceparent` goes before `X-Trace-Id`, that before the body, and it is stored whole."""
    body = {"input": "hello", "trace_id": in_body}
    answer = await client.post("/ai/execute", json=body, headers=headers)
    assert answer.json()["trace_id"] == expected
    assert answer.headers["x-trace-id"] == expected
    assert (await client.get(f"/executions/{expected}")).json()["trace_id"] == expected


async def test_without_a_trace_each_request_starts_one(client: httpx.AsyncClient) -> None:
    """Two requests without a trace must get two different ids."""
    first = await client.post("/ai/execute", json={"input": "a"})
    second = await client.post("/ai/execute", json={"input": "a"})
    assert first.json()["trace_id"] != second.json()["trace_id"]


async def test_the_exemplar_leads_to_the_execution(
    client: httpx.AsyncClient, service: Service
) -> None:
    """The duration histogram must carry the trace id of the request it measured."""
    await client.post("/ai/execute", json={"input": "a"}, headers={"x-trace-id": "exemplary"})
    page = service.telemetry.expose("application/openmetrics-text", None).body.decode()
    lines = [line for line in page.splitlines() if 'trace_id="exemplary"' in line]
    assert any(line.startswith(families.AI_REQUEST_DURATION.bucket) for line in lines)


async def test_the_recorded_run_holds_its_lines_but_no_secret(client: httpx.AsyncClient) -> None:
    """A secret parameter must appear in no answer, no record and no log line."""
    headers = {"x-trace-id": "secretive"}
    body = {"name": "keeper", "params": {"password": "hunter2hunter2"}}
    answer = await client.post("/ai/tools/execute", json=body, headers=headers)
    found = await client.get("/executions/secretive")
    assert answer.json()["redacted"] is True
    assert "hunter2" not in answer.text + found.text
    assert found.json()["params"] == {"password": "[redacted]"}
    assert [line["stream"] for line in found.json()["lines"]] == ["stdout"]


async def test_the_log_lines_of_a_run_are_bounded(client: httpx.AsyncClient) -> None:
    """Of a flood the first lines are kept, and the record says how many were not."""
    headers = {"x-trace-id": "flood"}
    await client.post("/ai/tools/execute", json={"name": "counter"}, headers=headers)
    lines = (await client.get("/executions/flood")).json()["lines"]
    assert [line["text"] for line in lines[:3]] == ["1", "2", "3"]
    assert len(lines) == 1001
    assert lines[-1]["text"] == "500 further lines were not kept"


async def test_executions_are_listed_by_status_tool_time_and_limit(
    client: httpx.AsyncClient,
) -> None:
    """Each filter must let through exactly what it names, newest first."""
    for name in ("failing", "counter", "failing"):
        await client.post("/ai/tools/execute", json={"name": name})

    async def tools(**params: Any) -> list[str]:
        answer = await client.get("/executions", params=params)
        return [execution["tool"] for execution in answer.json()["executions"]]

    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    earlier = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert await tools() == ["failing", "counter", "failing"]
    assert await tools(status="success") == ["counter"]
    assert await tools(status="error", tool="failing", limit=1) == ["failing"]
    assert await tools(since=later) == []
    assert len(await tools(since=earlier)) == 3
    for bad in ({"status": "odd"}, {"limit": 0}, {"since": "yesterday"}):
        assert (await client.get("/executions", params=bad)).status_code == 422


async def test_a_trace_with_several_runs_shows_them_all(client: httpx.AsyncClient) -> None:
    """A reused trace id must lose no run: the newest is on top, all are listed."""
    for name in ("counter", "failing"):
        body = {"name": name, "trace_id": "shared"}
        await client.post("/ai/tools/execute", json=body)
    found = (await client.get("/executions/shared")).json()
    assert found["tool"] == "failing"
    assert [execution["tool"] for execution in found["executions"]] == ["failing", "counter"]


async def test_an_unknown_trace_is_not_found(client: httpx.AsyncClient) -> None:
    """Both reading and cancelling a trace without runs must answer 404."""
    assert (await client.get("/executions/none")).status_code == 404
    assert (await client.post("/executions/none/cancel")).status_code == 404
