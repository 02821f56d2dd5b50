"""One run ends in one result, whatever happens in it."""

import asyncio
import time
from collections.abc import Callable, Mapping

import pytest

from opsconductor.automation import builtins
from opsconductor.automation.catalogue import Catalogue
from opsconductor.automation.outcome import Findings, Scalar
from opsconductor.automation.run import Limits, run
from opsconductor.automation.tool import Tool
from opsconductor.contract import Reason

MakeTool = Callable[..., Tool]

pytestmark = pytest.mark.anyio

AS_BUILTIN = {"local": {"kind": "builtin", "function": "uptime"}}


@pytest.fixture
def builtin(monkeypatch: pytest.MonkeyPatch) -> Callable[[builtins.Function], None]:
    """Puts a function in the place of every builtin."""

    def put(function: builtins.Function) -> None:
        monkeypatch.setattr("opsconductor.automation.run.builtin", lambda _name: function)

    return put


@pytest.mark.parametrize(("text", "answer"), [("ping", "pong"), ("Hi\nthere", "Hi\nthere")])
async def test_echo_answers(shipped: Catalogue, text: str, answer: str) -> None:
    """Ping is answered with pong, everything else with itself."""
    lines: list[tuple[str, str]] = []
    result = await run(
        shipped.tools["echo"],
        {"text": text},
        limits=Limits(),
        on_line=lambda stream, line: lines.append((stream, line)),
    )
    assert (result.success, result.output, result.error) == (True, answer, None)
    assert result.duration_seconds > 0
    assert lines == [("stdout", line) for line in answer.splitlines()]


async def test_bad_parameters_are_the_callers_mistake(shipped: Catalogue) -> None:
    """Nothing runs, and the reason is validation."""
    result = await run(shipped.tools["echo"], {}, limits=Limits())
    assert result.error is not None
    assert result.error.reason is Reason.VALIDATION
    assert result.error.message == "text is required: What to answer with."


async def test_a_dangerous_tool_waits_for_approval(make_tool: MakeTool) -> None:
    """Without approval nothing runs; with it the tool does."""
    tool = make_tool("echo", "done", read_only=False, risk="critical")
    refused = await run(tool, {}, limits=Limits())
    assert refused.error is not None
    assert (refused.error.reason, refused.output) == (Reason.APPROVAL_REQUIRED, "")
    assert (await run(tool, {}, limits=Limits(approved=True))).output == "done"


async def test_a_tool_for_administrators_needs_their_rights(
    make_tool: MakeTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service without them says so instead of letting the program fail half-way."""
    tool = make_tool("echo", "done", requires_admin=True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    refused = await run(tool, {}, limits=Limits())
    assert refused.error is not None
    assert refused.error.reason is Reason.UNAVAILABLE
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert (await run(tool, {}, limits=Limits())).output == "done"


async def test_the_lower_timeout_counts(make_tool: MakeTool) -> None:
    """The caller's limit caps the tool's, and the tool's holds under a generous caller."""
    for own, callers in ((0.2, 60.0), (60.0, 0.2)):
        tool = make_tool("sleep", "1000", timeout_seconds=own)
        started = time.monotonic()
        result = await run(tool, {}, limits=Limits(timeout_seconds=callers))
        assert result.error is not None
        assert result.error.reason is Reason.TIMEOUT
        assert time.monotonic() - started < 30


async def test_a_builtin_that_hangs_times_out(
    make_tool: MakeTool, builtin: Callable[[builtins.Function], None]
) -> None:
    """A function is held to the tool's timeout like a program."""

    async def hang(_arguments: Mapping[str, Scalar]) -> Findings:
        await asyncio.Event().wait()
        return Findings()

    builtin(hang)
    tool = make_tool("true", transports=AS_BUILTIN, timeout_seconds=0.1)
    result = await run(tool, {}, limits=Limits())
    assert result.error is not None
    assert result.error.message == "made did not finish within 0.1 s"


async def test_a_builtin_that_breaks_is_an_internal_error(
    make_tool: MakeTool,
    builtin: Callable[[builtins.Function], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A bug of ours is told as such; its details go to the log, without the run's secrets."""

    async def broken(_arguments: Mapping[str, Scalar]) -> Findings:
        raise RuntimeError("no key hunter2")

    builtin(broken)
    secret = {"name": "key", "type": "string", "secret": True, "description": "It."}
    tool = make_tool("true", transports=AS_BUILTIN, parameters=[secret])
    result = await run(tool, {"key": "hunter2"}, limits=Limits())
    assert result.error is not None
    assert result.error.reason is Reason.INTERNAL
    assert "no key" not in str(result)
    logged = "".join(capsys.readouterr())
    assert "no key [redacted]" in logged
    assert "hunter2" not in logged


async def test_a_builtins_findings_are_capped_and_redacted(
    make_tool: MakeTool, builtin: Callable[[builtins.Function], None]
) -> None:
    """A function's output obeys the same cap and the same secrets as a program's."""

    async def talk(arguments: Mapping[str, Scalar]) -> Findings:
        text = f"key {arguments['key']}\n" + "x" * 1000
        return Findings({"key": arguments["key"]}, output=text)

    builtin(talk)
    secret = {"name": "key", "type": "string", "secret": True, "description": "It."}
    tool = make_tool("true", transports=AS_BUILTIN, parameters=[secret], max_output_bytes=256)
    result = await run(tool, {"key": "hunter2"}, limits=Limits())
    assert (result.success, result.truncated, result.redacted) == (True, True, True)
    assert result.facts == {"key": "[redacted]"}
    assert "hunter2" not in str(result)
    assert len(result.output) <= 256


async def test_output_that_no_parser_understands_is_an_internal_error(
    make_tool: MakeTool,
) -> None:
    """A program that prints something else than foreseen is our bug; its output is kept."""
    tool = make_tool("echo", "nonsense", command={"parser": "systemctl_show"})
    result = await run(tool, {}, limits=Limits())
    assert result.error is not None
    assert (result.error.reason, result.output) == (Reason.INTERNAL, "nonsense")
