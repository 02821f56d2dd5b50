"""Programs really run on this machine, and nothing of them is left."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable

import psutil
import pytest

from opsconductor.automation.run import Limits, ToolResult, run
from opsconductor.automation.tool import Tool
from opsconductor.automation.transports import local, process_family
from opsconductor.contract import Reason

MakeTool = Callable[..., Tool]
Gone = Callable[[int], Awaitable[bool]]

pytestmark = pytest.mark.anyio

DEADLINE_SECONDS = 30.0
"""For what takes a second or two on a machine with nothing else to do."""
SLEEPS = f"sleep {100_000 + os.getpid()}"
"""Known among the sleeps of tests that run at the same time."""
FAMILIES = {
    "child": f"{SLEEPS} & echo $!; wait",
    "deaf": f"trap '' TERM; {SLEEPS} & echo $!; while :; do wait; done",
    "own session": f"setsid sh -c 'echo $$; exec {SLEEPS}'; {SLEEPS}",
    "forked twice": f"(setsid sh -c 'echo $$; trap \"\" TERM; {SLEEPS}; :' &); {SLEEPS}",
    "stopped": f"{SLEEPS} & echo $!; kill -STOP $!; wait",
    "forking": f'while :; do {SLEEPS} & [ -n "$x" ] || {{ x=1; echo $!; }}; sleep 0.01; done',
}
"""Shell programs that print the process id of a descendant and then hang."""


async def perform(tool: Tool, within: float = 30, **params: object) -> ToolResult:
    """One run."""
    return await run(tool, params, limits=Limits(timeout_seconds=within))


def with_text(make_tool: MakeTool, *argv: object) -> Tool:
    """A tool with the one text parameter `x`."""
    parameter = {"name": "x", "type": "string", "description": "It."}
    return make_tool(*argv, parameters=[parameter])


def with_secret(make_tool: MakeTool, *argv: object) -> Tool:
    """A tool that finds its secret parameter `x` as KEY in the environment."""
    parameter = {"name": "x", "type": "string", "description": "It.", "secret": True}
    command = {"environment": {"KEY": "{x}"}}
    return make_tool(*argv, parameters=[parameter], command=command)


@pytest.mark.parametrize("attack", ["; reboot", "$(reboot)", "`id`", "a b  c", "*", "'\""])
async def test_a_value_reaches_the_program_as_it_is(make_tool: MakeTool, attack: str) -> None:
    """No shell sees a value: the program gets it as one argument, letter for letter."""
    result = await perform(with_text(make_tool, "printf", "[%s]", "{x}", "end"), x=attack)
    assert result.output == f"[{attack}][end]"


async def test_the_program_sees_a_clean_environment(
    make_tool: MakeTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the service's own environment, where credentials may be, reaches a tool."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@db/x")
    result = await perform(make_tool("env"))
    names = {line.split("=")[0] for line in result.output.splitlines()}
    assert names == {"PATH", "LC_ALL", "OPSCONDUCTOR_RUN"}


async def test_standard_input_is_empty(make_tool: MakeTool) -> None:
    """A program that asks for input gets the end of it instead of waiting."""
    result = await perform(make_tool("cat"), within=10)
    assert (result.success, result.output) == (True, "")


async def test_a_failing_program_is_an_upstream_error(make_tool: MakeTool) -> None:
    """The exit code and the program's last complaint come back."""
    result = await perform(make_tool("sh", "-c", "echo fine; echo broken >&2; exit 3"))
    assert result.error is not None
    assert result.error.reason is Reason.UPSTREAM_ERROR
    assert result.error.message == "made ended with 3: broken"
    assert result.exit_code == 3


async def test_a_program_that_dies_by_a_signal_is_an_upstream_error(make_tool: MakeTool) -> None:
    """A crash is told from success."""
    result = await perform(make_tool("sh", "-c", "kill -SEGV $$"))
    assert result.error is not None
    assert result.error.reason is Reason.UPSTREAM_ERROR
    assert result.exit_code == -11


async def test_an_absent_program_says_what_to_install(make_tool: MakeTool) -> None:
    """The tool file names the Debian package."""
    result = await perform(make_tool("no-such-program", command={"package": "some-package"}))
    assert result.error is not None
    assert result.error.reason is Reason.UNAVAILABLE
    assert "apt-get install some-package" in result.error.message


