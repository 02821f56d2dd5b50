"""What the canary asks, and when it is content."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from opsconductor.canary.app import create_app
from opsconductor.canary.probes import probes
from opsconductor.canary.rounds import Canary
from opsconductor.contract import EXPOSED, PROBES
from opsconductor.serving import PROBE_HEADER
from opsconductor.settings import Settings
from opsconductor.telemetry import Telemetry

pytestmark = pytest.mark.anyio

Answer = Callable[[httpx.Request], httpx.Response]


def healthy(request: httpx.Request) -> httpx.Response:
    """What a healthy system answers."""
    return httpx.Response(200, json=_right(request))


def _right(request: httpx.Request) -> dict[str, Any]:
    match request.url.path:
        case "/pipeline":
            return {"answer": request.read().decode().split('\\"')[1]}
        case "/ai/execute":
            return {"success": True, "output": "pong"}
        case _:
            return {"results": [{"key": "echo"}], "from_cache": False, "degraded": False}


class Cage:
    """A canary whose requests `answer` answers."""

    def __init__(self, http: httpx.AsyncClient, timeout: float = 5) -> None:
        self.telemetry = Telemetry(EXPOSED["canary"])
        self.canary = Canary(
            probes(Settings()),
            http,
            self.telemetry,
            interval_seconds=0.01,
            timeout_seconds=timeout,
        )

    def counted(self, probe: str, status: str) -> float:
        """How often the probe ended like this."""
        page = self.telemetry.expose(None, None).body.decode()
        series = f'canary_requests_total{{probe="{probe}",status="{status}"}} '
        return float(next(x for x in page.splitlines() if x.startswith(series)).split()[1])


@pytest.fixture
async def seen() -> list[httpx.Request]:
    """The requests that were made."""
    return []


@pytest.fixture
async def answer() -> list[Answer]:
    """How requests are answered; a test may replace the one entry."""
    return [healthy]


@pytest.fixture
async def http(seen: list[httpx.Request], answer: list[Answer]) -> AsyncIterator[httpx.AsyncClient]:
    """A client that reaches nobody but `answer`."""

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer[0](request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as made:
        yield made


async def test_every_probe_succeeds_on_a_healthy_system(
    http: httpx.AsyncClient, seen: list[httpx.Request]
) -> None:
    """Each probe of the contract is asked once a round, marked, in a trace of its own."""
    cage = Cage(http)
    await cage.canary.round()
    assert [request.headers[PROBE_HEADER] for request in seen] == list(PROBES)
    assert len({request.headers["traceparent"] for request in seen}) == len(PROBES)
    assert all(cage.counted(probe, "success") == 1 for probe in PROBES)


@pytest.mark.parametrize(
    ("probe", "wrong"),
    [
        ("pipeline", {"answer": "hello"}),
        ("execute", {"success": True, "output": "ping"}),
        ("execute", {"success": False, "output": "pong"}),
        ("selector", {"results": []}),
        ("selector", {"results": "echo"}),
        ("selector", {"results": [{"key": "uptime"}], "from_cache": False, "degraded": False}),
        ("selector", {"results": [{"key": "echo"}], "from_cache": False, "degraded": True}),
        ("selector", {"results": [{"key": "echo"}], "from_cache": True, "degraded": False}),
    ],
)
async def test_a_wrong_answer_is_an_error_though_its_status_is_200(
    probe: str, wrong: dict[str, Any], http: httpx.AsyncClient, answer: list[Answer]
) -> None:
    """The canary reads the answer; the other probes are not affected."""

    def mistaken(request: httpx.Request) -> httpx.Response:
        marked = request.headers[PROBE_HEADER] == probe
        return httpx.Response(200, json=wrong) if marked else healthy(request)

    answer[0] = mistaken
    cage = Cage(http)
    await cage.canary.round()
    for name in PROBES:
        assert cage.counted(name, "error" if name == probe else "success") == 1


@pytest.mark.parametrize(
    "broken",
    [
        httpx.Response(502, json={"detail": {}}),
        httpx.Response(200, text="not JSON"),
        httpx.Response(200, json=[]),
    ],
)
async def test_an_error_status_and_nonsense_are_errors(
    broken: httpx.Response, http: httpx.AsyncClient, answer: list[Answer]
) -> None:
    """Whatever is not the right answer counts against the system."""
    answer[0] = lambda _request: broken
    cage = Cage(http)
    await cage.canary.round()
    assert all(cage.counted(probe, "error") == 1 for probe in PROBES)


async def test_nobody_there_is_an_error(http: httpx.AsyncClient, answer: list[Answer]) -> None:
    """A refused connection counts, and the rounds go on."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    answer[0] = refuse
    cage = Cage(http)
    await cage.canary.round()
    await cage.canary.round()
    assert all(cage.counted(probe, "error") == 2 for probe in PROBES)


async def test_a_probe_that_takes_too_long_is_an_error() -> None:
    """The canary gives up after its limit instead of waiting for ever."""

    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with httpx.AsyncClient(transport=httpx.MockTransport(hang)) as http:
        cage = Cage(http, timeout=0.02)
        await cage.canary.round()
    assert all(cage.counted(probe, "error") == 1 for probe in PROBES)


async def test_rounds_follow_each_other_without_overlap() -> None:
    """While an answer is awaited, no further probe is sent."""
    under_way = most = rounds = 0
    enough = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most, rounds
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)  # longer than the interval
        under_way -= 1
        rounds += 1
        if rounds == 9:
            enough.set()
        return healthy(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(slow)) as http:
        task = asyncio.create_task(Cage(http).canary.run())
        async with asyncio.timeout(30):
            await enough.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert most == 1


async def test_health_and_metrics_are_served_while_it_runs() -> None:
    """With nobody to probe, the canary itself is healthy and says so."""
    app = create_app(Settings())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://canary") as http,
    ):
        assert (await http.get("/health")).json() == {"status": "ok"}
        page = await http.get("/metrics")
        assert 'canary_requests_total{probe="selector",status="error"}' in page.text
