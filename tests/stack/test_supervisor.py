"""The supervisor over small real processes."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from opsconductor.settings import Settings
from opsconductor.stack.process import Pace, StartError, State, SupervisedProcess, backoff
from opsconductor.stack.run_folder import RunFolder
from opsconductor.stack.spec import Port, ProcessSpec
from opsconductor.stack.supervisor import Supervisor

FAKE = str(Path(__file__).with_name("fake_service.py"))
QUICK = Pace(
    poll=0.02, interval=0.1, answer=0.5, failures=3, start=20, stop=3, first_backoff=0.1, attempts=2
)
FreePorts = Callable[[int], list[int]]


def service(name: str, port: int, *extra: str, depends_on: tuple[str, ...] = ()) -> ProcessSpec:
    """A process that answers on `port`."""
    return ProcessSpec(
        name=name,
        command=(sys.executable, FAKE, str(port), *extra),
        ports=(Port(port, f"{name}.port"),),
        health="/health",
        depends_on=depends_on,
    )


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; a test that waits in vain fails."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.02)


class Stage:
    """Runs supervisors in one state folder and keeps what they did."""

    def __init__(self, state: Path, port: int) -> None:
        self.settings = Settings.model_validate({"state_dir": state, "supervisor": {"port": port}})
        self.run_folder = RunFolder(state)
        self.events: list[tuple[str, State]] = []

    def changed(self, process: SupervisedProcess) -> None:
        """Keep the change."""
        self.events.append((process.spec.name, process.state))

    @asynccontextmanager
    async def running(self, *specs: ProcessSpec) -> AsyncIterator[Supervisor]:
        """A ready supervisor, stopped at the end."""
        self.run_folder.acquire()
        supervisor = Supervisor(self.settings, specs, self.run_folder, self.changed, QUICK)
        stop, ready = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(supervisor.run(stop, ready.set))
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED, timeout=30)
            if task.done():
                task.result()
            assert ready.is_set()
            yield supervisor
        finally:
            waiting.cancel()
            stop.set()
            await asyncio.gather(task, return_exceptions=True)
            self.run_folder.release()


@pytest.fixture
def stage(tmp_path: Path, free_ports: FreePorts) -> Stage:
    """A state folder and a port for the supervisor."""
    return Stage(tmp_path / "state", free_ports(1)[0])


@pytest.mark.anyio
async def test_starts_in_the_order_of_dependencies_and_stops_in_reverse(
    stage: Stage, free_ports: FreePorts
) -> None:
    """A process starts after what it depends on is ready, and stops before it."""
    first, second = free_ports(2)
    below = service("below", first)
    above = service("above", second, depends_on=("below",))
    async with stage.running(above, below):
        assert stage.events.index(("below", State.READY)) < stage.events.index(
            ("above", State.STARTING)
        )
    assert stage.events.index(("above", State.STOPPED)) < stage.events.index(
        ("below", State.STOPPED)
    )


@pytest.mark.anyio
async def test_a_killed_process_is_back_at_once(stage: Stage, free_ports: FreePorts) -> None:
    """After kill -9 the process is ready again within 5 s, under another pid."""
    async with stage.running(service("one", free_ports(1)[0])) as supervisor:
        one = supervisor.processes["one"]
        pid = one.pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        await until(lambda: one.state is State.READY and one.pid not in {pid, None}, 5)
        assert one.restarts == 1


@pytest.mark.anyio
async def test_a_hung_process_is_killed_and_started_again(
    stage: Stage, free_ports: FreePorts
) -> None:
    """A process that runs but no longer answers is replaced."""
    async with stage.running(service("one", free_ports(1)[0])) as supervisor:
        one = supervisor.processes["one"]
        pid = one.pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        await until(lambda: one.state is State.READY and one.pid not in {pid, None})
        assert not psutil.pid_exists(pid)


@pytest.mark.anyio
async def test_what_a_killed_process_had_started_is_ended(
    stage: Stage, free_ports: FreePorts
) -> None:
    """A grandchild in a session of its own does not outlive the stop."""
    async with stage.running(service("one", free_ports(1)[0], "child")) as supervisor:
        pid = supervisor.processes["one"].pid
        assert pid
        (grandchild,) = psutil.Process(pid).children()
        os.kill(pid, signal.SIGKILL)
        await until(lambda: supervisor.processes["one"].pid not in {pid, None})
    assert not grandchild.is_running()


@pytest.mark.anyio
async def test_a_process_that_is_not_to_be_restarted_stays_down(
    stage: Stage, free_ports: FreePorts
) -> None:
    """The supervisor goes on without it and says how it ended."""
    spec = service("one", free_ports(1)[0])
    mortal = ProcessSpec(
        name=spec.name, command=spec.command, ports=spec.ports, health=spec.health, restart=False
    )
    async with stage.running(mortal, service("two", free_ports(1)[0])) as supervisor:
        one, two = supervisor.processes["one"], supervisor.processes["two"]
        assert one.pid
        os.kill(one.pid, signal.SIGKILL)
        await until(lambda: one.state is State.DOWN)
        assert "SIGKILL" in one.detail
        assert two.state is State.READY


@pytest.mark.anyio
async def test_another_server_on_the_port_is_not_taken_for_the_child(
    stage: Stage, free_ports: FreePorts
) -> None:
    """A child whose port somebody else answers on is not ready, however well that one answers."""
    (port,) = free_ports(1)
    foreign = await asyncio.create_subprocess_exec(
        sys.executable, FAKE, str(port), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await until(lambda: _answers(port))
        with pytest.raises(StartError, match="one does not start"):
            async with stage.running(service("one", port)):
                pass
    finally:
        foreign.terminate()
        await foreign.wait()
    assert ("one", State.READY) not in stage.events


@pytest.mark.anyio
async def test_a_process_that_cannot_start_is_explained_by_its_last_words(stage: Stage) -> None:
    """The error carries the end of the log, and nothing else is left running."""
    broken = ProcessSpec(
        name="broken",
        command=(sys.executable, "-c", "raise SystemExit('no such luck')"),
        ports=(Port(1, "x"),),
        health="/",
    )
    with pytest.raises(StartError, match="no such luck"):
        async with stage.running(broken):
            pass
    assert stage.run_folder.end_leftovers() == []


@pytest.mark.anyio
async def test_the_metrics_page_shows_processes_and_restarts(
    stage: Stage, free_ports: FreePorts
) -> None:
    """The supervisor exposes its view in the scraper's format, and as JSON for the status."""
    base = f"http://127.0.0.1:{stage.settings.supervisor.port}"
    async with (
        stage.running(service("one", free_ports(1)[0])),
        httpx.AsyncClient(base_url=base, trust_env=False) as http,
    ):
        text = (await http.get("/metrics")).text
        rows = (await http.get("/processes")).json()["processes"]
        missing = await http.get("/nothing")
        wrong = await http.post("/metrics")
    assert 'stack_process_up{process="one"} 1.0' in text
    assert 'stack_process_restarts_total{process="one"} 0.0' in text
    assert 'stack_disk_free_ratio{path="state"}' in text
    assert [row["name"] for row in rows] == ["one"]
    assert (missing.status_code, wrong.status_code) == (404, 405)


def test_the_wait_before_a_start_doubles_up_to_a_limit() -> None:
    """The first start comes at once, later ones ever later, none after more than 30 s."""
    waits = [backoff(failures, Pace()) for failures in range(1, 9)]
    assert waits == [0, 1, 2, 4, 8, 16, 30, 30]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
