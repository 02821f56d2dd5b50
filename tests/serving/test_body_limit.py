"""A body over the limit is refused while it is read, and counted once."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from opsconductor.serving import BodyLimit
from opsconductor.serving.body_limit import LINGER_BYTES

LIMIT = 1000
CHUNK = b"x" * 100


class Refusals(list[Scope]):
    """The refused requests, as `refused` is told of them."""


@pytest.fixture
def refusals() -> Refusals:
    """What has been refused."""
    return Refusals()


def client(app: ASGIApp, refusals: Refusals) -> httpx.AsyncClient:
    """A client of the app behind the limit."""
    limited = BodyLimit(app, LIMIT, refusals.append)
    return httpx.AsyncClient(transport=httpx.ASGITransport(limited), base_url="http://test")


async def length(request: Request) -> PlainTextResponse:
    """Answer with the body's length."""
    return PlainTextResponse(str(len(await request.body())))


async def chunks(count: int) -> AsyncIterator[bytes]:
    """A body of so many chunks, without a declared length."""
    for _ in range(count):
        yield CHUNK


PLAIN = Starlette(routes=[Route("/", length, methods=["POST"])])


@pytest.mark.anyio
@pytest.mark.parametrize("size", [0, 1, LIMIT])
async def test_a_body_within_the_limit_passes(refusals: Refusals, size: int) -> None:
    """The limit itself is still allowed."""
    async with client(PLAIN, refusals) as http:
        response = await http.post("/", content=b"x" * size)
    assert (response.status_code, response.text) == (200, str(size))
    assert refusals == []


@pytest.mark.anyio
async def test_a_declared_length_over_the_limit_is_refused_unread(refusals: Refusals) -> None:
    """Nothing of a body is read that already says it is too long."""

    async def unreachable(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the application was called")

    async with client(unreachable, refusals) as http:
        response = await http.post("/", content=b"x" * (LIMIT + 1))
    assert response.status_code == 413
    assert response.json() == {"detail": "the request body is larger than 1000 bytes; send less"}
    assert response.headers["connection"] == "close"
    assert len(refusals) == 1


@pytest.mark.anyio
async def test_a_body_without_a_length_is_refused_while_it_is_read(refusals: Refusals) -> None:
    """A client that does not say how much it sends is stopped at the limit."""
    async with client(PLAIN, refusals) as http:
        response = await http.post("/", content=chunks(1000))
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert len(refusals) == 1


@pytest.mark.anyio
async def test_the_application_reads_no_more_than_the_limit(refusals: Refusals) -> None:
    """Memory holds at most the limit; what is dropped after the answer has an end too."""
    sent = read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += len(CHUNK)
            yield CHUNK

    async def raw(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal read
        while True:
            read += len((await receive())["body"])

    async with client(raw, refusals) as http:
        response = await http.post("/", content=endless())
    assert response.status_code == 413
    assert read <= LIMIT
    assert sent <= LIMIT + LINGER_BYTES + 2 * len(CHUNK)


@pytest.mark.anyio
async def test_a_framework_that_answers_for_itself_is_counted_too(refusals: Refusals) -> None:
    """FastAPI turns the refusal into its own answer, which is the same for the client."""
    app = FastAPI()

    class Body(BaseModel):
        input: str

    @app.post("/")
    async def endpoint(body: Body) -> str:
        return body.input

    async with client(app, refusals) as http:
        response = await http.post(
            "/", content=chunks(1000), headers={"content-type": "application/json"}
        )
    assert response.status_code == 413
    assert "larger than 1000 bytes" in response.json()["detail"]
    assert response.headers["connection"] == "close"
    assert len(refusals) == 1


@pytest.mark.anyio
async def test_an_answer_that_has_begun_is_not_answered_again(refusals: Refusals) -> None:
    """A second start of an answer would be nonsense on the wire; the request is still counted."""

    async def hasty(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await receive()

    with pytest.raises(HTTPException, match="larger than 1000 bytes"):
        async with client(hasty, refusals) as http:
            await http.post("/", content=chunks(1000))
    assert len(refusals) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("declared", ["-1", "many", "1e9", ""])
async def test_a_nonsense_length_is_measured_instead(refusals: Refusals, declared: str) -> None:
    """What the header claims does not matter where it claims nothing readable."""
    async with client(PLAIN, refusals) as http:
        response = await http.post("/", content=chunks(1), headers={"content-length": declared})
    assert response.text == str(len(CHUNK))


@pytest.mark.anyio
async def test_other_scopes_pass_untouched(refusals: Refusals) -> None:
    """Start-up and shutdown are no requests."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def never() -> None:
        raise AssertionError

    await BodyLimit(app, LIMIT)({"type": "lifespan"}, never, never)  # type: ignore[arg-type]  # unused
    assert seen == ["lifespan"]
