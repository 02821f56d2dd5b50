"""The pipeline over HTTP, with its typed client."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from tests.pipeline.fake_automation import real_tools

from opsconductor.client.automation import AutomationClient
from opsconductor.client.errors import UpstreamError
from opsconductor.client.pipeline import PipelineClient
from opsconductor.client.pipeline_answers import Outcome
from opsconductor.pipeline.app import MAX_BODY_BYTES, create_app
from opsconductor.serving import PROBE_HEADER
from opsconductor.settings import Settings

pytestmark = pytest.mark.anyio

Handler = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Stands where automation-service would answer; `answer` replaces its whole behaviour."""

    def __init__(self) -> None:
        self.answer: Handler | None = None
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        self.requests.append(request)
        if self.answer is not None:
            return self.answer(request)
        return httpx.Response(200, json=_ordinary(request))


def _ordinary(request: httpx.Request) -> dict[str, Any]:
    match request.url.path:
        case "/ai/tools/list":
            return {"tools": [tool.model_dump(mode="json") for tool in real_tools()]}
        case "/api/selector/search":
            found = {"key": "uptime", "name": "", "short_desc": "", "platform": "", "score": 1}
            return {"results": [found], "from_cache": False, "degraded": False, "duration_ms": 1}
        case _:
            return {"success": True, "output": "up", "trace_id": "t", "duration_ms": 1}


@pytest.fixture
def wire() -> Wire:
    """The far end of the pipeline's client."""
    return Wire()


@pytest.fixture
async def http(wire: Wire) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client of the pipeline's application."""
    client = AutomationClient("http://automation", transport=httpx.MockTransport(wire))
    app = create_app(Settings(), client=client)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pipeline") as made,
    ):
        yield made


@pytest.fixture
async def pipeline(http: httpx.AsyncClient) -> AsyncIterator[PipelineClient]:
    """The typed client of the same application."""
    async with PipelineClient("http://pipeline", transport=http._transport) as made:
        yield made


async def test_a_sentence_is_answered(pipeline: PipelineClient) -> None:
    """The typed client reads the whole reply."""
    reply = await pipeline.ask("uptime")
    assert reply.success
    assert reply.outcome is Outcome.ANSWERED
    assert [step.tool for step in reply.steps] == ["uptime"]
    assert reply.duration_ms > 0
    assert await pipeline.health()


