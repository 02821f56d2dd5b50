"""Each shipped tool really runs on this machine, or says honestly why it cannot."""

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from opsconductor.automation.catalogue import Catalogue, load
from opsconductor.automation.run import Limits, ToolResult, run
from opsconductor.automation.transports.local import PATH
from opsconductor.contract import Reason
from opsconductor.settings import PROJECT_ROOT

RunTool = Callable[[str, Mapping[str, object]], Awaitable[ToolResult]]

pytestmark = pytest.mark.anyio


def installed(program: str) -> bool:
    """Whether the local transport would find the program."""
    return shutil.which(program, path=PATH) is not None


def systemd_runs() -> bool:
    """Whether systemd is the service manager."""
    return Path("/run/systemd/system").is_dir()


def digest(algorithm: str, path: str) -> str:
    """The digest as Python computes it."""
    return hashlib.new(algorithm, Path(path).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("echo", {"text": "hello"}),
        ("dns_lookup", {"name": "localhost"}),
        ("disk_usage", {}),
        ("disk_usage", {"path": "/"}),
        ("memory_usage", {}),
        ("uptime", {}),
        ("top_processes", {"count": 3, "sort_by": "memory"}),
        ("listening_ports", {}),
        ("directory_size", {"path": "/etc"}),
        ("file_checksum", {"path": "/etc/os-release"}),
    ],
)
async def test_a_tool_runs_and_fills_its_answer(
    shipped: Catalogue, run_tool: RunTool, name: str, params: dict[str, object]
) -> None:
    """The run succeeds, prints something, and its facts fill every field of the answer."""
    result = await run_tool(name, params)
    assert result.success, result.error
    assert result.output
    answer = shipped.tools[name].answer.format(**{**params, **result.facts})
    assert "None" not in answer
    assert "{" not in answer


async def test_top_processes_lists_as_many_as_asked(run_tool: RunTool) -> None:
    """The table has the asked number of rows, the greediest first."""
    result = await run_tool("top_processes", {"count": 2, "sort_by": "memory"})
    assert result.table is not None
    shares = [row[result.table.columns.index("memory_percent")] for row in result.table.rows]
    assert len(shares) == 2
    assert shares == sorted(shares, key=lambda share: -float(share or 0))


async def test_file_checksum_agrees_with_hashlib(run_tool: RunTool) -> None:
    """Every algorithm gives the digest that Python computes."""
    for algorithm in ("sha256", "sha1", "md5", "sha512"):
        result = await run_tool("file_checksum", {"path": "/etc/passwd", "algorithm": algorithm})
        assert result.facts["checksum"] == digest(algorithm, "/etc/passwd")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("file_checksum", "/dev/zero"),
        ("file_checksum", "/etc/shadow"),
        ("file_checksum", "/proc/self/environ"),
        ("file_checksum", "/etc"),
        ("log_tail", "/etc/passwd"),
        ("log_tail", "/var/log/../../etc/passwd"),
        ("directory_size", "/proc"),
        ("directory_size", "/etc/passwd"),
    ],
)
async def test_what_a_tool_may_not_read_is_denied(run_tool: RunTool, name: str, path: str) -> None:
    """Devices, password files and whatever lies outside the roots stay closed."""
    result = await run_tool(name, {"path": path})
    assert result.error is not None
    assert result.error.reason is Reason.DENIED
    assert result.output == ""


async def test_log_tail_shows_the_end_and_hides_secrets(tmp_path: Path) -> None:
    """The last lines of the system's own logs come back without passwords and tokens."""
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.log").write_text(
        "old\n"
        "login password=hunter2 ok\n"
        'sent {"api_key": "hunter2", "n": 1}\n'
        "Authorization: Bearer hunter2.hunter2\n"
        "to postgresql://app:hunter2@db/x\n",
        encoding="utf-8",
    )
    tool = load(PROJECT_ROOT / "tools", state=tmp_path).tools["log_tail"]
    result = await run(tool, {"path": f"{logs}/a.log", "lines": 4}, limits=Limits())
    assert result.success, result.error
    assert result.redacted
    assert "hunter2" not in str(result)
    assert result.output.splitlines() == [
        "login password=[redacted] ok",
        'sent {"api_key": [redacted], "n": 1}',
        "Authorization: [redacted]",
        "to postgresql://app:[redacted]@db/x",
    ]


async def test_listening_ports_finds_one_port(
    run_tool: RunTool, free_ports: Callable[[int], list[int]]
) -> None:
    """A port on which nobody listens is an answer."""
    port = free_ports(1)[0]
    result = await run_tool("listening_ports", {"port": port})
    assert result.success
    assert result.facts["summary"] == f"Nothing listens on port {port}"


@pytest.mark.parametrize(
    ("name", "params"),
    [("disk_usage", {"path": "/no/such"}), ("directory_size", {"path": "/no/such"})],
)
async def test_a_path_that_is_not_there_is_told(
    run_tool: RunTool, name: str, params: dict[str, object]
) -> None:
    """The program's own complaint is the message."""
    result = await run_tool(name, params)
    assert result.error is not None
    assert result.error.reason is Reason.UPSTREAM_ERROR
    assert "No such file or directory" in result.error.message


async def test_ping_answers_or_names_its_package(run_tool: RunTool) -> None:
    """Where ping is not installed the tool says what to install."""
    result = await run_tool("ping", {"host": "127.0.0.1", "count": 1})
    if installed("ping") and result.success:
        assert result.facts["received"] == 1
        return
    assert result.error is not None
    if installed("ping"):
        assert result.error.reason is Reason.UPSTREAM_ERROR
    else:
        assert result.error.reason is Reason.UNAVAILABLE
        assert "apt-get install iputils-ping" in result.error.message


async def test_service_status_needs_systemd(run_tool: RunTool) -> None:
    """Where systemd does not run the tool says so instead of "inactive"."""
    result = await run_tool("service_status", {"service": "no-such-service"})
    assert result.error is not None
    if systemd_runs():
        assert result.error.message == "systemd knows no service no-such-service"
    else:
        assert result.error.reason is Reason.UNAVAILABLE
        assert "systemd is not the service manager" in result.error.message


async def test_package_updates_asks_apt(run_tool: RunTool) -> None:
    """Where apt is there with its lists it is asked; elsewhere the tool says what is missing."""
    result = await run_tool("package_updates", {})
    if result.success:
        assert result.table is not None
        assert len(result.table.rows) == result.facts["count"]
        return
    assert result.error is not None
    assert result.error.reason is Reason.UNAVAILABLE
    assert "apt-get" in result.error.message


async def test_the_same_tool_runs_many_times_at_once(run_tool: RunTool) -> None:
    """Runs side by side neither mix their output nor end one another."""
    runs = [run_tool("file_checksum", {"path": "/etc/os-release"}) for _ in range(8)]
    results = await asyncio.gather(*runs)
    assert {result.facts["checksum"] for result in results} == {digest("sha256", "/etc/os-release")}
