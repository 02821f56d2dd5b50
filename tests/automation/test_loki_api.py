"""Loki's query API, as Grafana's data source calls it."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsconductor.serving import PROBE_HEADER

pytestmark = pytest.mark.anyio

RANGE = "/loki/api/v1/query_range"
ALL = '{service="automation-service"} | json'


async def run_some(client: httpx.AsyncClient) -> None:
    """Two successes, one error, one probe."""
    for number, name in enumerate(("counter", "failing", "counter")):
        headers = {"x-trace-id": f"trace-{number}"}
        await client.post("/ai/tools/execute", json={"name": name}, headers=headers)
    await client.post(
        "/ai/tools/execute", json={"name": "counter"}, headers={PROBE_HEADER: "execute"}
    )


async def query(client: httpx.AsyncClient, text: str, **params: Any) -> list[dict[str, Any]]:
    """The streams that a query answers with."""
    answer = await client.get(RANGE, params={"query": text, **params})
    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert body["status"] == "success"
    assert body["data"]["resultType"] == "streams"
    result: list[dict[str, Any]] = body["data"]["result"]
    return result


def traces(streams: list[dict[str, Any]]) -> list[str]:
    """The trace ids of all lines."""
    return [json.loads(line)["trace_id"] for stream in streams for _, line in stream["values"]]


async def test_a_run_is_a_line_of_its_stream(client: httpx.AsyncClient) -> None:
    """Streams are told apart by status and tool; a line is JSON dated in nanoseconds."""
    await run_some(client)
    streams = await query(client, ALL)
    labels = {(stream["stream"]["status"], stream["stream"]["tool"]) for stream in streams}
    assert labels == {("success", "counter"), ("error", "failing")}
    assert sorted(traces(streams)) == ["trace-0", "trace-1", "trace-2"]
    (failing,) = (s for s in streams if s["stream"]["tool"] == "failing")
    at, line = failing["values"][0]
    assert abs(int(at) / 1e9 - time.time()) < 60
    fields = json.loads(line)
    assert fields["reason"] == "upstream_error"
    assert fields["duration_ms"] > 0
    assert fields.keys() >= {"trace_id", "tool", "status", "duration_ms", "reason", "output"}


async def test_matchers_limit_and_direction_are_honoured(client: httpx.AsyncClient) -> None:
    """Only what is selected may come, newest first unless asked otherwise, up to the limit."""
    await run_some(client)
    assert traces(await query(client, '{status="error"}')) == ["trace-1"]
    assert traces(await query(client, '{tool=~"count.*"}')) == ["trace-2", "trace-0"]
    assert traces(await query(client, '{tool="counter"}', limit=1)) == ["trace-2"]
    forward = await query(client, '{tool="counter"}', limit=1, direction="forward")
    assert traces(forward) == ["trace-0"]
    assert await query(client, '{tool="sleeper"}') == []


async def test_times_are_understood_in_every_form(client: httpx.AsyncClient) -> None:
    """Nanoseconds, seconds and RFC 3339 must bound the lines alike."""
    await run_some(client)
    now = time.time()
    for later in (str(int((now + 60) * 1e9)), f"{now + 60:.3f}", str(int(now) + 60)):
        assert await query(client, ALL, start=later, end=str(int((now + 90) * 1e9))) == []
    for earlier in (
        str(int((now - 60) * 1e9)),
        f"{now - 60:.3f}",
        datetime.fromtimestamp(now - 60, UTC).isoformat(),
        datetime.fromtimestamp(now - 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    ):
        assert len(traces(await query(client, ALL, start=earlier))) == 3


@pytest.mark.parametrize(
    "params",
    [
        {"query": 'rate({service="automation-service"}[5m])'},
        {"query": ALL, "start": "yesterday"},
        {"query": ALL, "end": "NaN"},
        {"query": ALL, "start": "1e30"},
    ],
)
async def test_what_is_not_answered_is_400_and_says_so(
    client: httpx.AsyncClient, params: dict[str, str]
) -> None:
    """A query or time that is not understood must be 400 with a sentence."""
    answer = await client.get(RANGE, params=params)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert len(answer.json()["message"]) > 20


async def test_save_and_test_of_the_data_source_passes(client: httpx.AsyncClient) -> None:
    """Grafana's health check must get its vector of two, and nothing else an answer."""
    answer = await client.get("/loki/api/v1/query", params={"query": "vector(1)+vector(1)"})
    data = answer.json()["data"]
    assert data["resultType"] == "vector"
    assert data["result"][0]["value"][1] == "2"
    other = await client.get("/loki/api/v1/query", params={"query": "vector(2)"})
    assert other.status_code == 400


async def test_labels_and_their_values_are_listed(client: httpx.AsyncClient) -> None:
    """The editor must find the labels, their values and the streams."""
    await run_some(client)

    async def data(path: str, **params: Any) -> Any:
        answer = await client.get(f"/loki/api/v1/{path}", params=params)
        return answer.json()["data"]

    assert await data("labels") == ["service", "status", "tool"]
    assert await data("label/service/values") == ["automation-service"]
    assert await data("label/status/values") == ["success", "error", "failed"]
    assert await data("label/tool/values") == ["counter", "failing"]
    assert await data("label/other/values") == []
    series = await data("series", **{"match[]": '{tool="failing"}'})
    assert {stream["tool"] for stream in series} == {"failing"}
    stats = await client.get("/loki/api/v1/index/stats", params={"query": ALL})
    assert stats.json()["streams"] == 0
