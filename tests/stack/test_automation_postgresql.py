"""automation-service on a real PostgreSQL that is stopped, hangs and comes back."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from tests.stack.automation_process import AutomationProcess
from tests.stack.postgres import Postgres

from opsconductor.automation.catalogue import load
from opsconductor.automation.service import indexed
from opsconductor.automation.store import (
    Database,
    Execution,
    ExecutionStore,
    Filter,
    InstanceStore,
    RunStatus,
    ToolIndex,
    prepare,
)
from opsconductor.automation.store.database import DEADLINE_SECONDS
from opsconductor.automation.store.record import now
from opsconductor.client.automation import AutomationClient
from opsconductor.client.errors import UpstreamError
from opsconductor.contract import families
from opsconductor.settings import PROJECT_ROOT

pytestmark = [pytest.mark.stack, pytest.mark.anyio]

SLACK_SECONDS = 3.0
"""What a busy machine may add to the deadline before the test calls it late."""

FreePorts = Callable[[int], list[int]]


@pytest.fixture(scope="module")
def shared_process(
    tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts, postgres: Postgres
) -> Iterator[AutomationProcess]:
    """A running service on the server, with answers that expire at once."""
    folder = tmp_path_factory.mktemp("service")
    started = AutomationProcess(folder, free_ports(2), postgres.url)
    config = folder / "opsconductor.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n[selector]\ncache_ttl_seconds = 0.001\n", encoding="utf-8")
    with started:
        yield started


@pytest.fixture
def process(shared_process: AutomationProcess) -> AutomationProcess:
    """The service, started again where a test ended it."""
    if shared_process.child.poll() is not None:
        shared_process.start()
    return shared_process


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    """The prepared database."""
    opened = Database(postgres.url)
    await opened.write(prepare)
    yield opened
    await opened.close()


def metric(process: AutomationProcess, name: str) -> float:
    """The value of a series without labels."""
    page = httpx.get(f"{process.internal_url}/metrics").text
    return float(next(line for line in page.splitlines() if line.startswith(f"{name} ")).split()[1])


@contextlib.contextmanager
def hanging(postgres: Postgres) -> Iterator[None]:
    """The server and its workers stand still."""
    port = int(postgres.url.rsplit(":", 1)[1].split("/")[0])
    main = next(
        psutil.Process(connection.pid)
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr[1:] == (port,)
        and connection.pid
    )
    family = [main, *main.children(recursive=True)]
    for member in family:
        member.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for member in family:
            member.send_signal(signal.SIGCONT)


async def test_an_outage_is_answered_from_memory_and_ends_by_itself(
    process: AutomationProcess, postgres: Postgres
) -> None:
    """Known: degraded. Unknown: 503. Runs: refused. All of it right again after the return."""
    async with AutomationClient(process.url) as client:
        fresh = await client.search("repeat what I say")
        errors_before = metric(process, families.SELECTOR_DB_ERRORS.name)
        assert not fresh.degraded
        assert fresh.results[0].key == "echo"
        ran = await client.execute("before", headers={"x-trace-id": "before-the-outage"})
        assert ran.success
        await asyncio.to_thread(postgres.stop)
        try:
            degraded = await client.search("repeat what I say")
            assert degraded.degraded
            assert degraded.results == fresh.results
            with pytest.raises(UpstreamError, match="SELECTOR_DB_UNAVAILABLE") as unknown:
                await client.search("something new")
            assert unknown.value.status == 503
            refused = await client.execute("during")
            assert refused.error is not None
            assert refused.error.code == "unavailable"
            assert (await client.ready()).down == ("database",)
            assert metric(process, families.SELECTOR_DB_ERRORS.name) == errors_before + 2
        finally:
            await asyncio.to_thread(postgres.start)
        assert (await client.ready()).ready
        assert not (await client.search("repeat what I say")).degraded
        assert (await client.execute("after")).success
        assert (await client.execution("before-the-outage")).status == "success"


async def test_a_server_that_hangs_is_noticed_within_two_seconds(
    process: AutomationProcess, postgres: Postgres
) -> None:
    """Requests must be answered in time, the metrics page at once, and work be resumed after."""
    async with AutomationClient(process.url) as client:
        await client.search("repeat what I say")
        await client.execute("warm up")
        with hanging(postgres):
            began = time.monotonic()
            degraded, run, ready = await asyncio.gather(
                client.search("repeat what I say"), client.execute("x"), client.ready()
            )
            assert time.monotonic() - began < DEADLINE_SECONDS + SLACK_SECONDS
            assert degraded.degraded
            assert not run.success
            assert not ready.ready
            began = time.monotonic()
            metric(process, families.SELECTOR_CACHE_TTL.name)
            assert time.monotonic() - began < DEADLINE_SECONDS
        for _ in range(600):
            if (await client.ready()).ready:
                break
            await asyncio.sleep(0.05)
        assert (await client.execute("after")).success
        assert not (await client.search("repeat what I say")).degraded


async def test_the_service_starts_without_its_server_and_works_once_it_is_there(
    tmp_path: Path, free_ports: FreePorts, postgres: Postgres
) -> None:
    """A database that is late must delay readiness, not end the process."""
    await asyncio.to_thread(postgres.stop)
    try:
        process = AutomationProcess(tmp_path, free_ports(2), postgres.url)
        with process:
            async with AutomationClient(process.url) as client:
                assert (await client.ready()).down == ("database",)
                await asyncio.to_thread(postgres.start)
                for _ in range(600):
                    if (await client.ready()).ready:
                        break
                    await asyncio.sleep(0.05)
                assert (await client.execute("ping")).output == "pong"
                assert (await client.search("repeat what I say")).results
    finally:
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)


async def test_two_instances_leave_each_others_runs_alone(
    process: AutomationProcess,
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: FreePorts,
    postgres: Postgres,
) -> None:
    """A second start must not fail the first one's run, and a kill must fail only its own."""
    second = AutomationProcess(tmp_path_factory.mktemp("second"), free_ports(2), postgres.url)
    async with AutomationClient(process.url) as client:
        running = asyncio.create_task(
            client.execute_tool("sleeper", headers={"x-trace-id": "of-the-first"})
        )
        for _ in range(500):
            if psutil.Process(process.child.pid).children():
                break
            await asyncio.sleep(0.02)
        with second:
            assert (await client.execution("of-the-first")).status == "running"
            process.kill()
            await asyncio.gather(running, return_exceptions=True)
            async with AutomationClient(second.url) as other:
                for _ in range(600):
                    found = await other.execution("of-the-first")
                    if found.status != "running":
                        break
                    await asyncio.sleep(0.05)
    assert (found.status, found.reason) == ("failed", "internal")