@pytest.mark.parametrize("kind", FAMILIES)
async def test_a_timeout_kills_the_whole_family(make_tool: MakeTool, gone: Gone, kind: str) -> None:
    """Children, deaf ones, ones in a session of their own: none outlives the run."""
    started = time.monotonic()
    result = await perform(make_tool("sh", "-c", FAMILIES[kind]), within=0.7)
    assert time.monotonic() - started < DEADLINE_SECONDS
    assert result.error is not None
    assert result.error.reason is Reason.TIMEOUT
    assert "did not finish within 0.7 s" in result.error.message
    pid = int(result.output.split()[0])
    assert await gone(pid)
    assert not sleepers(pid)


def sleepers(pid: int) -> list[int]:
    """Processes that the test's programs left behind."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] == SLEEPS.split() and process.pid >= pid
    ]


async def test_what_a_finished_program_leaves_behind_is_killed(
    make_tool: MakeTool, gone: Gone
) -> None:
    """A daemon that keeps the output open neither delays the answer nor outlives it."""
    started = time.monotonic()
    result = await perform(
        make_tool("sh", "-c", f"setsid sh -c 'echo $$; exec {SLEEPS}' & sleep 0.2")
    )
    assert time.monotonic() - started < DEADLINE_SECONDS
    assert result.success
    assert await gone(int(result.output))


async def test_a_cancelled_run_is_dead_before_anybody_hears_of_it(
    make_tool: MakeTool, gone: Gone
) -> None:
    """When the cancellation comes out of the run, the family is gone, even if it came twice."""
    pids: list[int] = []
    seen = asyncio.Event()

    def on_line(_stream: str, line: str) -> None:
        pids.append(int(line))
        seen.set()

    tool = make_tool("sh", "-c", FAMILIES["deaf"])
    task = asyncio.create_task(run(tool, {}, limits=Limits(), on_line=on_line))
    await asyncio.wait_for(seen.wait(), DEADLINE_SECONDS)
    task.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(pids[0])
    assert not sleepers(pids[0])


async def test_a_flood_is_capped_while_it_streams(make_tool: MakeTool) -> None:
    """200 MB of output end in 16 KiB, an exit code, and hardly any memory."""
    peak = asyncio.create_task(peak_growth())
    await asyncio.sleep(0)
    tool = make_tool("head", "-c", "200000000", "/dev/zero", timeout_seconds=300)
    result = await perform(tool, within=300)
    peak.cancel()
    assert await peak < 20e6
    assert (result.success, result.truncated, result.exit_code) == (True, True, 0)
    assert len(result.output.encode()) <= 16_384


async def peak_growth() -> float:
    """The most bytes by which this process grew until the task was cancelled."""
    process = psutil.Process()
    start = process.memory_info().rss
    peak = start
    try:
        while True:
            peak = max(peak, process.memory_info().rss)
            await asyncio.sleep(0.01)
    except asyncio.CancelledError:
        return peak - start


async def test_an_endless_flood_ends_at_the_timeout(make_tool: MakeTool) -> None:
    """A program that never stops printing is killed on time, and others run meanwhile."""
    started = time.monotonic()
    flood = asyncio.create_task(perform(make_tool("yes"), within=1))
    assert (await perform(make_tool("echo", "hi"))).output == "hi"
    result = await flood
    assert result.error is not None
    assert (result.error.reason, result.truncated) == (Reason.TIMEOUT, True)
    assert set(result.output.split()) <= {"y"}
    assert time.monotonic() - started < DEADLINE_SECONDS


async def test_a_secret_in_two_writes_is_hidden_in_both_streams(make_tool: MakeTool) -> None:
    """A secret that the program prints in pieces, on either stream, comes out hidden."""
    script = (
        "import os, sys, time\n"
        "key = os.environ['KEY']; half = len(key) // 2\n"
        "for stream in (sys.stdout, sys.stderr):\n"
        "    for part in ('a ' + key[:half], key[half:] + ' b\\n'):\n"
        "        stream.write(part); stream.flush(); time.sleep(0.1)\n"
    )
    lines: list[tuple[str, str]] = []
    tool = with_secret(make_tool, "python3", "-c", script)
    result = await run(
        tool,
        {"x": "hunter2hunter2"},
        limits=Limits(),
        on_line=lambda stream, line: lines.append((stream, line)),
    )
    assert result.redacted
    assert lines == [("stdout", "a [redacted] b"), ("stderr", "a [redacted] b")]
    assert "hunter" not in str(result)


async def test_a_secret_in_an_error_text_is_hidden(make_tool: MakeTool) -> None:
    """A program's complaint that repeats a secret does not carry it into the error."""
    tool = with_secret(make_tool, "sh", "-c", 'echo "bad $KEY" >&2; exit 1')
    result = await perform(tool, x="hunter2")
    assert result.error is not None
    assert result.error.message == "made ended with 1: bad [redacted]"


