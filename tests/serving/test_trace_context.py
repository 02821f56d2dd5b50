"""Each request works in its trace, and its answer says which."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from opsconductor.serving import TraceMiddleware
from opsconductor.telemetry import TraceContext, trace

TRACE = "0af7651916cd43dd8448eb211c80319c"
OTHER = "11111111111111111111111111111111"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


async def show(request: Request) -> JSONResponse:
    """The trace that the handler sees."""
    context = trace.current.get()
    assert context is not None
    return JSONResponse({"trace_id": context.trace_id, "given": request.state.trace_given})


async def rename(_request: Request) -> JSONResponse:
    """A handler whose request's body named the trace."""
    trace.current.set(TraceContext.new("from-the-body"))
    return JSONResponse({})


APP = TraceMiddleware(Starlette(routes=[Route("/", show), Route("/rename", rename)]))


async def ask(headers: list[tuple[str, str]], path: str = "/") -> httpx.Response:
    """One request with these headers."""
    transport = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.get(path, headers=headers)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("traceparent", TRACEPARENT)], TRACE),
        ([("x-trace-id", "abc-123")], "abc-123"),
        ([("X-Trace-Id", "abc-123"), ("Traceparent", TRACEPARENT)], TRACE),
        ([("traceparent", "nonsense"), ("x-trace-id", "abc-123")], "abc-123"),
        (
            [
                ("traceparent", TRACEPARENT),
                ("traceparent", TRACEPARENT.replace(TRACE, OTHER)),
                ("x-trace-id", "abc-123"),
            ],
            "abc-123",
        ),
    ],
)
async def test_the_callers_trace_is_kept(headers: list[tuple[str, str]], expected: str) -> None:
    """`traceparent` first, then `X-Trace-Id`; a broken or doubled header is passed over."""
    response = await ask(headers)
    assert response.json() == {"trace_id": expected, "given": True}
    assert response.headers["x-trace-id"] == expected


@pytest.mark.anyio
@pytest.mark.parametrize("headers", [[], [("x-trace-id", "not a token")], [("traceparent", "00")]])
async def test_a_request_without_a_trace_gets_one(headers: list[tuple[str, str]]) -> None:
    """Every request can be found again, and the handler knows that the id is ours."""
    response = await ask(headers)
    assert len(response.json()["trace_id"]) == 32
    assert response.json()["given"] is False
    assert response.headers["x-trace-id"] == response.json()["trace_id"]


@pytest.mark.anyio
async def test_two_requests_have_two_traces() -> None:
    """Nothing of one request's trace is left for the next."""
    first, second = await ask([]), await ask([])
    assert first.headers["x-trace-id"] != second.headers["x-trace-id"]
    assert trace.current.get() is None


@pytest.mark.anyio
async def test_the_answer_says_the_trace_that_the_body_named() -> None:
    """A handler that finds the trace in the body has the last word."""
    response = await ask([], "/rename")
    assert response.headers["x-trace-id"] == "from-the-body"