async def test_postgresql_keeps_what_sqlite_keeps(database: Database) -> None:
    """Ids of 64 characters, awkward text, lines and pruning must work alike."""
    store = ExecutionStore(database)
    instance = InstanceStore(database)
    await instance.register()
    execution = Execution(
        id="i" * 64,
        trace_id="t" * 64,
        principal="local",
        instance=instance.id,
        tool="echo",
        params={"text": "a\0b"},
        status=RunStatus.RUNNING,
        started_at=now(),
    )
    await store.start(execution)
    assert await store.fail_abandoned(instance.id, set(), now()) == ["i" * 64]
    (found,) = await store.find(Filter(trace_id="t" * 64))
    assert found.status is RunStatus.FAILED
    await store.prune(before=now(), keep=0)
    assert await store.find(Filter(trace_id="t" * 64)) == []
    await instance.leave()


QUESTIONS = [
    ("how full are the disks?", "disk_usage"),
    ("is the certificate of example.com still valid?", "tls_certificate"),
    ("who uses the most cpu", "top_processes"),
    ("is nginx running", "service_status"),
    ("how long has this machine been up", "uptime"),
    ("last lines of /var/log/syslog", "log_tail"),
    ("certif", "tls_certificate"),
]


async def test_postgresql_finds_what_sqlite_finds(database: Database, tmp_path: Path) -> None:
    """Questions in plain words must find their tools, and no text may break the search."""
    index = ToolIndex(database)
    catalogue = load(PROJECT_ROOT / "tools", tmp_path)
    await index.replace([indexed(tool) for tool in catalogue.tools.values()])
    for question, tool in QUESTIONS:
        found = await index.search(question, [], 3)
        assert found[0].key == tool, question
        assert all(0 < match.score <= 1 for match in found)
    assert await index.search("disk", ["windows"], 3) == []
    for hostile in ("' | !a & (", "a:*b", "\\", "' OR '1'='1", "²", "%", "<->", ""):
        await index.search(hostile, [], 3)