async def test_a_run_that_is_cancelled_while_it_starts_leaves_nothing(make_tool: MakeTool) -> None:
    """Wherever in the start the cancellation falls, no process stays."""
    tool = make_tool("sh", "-c", FAMILIES["own session"])
    for turns in range(12):
        task = asyncio.create_task(run(tool, {}, limits=Limits()))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not sleepers(0)


async def test_lines_come_as_they_are_printed(make_tool: MakeTool) -> None:
    """A caller that follows a run need not wait for its end."""
    seen = asyncio.Event()
    tool = make_tool("sh", "-c", "echo first; exec sleep 1000")
    task = asyncio.create_task(
        run(tool, {}, limits=Limits(), on_line=lambda _stream, _line: seen.set())
    )
    await asyncio.wait_for(seen.wait(), DEADLINE_SECONDS)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_broken_listener_is_an_internal_error(make_tool: MakeTool, gone: Gone) -> None:
    """Whatever the caller's own function does, the run ends and nothing is left of it."""

    def broken(_stream: str, line: str) -> None:
        raise KeyError(line)

    tool = make_tool("sh", "-c", "echo $$; sleep 0.2")
    result = await run(tool, {}, limits=Limits(), on_line=broken)
    assert result.error is not None
    assert result.error.reason is Reason.INTERNAL


async def test_descriptors_do_not_leak(make_tool: MakeTool) -> None:
    """Runs that succeed, fail or cannot start give back every pipe."""
    process = psutil.Process()
    await perform(make_tool("true"))
    before = process.num_fds()
    for _ in range(5):
        await perform(make_tool("true"))
        await perform(make_tool("no-such-program"))
        await perform(make_tool("sleep", "1000"), within=0.05)
    assert process.num_fds() <= before


async def test_what_a_dead_service_left_behind_is_swept_up(make_tool: MakeTool, gone: Gone) -> None:
    """Runs of a service that was killed are ended by the next; those of a living one are not."""
    script = (
        "import asyncio\n"
        "from opsconductor.automation.run import Limits, run\n"
        "from opsconductor.automation.tool import Tool\n"
        "import sys\n"
        "tool = Tool.model_validate_json(sys.argv[1])\n"
        "show = lambda _stream, line: print(line, flush=True)\n"
        "asyncio.run(run(tool, {}, limits=Limits(), on_line=show))\n"
    )
    tool = make_tool("sh", "-c", FAMILIES["own session"])
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, tool.model_dump_json(), stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout is not None
    pid = int(await asyncio.wait_for(service.stdout.readline(), DEADLINE_SECONDS))
    assert pid not in {member.pid for member in process_family.strays()}
    service.kill()
    await service.wait()
    assert pid in {member.pid for member in process_family.strays()}
    assert await process_family.sweep() >= 2
    assert await gone(pid)
    service._transport.close()  # type: ignore[attr-defined]  # its pipe outlives a killed process


def test_a_group_is_left_out_with_its_value(make_tool: MakeTool) -> None:
    """An option goes when its value is absent, and a word stands for a value."""
    parameters = [
        {"name": "port", "type": "integer", "description": "It."},
        {"name": "fast", "type": "boolean", "description": "It."},
    ]
    words = {"fast": {"true": "--fast"}}
    tool = make_tool(
        "probe", ["-p", "{port}"], "{fast}", parameters=parameters, command={"words": words}
    )
    command = tool.transports.local
    assert command.kind == "exec"
    assert local.vector(command, {"port": None, "fast": None}) == ["probe"]
    assert local.vector(command, {"port": 0, "fast": True}) == ["probe", "-p", "0", "--fast"]
    assert local.vector(command, {"port": 1, "fast": False}) == ["probe", "-p", "1"]


async def test_it_runs_on_the_services_event_loop_too(make_tool: MakeTool) -> None:
    """Under uvloop, which the services use, a run and a timeout end the same way."""
    script = (
        "import asyncio, sys, uvloop\n"
        "from opsconductor.automation.run import Limits, run\n"
        "from opsconductor.automation.tool import Tool\n"
        "tool = Tool.model_validate_json(sys.argv[1])\n"
        "result = uvloop.run(run(tool, {}, limits=Limits(timeout_seconds=0.7)))\n"
        "print(result.error.reason, result.output)\n"
    )
    tool = make_tool("sh", "-c", FAMILIES["own session"])
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-c",
        script,
        tool.model_dump_json(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(child.communicate(), DEADLINE_SECONDS)
    assert out.decode().split()[0] == "timeout", err.decode()
    assert not sleepers(int(out.decode().split()[1]))