async def test_the_stream_tells_every_stage_and_ends_with_the_reply(
    pipeline: PipelineClient,
) -> None:
    """start, each stage's start and end, the step, and complete with the reply."""
    events = [event async for event in pipeline.stream("uptime")]
    assert [event.name for event in events] == [
        "start",
        *["stage_start", "stage_complete"] * 3,
        "stage_start",
        "step",
        "stage_complete",
        *["stage_start", "stage_complete"],
        "complete",
    ]
    assert events[-1].data["outcome"] == "answered"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "x-trace-id": "c"}, "d", "a" * 32),
        ({"x-trace-id": "c"}, "d", "c"),
        ({}, "d", "d"),
    ],
)
async def test_the_trace_is_the_headers_before_the_bodys(
    headers: dict[str, str], body: str, expected: str, http: httpx.AsyncClient, wire: Wire
) -> None:
    """The trace id goes into the reply, its header, and every request made on behalf."""
    response = await http.post(
        "/pipeline", json={"input": "uptime", "trace_id": body}, headers=headers
    )
    assert response.json()["trace_id"] == expected
    assert response.headers["x-trace-id"] == expected
    assert {request.headers["x-trace-id"] for request in wire.requests} == {expected}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"input": ""}',
        b'{"input": "  \\n"}',
        b'{"input": "\\ud800"}',
        b'{"input": 1}',
        b'{"input": "x", "trace_id": "a b"}',
        json.dumps({"input": "x" * 4001}).encode(),
    ],
)
async def test_a_body_without_a_sentence_is_refused_and_counted(
    body: bytes, http: httpx.AsyncClient
) -> None:
    """The answer is 422 with a reason that a person can read, and the value is not repeated."""
    response = await http.post(
        "/pipeline", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 422, response.text
    assert response.json()["detail"][0]["msg"]
    assert "xxxx" not in response.text
    page = (await http.get("/pipeline/metrics")).text
    assert 'pipeline_stage_errors_total{reason="validation",stage="understand"} 1.0' in page
    spends_no_budget(page)


def spends_no_budget(page: str) -> None:
    """No sentence was counted, neither as an error nor as a success."""
    for status in ("success", "error"):
        assert f'pipeline_requests_total{{status="{status}"}} 0.0' in page


async def test_a_body_over_the_limit_is_refused_while_it_is_read(http: httpx.AsyncClient) -> None:
    """One byte too many is a 413."""
    response = await http.post("/pipeline", content=b" " * (MAX_BODY_BYTES + 1))
    assert response.status_code == 413
    spends_no_budget((await http.get("/pipeline/metrics")).text)


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (httpx.Response(500, text="broken"), 502, "bad_gateway"),
        (httpx.Response(200, text="not JSON"), 502, "bad_gateway"),
        (httpx.Response(200, json={"tools": 1}), 502, "bad_gateway"),
        (httpx.Response(503, json={"error": "DependencyUnavailable"}), 503, "unavailable"),
    ],
)
async def test_automation_service_failing_is_a_gateway_error(
    answer: httpx.Response,
    status: int,
    reason: str,
    http: httpx.AsyncClient,
    pipeline: PipelineClient,
    wire: Wire,
) -> None:
    """The status says that it is not the caller's fault; the reply is under `detail`."""
    wire.answer = lambda _request: answer
    response = await http.post("/pipeline", json={"input": "uptime"})
    assert response.status_code == status
    assert response.json()["detail"]["error"]["code"] == reason
    reply = await pipeline.ask("uptime")
    assert reply.outcome is Outcome.FAILED
    events = [event async for event in pipeline.stream("uptime")]
    assert events[-1].name == "error"


async def test_nobody_there_is_a_gateway_error(http: httpx.AsyncClient, wire: Wire) -> None:
    """A refused connection is told with what to do next."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    wire.answer = refuse
    response = await http.post("/pipeline", json={"input": "uptime"})
    assert response.status_code == 502
    assert "opsconductor status" in response.json()["detail"]["answer"]


async def test_a_probes_marker_is_passed_on(http: httpx.AsyncClient, wire: Wire) -> None:
    """automation-service can leave the probe out of its metrics as well."""
    await http.post("/pipeline", json={"input": "uptime"}, headers={PROBE_HEADER: "pipeline"})
    assert {request.headers[PROBE_HEADER] for request in wire.requests} == {"pipeline"}
    page = (await http.get("/pipeline/metrics")).text
    assert 'pipeline_requests_total{status="success"} 0.0' in page


async def test_the_metrics_page_is_text_and_openmetrics_with_exemplars(
    http: httpx.AsyncClient,
) -> None:
    """Prometheus text by default; the exemplar's trace id where OpenMetrics is asked for."""
    await http.post("/pipeline", json={"input": "uptime"}, headers={"x-trace-id": "abc"})
    text = await http.get("/pipeline/metrics")
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "gen_ai_client" not in text.text
    wanted = {"accept": "application/openmetrics-text; version=1.0.0"}
    assert 'trace_id="abc"' in (await http.get("/pipeline/metrics", headers=wanted)).text


async def test_the_documentation_pages_are_off_and_the_schema_is_on(
    http: httpx.AsyncClient,
) -> None:
    """/docs loads scripts from elsewhere and is not served; /openapi.json is."""
    assert (await http.get("/docs")).status_code == 404
    assert "/pipeline" in (await http.get("/openapi.json")).json()["paths"]


async def test_the_client_tells_a_refusal_apart_from_an_answer(pipeline: PipelineClient) -> None:
    """A refused sentence is an `UpstreamError` with its status, streamed or not."""
    with pytest.raises(UpstreamError) as refused:
        await pipeline.ask(" ")
    assert refused.value.status == 422
    with pytest.raises(UpstreamError):
        _ = [event async for event in pipeline.stream(" ")]
