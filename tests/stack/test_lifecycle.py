"""A whole system starts, survives, and stops without a trace but its data."""

import signal
import socket
from pathlib import Path

import httpx
import pytest
from tests.stack.conftest import MakeSystem
from tests.stack.system import System, eventually

pytestmark = pytest.mark.stack

CHILDREN = ("automation-service", "ai-pipeline", "console", "canary", "prometheus", "alertmanager")
BACK_WITHIN_SECONDS = 5


def is_ready_again(system: System, name: str, old_pid: int) -> bool:
    """Whether the process is ready under another pid."""
    row = system.processes()[name]
    return row["state"] == "ready" and row["pid"] not in {old_pid, None}


def execute(system: System, text: str) -> str:
    """Run echo; returns the trace id of what was acknowledged."""
    answer = httpx.post(
        system.url("automation", "/ai/execute"), json={"input": text}, trust_env=False
    )
    trace_id: str = answer.raise_for_status().json()["trace_id"]
    return trace_id


def recorded(system: System, trace_id: str) -> bool:
    """Whether the execution is on record."""
    url = system.url("automation", f"/executions/{trace_id}")
    return httpx.get(url, trust_env=False).status_code == 200


@pytest.mark.alone
@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_process_is_back_within_five_seconds(system: System, name: str) -> None:
    """After kill -9 of any child the supervisor has it ready again in time."""
    pid = system.kill(name)
    eventually(
        lambda: is_ready_again(system, name, pid), BACK_WITHIN_SECONDS, f"{name} is ready again"
    )


def test_no_acknowledged_execution_is_lost_when_the_service_is_killed(system: System) -> None:
    """What was answered before kill -9 is on record after it."""
    traces = [execute(system, f"number {number}") for number in range(20)]
    pid = system.kill("automation-service")
    eventually(lambda: is_ready_again(system, "automation-service", pid), 10, "it is back")
    assert [trace for trace in traces if not recorded(system, trace)] == []


def test_a_process_that_hangs_is_started_again(system: System) -> None:
    """A stopped process answers no health check, and is replaced."""
    pid = system.kill("ai-pipeline", signal.SIGSTOP)
    eventually(lambda: is_ready_again(system, "ai-pipeline", pid), 40, "it was replaced")


def test_a_second_up_on_the_same_state_folder_says_who_runs(system: System) -> None:
    """It names the pid and touches nothing."""
    second = system.cli("up", "--plain")
    assert second.returncode == 1
    assert "already running (pid " in second.stderr
    assert system.cli("status").returncode == 0


def test_ctrl_c_and_down_leave_nothing_running_and_keep_the_data(make_system: MakeSystem) -> None:
    """Both ways of stopping end every process with success; what was recorded is still there."""
    system = make_system()
    system.up()
    trace = execute(system, "remember me")
    assert system.down(signal.SIGINT) == 0
    system.up()
    assert recorded(system, trace)
    stopped = system.cli("down")
    assert stopped.returncode == 0, stopped.stderr
    assert system.down() == 0
    again = system.cli("down")
    assert (again.returncode, "not running" in again.stdout) == (0, True)
    assert system.cli("status").returncode == 3


def test_a_killed_supervisor_takes_its_processes_along(make_system: MakeSystem) -> None:
    """After kill -9 of the supervisor its children end, and the next start finds free ports."""
    system = make_system()
    system.up()
    children = system.family()
    system.kill_supervisor()
    eventually(lambda: not any(child.is_running() for child in children), 10, "children ended")
    system.up()
    assert system.down() == 0


def test_a_taken_port_is_named_with_its_owner_before_anything_starts(
    make_system: MakeSystem,
) -> None:
    """The text has the port, who holds it and the setting to change."""
    system = make_system()
    port = system.settings.console.port
    with socket.socket() as foreign:
        foreign.bind(("127.0.0.1", port))
        foreign.listen()
        done = system.cli("up", "--plain")
    assert done.returncode == 1
    assert f"port {port} of console is taken by pid " in done.stderr
    assert "console.port" in done.stderr
    assert "starting" not in done.stdout


def test_a_state_folder_that_cannot_be_written_is_explained(
    make_system: MakeSystem, tmp_path: Path
) -> None:
    """The text names the folder, the reason and the setting."""
    (tmp_path / "file").touch()
    system = make_system()
    system.environment["OPSCONDUCTOR_STATE_DIR"] = str(tmp_path / "file" / "state")
    done = system.cli("up", "--plain")
    assert done.returncode == 1
    assert str(tmp_path / "file" / "state") in done.stderr
    assert "state_dir" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_configuration_is_for_its_owner_only(system: System) -> None:
    """Alertmanager's document holds credentials."""
    for path in (system.settings.state / "config").rglob("*.yml"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_status_shows_what_is_not_well(make_system: MakeSystem) -> None:
    """Exit 0 while all are ready, 1 once a process that is not restarted is dead."""
    system = make_system()
    system.up("--no-restart", "canary")
    assert system.cli("status", "--json").returncode == 0
    system.kill("canary")
    eventually(lambda: system.processes()["canary"]["state"] == "down", 10, "canary is down")
    status = system.cli("status")
    assert status.returncode == 1
    assert "down" in status.stdout
    check = system.cli("check")
    assert check.returncode == 1
    assert "FAIL  process canary: down" in check.stdout
