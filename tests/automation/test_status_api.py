"""Health, readiness, the service's description, its metrics page, and audit records."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from opsconductor.automation.app import create_app
from opsconductor.automation.service import Service
from opsconductor.contract import families
from opsconductor.settings import Settings
from opsconductor.settings.model import Automation

pytestmark = pytest.mark.anyio

Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
async def production(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application as production runs it."""
    app = create_app(settings.model_copy(update={"environment": "production"}))
    async with app.router.lifespan_context(app):
        yield app


async def fetch(app: FastAPI, port: int, path: str) -> httpx.Response:
    """The answer of one of the application's ports."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://service:{port}") as http:
        return await http.get(path)


async def test_a_healthy_service_is_ready_and_says_what_it_is(client: httpx.AsyncClient) -> None:
    """All dependencies there: 200, and `/info` names version, database and tools."""
    assert (await client.get("/health")).json()["status"] == "ok"
    ready = await client.get("/ready")
    assert (ready.status_code, ready.json()["down"]) == (200, [])
    info = (await client.get("/info")).json()
    assert info["service"] == "automation-service"
    assert info["database"] == "sqlite"
    assert info["tools"] > 5


async def test_without_its_database_the_service_is_not_ready_and_recovers(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    """A database taken away must be named with 503, be healthy for all that, and come back."""
    file = settings.state / "automation.sqlite3"
    hidden = hide(file)
    ready = await client.get("/ready")
    assert (ready.status_code, ready.json()["down"]) == (503, ["database"])
    assert ready.json()["checks"]["database"]["error"]
    assert (await client.get("/health")).status_code == 200
    unseen = await client.get("/executions")
    assert unseen.status_code == 503
    assert unseen.headers["retry-after"] == "30"
    hidden.rename(file)
    assert (await client.get("/ready")).status_code == 200


async def test_a_run_that_cannot_be_recorded_is_not_run(
    client: httpx.AsyncClient, settings: Settings, failed: Callable[[str, str], float]
) -> None:
    """Without its database the service must refuse, with 503, and count `unavailable`."""
    hide(settings.state / "automation.sqlite3")
    answer = await client.post("/ai/execute", json={"input": "ping"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert answer.json()["detail"]["error"]["code"] == "unavailable"
    assert answer.json()["detail"]["output"] == ""
    assert failed("unavailable", "echo") == 1


async def test_an_end_that_cannot_be_recorded_is_recorded_later(
    client: httpx.AsyncClient, service: Service, settings: Settings, until: Until
) -> None:
    """The answer must not claim success, and the record must say the same once it can."""
    file = settings.state / "automation.sqlite3"
    headers = {"x-trace-id": "late"}
    running = asyncio.create_task(
        client.post("/ai/tools/execute", json={"name": "slow"}, headers=headers)
    )
    await until(lambda: any(live.runner for live in service.executions._live.values()))
    hidden = hide(file)
    answer = await running
    assert answer.status_code == 503
    assert answer.json()["detail"]["error"]["code"] == "unavailable"
    hidden.rename(file)
    assert (await client.get("/executions/late")).json()["status"] == "running"
    await service.executions.reconcile()
    assert (await client.get("/executions/late")).json()["reason"] == "unavailable"


async def test_a_locked_database_refuses_runs_and_audits_but_still_searches(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    """While somebody else holds the write lock only what must be written may fail."""
    lock = sqlite3.connect(settings.state / "automation.sqlite3", isolation_level=None)
    with closing(lock):
        lock.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(
            client.post("/ai/execute", json={"input": "ping"}),
            client.post("/audit/ai-query", json={"input": "how full are the disks?"}),
            client.get("/api/selector/search", params={"query": "counter"}),
        )
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert (await client.post("/ai/execute", json={"input": "ping"})).status_code == 200


async def test_metrics_are_public_in_development_only(app: FastAPI, production: FastAPI) -> None:
    """The internal port always has the page, the public one in development alone."""
    assert (await fetch(app, 8010, "/metrics")).status_code == 200
    assert (await fetch(app, 3003, "/metrics")).status_code == 200
    assert (await fetch(production, 3003, "/metrics")).status_code == 200
    assert (await fetch(production, 8010, "/metrics")).status_code == 404


async def test_metrics_do_not_wait_for_the_database(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    """The page must come while every other use of the database waits for a lock."""
    lock = sqlite3.connect(settings.state / "automation.sqlite3", isolation_level=None)
    with closing(lock):
        lock.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(client.get("/ready"))
        await asyncio.sleep(0)
        async with asyncio.timeout(1):
            page = await client.get("/metrics")
        assert page.status_code == 200
        assert not waiting.done()
    assert (await waiting).status_code in {200, 503}


async def test_the_first_page_has_every_seeded_series(
    client: httpx.AsyncClient, samples: Callable[[], dict[str, float]]
) -> None:
    """Before any request all tools' series must be there at 0, and the build be named."""
    page = (await client.get("/metrics")).text
    found = samples()
    assert found[f'{families.AI_REQUESTS.name}{{status="error",tool="failing"}}'] == 0
    assert found[f'{families.AI_REQUEST_ERRORS.name}{{reason="timeout",tool="failing"}}'] == 0
    assert found[f'{families.AI_TOOLS.name}{{platform="linux"}}'] > 5
    assert families.SELECTOR_BUILD_INFO.name in page
    assert "_created" not in page


