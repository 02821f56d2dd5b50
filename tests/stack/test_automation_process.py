"""automation-service as a process: floods, kills, stops, and starts that cannot work."""

import asyncio
import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from tests.stack.automation_process import AutomationProcess

from opsconductor.client.automation import AutomationClient
from opsconductor.contract import families

pytestmark = [pytest.mark.stack, pytest.mark.anyio]

FreePorts = Callable[[int], list[int]]
MIB = 1_048_576


@pytest.fixture(scope="module")
def shared_process(
    tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts
) -> Iterator[AutomationProcess]:
    """A service for all tests of this module."""
    with AutomationProcess(tmp_path_factory.mktemp("service"), free_ports(2)) as started:
        yield started


@pytest.fixture
def process(shared_process: AutomationProcess) -> AutomationProcess:
    """The service, started again where a test ended it."""
    if shared_process.child.poll() is not None:
        shared_process.start()
    return shared_process


def test_a_body_of_a_gigabyte_is_refused_while_it_is_read(process: AutomationProcess) -> None:
    """A chunked flood must be answered with 413 soon, and memory grow by less than 20 MB."""
    host, port = process.url.removeprefix("http://").split(":")
    httpx.post(f"{process.url}/ai/execute", json={"input": "warm up"})
    counted = refused_bodies(process)
    before = psutil.Process(process.child.pid).memory_info().rss
    head = (
        f"POST /ai/execute HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = f"{MIB:x}\r\n".encode() + b"x" * MIB + b"\r\n"
    sent = 0
    answer = b""
    with socket.create_connection((host, int(port)), timeout=10) as link:
        link.sendall(head.encode())
        try:
            for _ in range(1024):
                link.sendall(chunk)
                sent += 1
        except OSError:
            pass  # refused: the service closed the connection
        # The answer can get lost behind what was still on its way.
        with contextlib.suppress(ConnectionResetError):
            answer = link.recv(4096)
    after = psutil.Process(process.child.pid).memory_info().rss
    assert sent < 64
    assert after - before < 20 * MIB
    assert not answer or answer.startswith(b"HTTP/1.1 413")
    assert refused_bodies(process) == counted + 1


def refused_bodies(process: AutomationProcess) -> float:
    """How many requests were counted as invalid under no tool's name."""
    series = f'{families.AI_REQUEST_ERRORS.name}{{reason="validation",tool="unknown"}} '
    page = httpx.get(f"{process.internal_url}/metrics").text
    found = (line for line in page.splitlines() if line.startswith(series))
    return float(next(found, "0 0").split()[1])


async def test_a_client_that_sends_too_much_reads_the_answer(process: AutomationProcess) -> None:
    """A client that stops when told must find 413 and a sentence."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 65_536
            await asyncio.sleep(0)

    headers = {"content-type": "application/json"}
    async with httpx.AsyncClient(base_url=process.url) as http:
        answer = await http.post("/ai/execute", content=chunks(), headers=headers)
        assert answer.status_code == 413
        assert "larger than 1048576 bytes" in answer.json()["detail"]
        assert (await http.post("/ai/execute", json={"input": "ping"})).json()["output"] == "pong"


def test_a_kill_in_mid_run_leaves_a_failed_run_and_loses_no_answer(
    process: AutomationProcess,
) -> None:
    """After kill -9 every acknowledged run must be there, and the open one be failed."""
    acknowledged = [
        httpx.post(f"{process.url}/ai/execute", json={"input": f"number {number}"})
        for number in range(20)
    ]

    def run_sleeper() -> None:
        body = {"name": "sleeper", "trace_id": "interrupted"}
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{process.url}/ai/tools/execute", json=body, timeout=30)

    running = threading.Thread(target=run_sleeper)
    running.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = httpx.get(f"{process.url}/executions/interrupted")
        if found.is_success and psutil.Process(process.child.pid).children():
            break
    process.kill()
    running.join()
    process.start()
    interrupted = httpx.get(f"{process.url}/executions/interrupted").json()
    assert (interrupted["status"], interrupted["reason"]) == ("failed", "internal")
    for answer in acknowledged:
        trace_id = answer.json()["trace_id"]
        assert httpx.get(f"{process.url}/executions/{trace_id}").json()["status"] == "success"
    listed = httpx.get(f"{process.url}/executions", params={"status": "running"}).json()
    assert listed["count"] == 0


def test_kills_under_load_lose_no_acknowledged_run(process: AutomationProcess) -> None:
    """Whatever was answered before a kill -9 must be found after it, three times over."""
    for _ in range(3):
        answered: list[str] = []

        def ask(into: list[str] = answered) -> None:
            with httpx.Client(base_url=process.url, timeout=10) as http:
                try:
                    for _ in range(2000):
                        reply = http.post("/ai/execute", json={"input": "x"})
                        into.append(reply.json()["trace_id"])
                except httpx.TransportError:
                    return

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 10
        while len(answered) < 60 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        for thread in threads:
            thread.join()
        process.start()
        with httpx.Client(base_url=process.url) as http:
            for trace_id in answered:
                assert http.get(f"/executions/{trace_id}").json()["status"] == "success"


async def test_a_stop_cancels_what_runs_and_records_it(process: AutomationProcess) -> None:
    """SIGTERM must end the process with code 0, and leave no run open."""
    async with AutomationClient(process.url) as client:
        running = asyncio.create_task(
            client.execute_tool("sleeper", headers={"x-trace-id": "stopped"})
        )
        for _ in range(500):
            if psutil.Process(process.child.pid).children():
                break
            await asyncio.sleep(0.02)
        code = await asyncio.to_thread(process.stop)
        await asyncio.gather(running, return_exceptions=True)
    assert code == 0
    await asyncio.to_thread(process.start)
    async with AutomationClient(process.url) as client:
        found = await client.execution("stopped")
    assert (found.status, found.reason) == ("error", "cancelled")


def start(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Start the service with a settings file; it must end by itself."""
    (folder / "broken.toml").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "opsconductor.automation"],
        env={**os.environ, "OPSCONDUCTOR_CONFIG": str(folder / "broken.toml")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_settings_that_cannot_be_used_end_the_start_with_2(tmp_path: Path) -> None:
    """A wrong setting must be one clear line on standard error, and no traceback."""
    cases = {
        '[automation]\nport = "x"\n': "line 2: automation.port",
        '[automation]\ndatabase_url = "mysql://u:hunter2@h/d"\n': "use sqlite:/// or postgresql://",
    }
    for text, expected in cases.items():
        ended = start(tmp_path, text)
        assert ended.returncode == 2
        assert expected in ended.stderr
        assert "Traceback" not in ended.stderr
        assert "hunter2" not in ended.stderr


def test_a_state_folder_that_cannot_be_used_ends_the_start_with_1(tmp_path: Path) -> None:
    """A state folder that is a file must be named, without a traceback."""
    (tmp_path / "file").touch()
    ended = start(tmp_path, f'state_dir = "{tmp_path}/file/state"\n')
    assert ended.returncode == 1
    assert "state folder" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_of_a_newer_version_ends_the_start_with_1(
    tmp_path: Path, free_ports: FreePorts
) -> None:
    """A schema that this program does not know must be left alone, and said so."""
    (tmp_path / "state").mkdir()
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "automation.sqlite3")) as database:
        database.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO schema_version VALUES (99)")
        database.commit()
    ports = "port = {}\ninternal_port = {}".format(*free_ports(2))
    ended = start(tmp_path, f'state_dir = "{tmp_path}/state"\n[automation]\n{ports}\n')
    assert ended.returncode == 1
    assert "the service cannot start: the database has schema version 99" in ended.stderr


def test_a_taken_port_is_named(tmp_path: Path, process: AutomationProcess) -> None:
    """A second service on the same port must say which port, and end with 1."""
    text = (process.folder / "opsconductor.toml").read_text(encoding="utf-8")
    ended = start(tmp_path, text)
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{process.url.rsplit(':', 1)[1]}" in ended.stderr
    assert "Traceback" not in ended.stderr