async def test_tools_beyond_the_label_limit_share_other(settings: Settings) -> None:
    """With a limit of two the third tool must be counted under `other`, and the sums agree."""
    narrow = settings.model_copy(
        update={
            "automation": Automation(tools_dir=settings.automation.tools_dir, tool_label_limit=2)
        }
    )
    app = create_app(narrow)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://s:8010") as http:
            await http.post("/ai/tools/execute", json={"name": "reader", "params": {}})
            page = (await http.get("/metrics")).text
    assert f'{families.AI_REQUESTS.name}{{status="error",tool="other"}} 1.0' in page
    assert f"{families.LABEL_OVERFLOW.name}{{" in page


async def test_an_audit_record_is_accepted_once_it_is_durable(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    """202 must mean that the record is in the database, without the secrets it held."""
    record = {"input": "restart with password=hunter2", "trace_id": "a" * 64, "extra": {"token": 1}}
    answer = await client.post("/audit/ai-query", json=record)
    assert answer.status_code == 202
    assert answer.json()["trace_id"] == "a" * 64
    with closing(sqlite3.connect(settings.state / "automation.sqlite3")) as database:
        rows = database.execute("SELECT id, trace_id, record FROM audit_records").fetchall()
    assert rows[0][:2] == (answer.json()["id"], "a" * 64)
    assert "hunter2" not in rows[0][2]
    assert (await client.post("/audit/ai-query", json={"input": " "})).status_code == 422


async def test_the_interface_is_described_but_no_page_loads_scripts(
    client: httpx.AsyncClient,
) -> None:
    """/openapi.json must be there, and the pages that load from elsewhere must not."""
    assert "/ai/execute" in (await client.get("/openapi.json")).json()["paths"]
    assert (await client.get("/docs")).status_code == 404
    assert (await client.get("/redoc")).status_code == 404


async def test_a_run_of_a_dead_process_has_failed_after_the_next_start(
    settings: Settings,
) -> None:
    """What was running when the process died must be failed, internal, never running."""
    first = Service(settings)
    first.database.create_file()
    await first.start()
    await first._housekeeping.stop()
    await first.database.close()
    with closing(sqlite3.connect(settings.state / "automation.sqlite3")) as database:
        database.execute(
            "INSERT INTO executions (id, trace_id, principal, instance, tool, params, status,"
            " truncated, redacted, started_at)"
            " VALUES ('x', 'died', 'local', 'nobody', 'echo', '{}', 'running', 0, 0, 1)"
        )
        database.commit()
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://s:8010") as http:
            found = (await http.get("/executions/died")).json()
    assert (found["status"], found["reason"]) == ("failed", "internal")


def hide(file: Path) -> Path:
    """Take the database away; returns where it is."""
    return file.rename(file.with_suffix(".hidden"))
