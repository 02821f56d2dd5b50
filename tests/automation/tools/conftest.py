"""Tools made for a test, and the catalogue that the product ships."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from opsconductor.automation.catalogue import Catalogue, load
from opsconductor.automation.run import Limits, ToolResult, run
from opsconductor.automation.tool import Tool
from opsconductor.settings import PROJECT_ROOT

MakeTool = Callable[..., Tool]
RunTool = Callable[[str, Mapping[str, object]], Awaitable[ToolResult]]
Gone = Callable[[int], Awaitable[bool]]

DEADLINE_SECONDS = 30.0

# How long one example takes says nothing on a machine that other tests share.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture
def make_tool() -> MakeTool:
    """A tool that runs `argv`; any other field may be given."""

    def make(*argv: object, parameters: object = (), **fields: Any) -> Tool:
        command = {"kind": "exec", "argv": argv, **fields.pop("command", {})}
        return Tool.model_validate(
            {
                "name": "made",
                "display_name": "Made",
                "description": "Made for a test.",
                "category": "test",
                "platform": "linux",
                "risk": "low",
                "read_only": True,
                "answer": "done",
                "parameters": parameters,
                "transports": {"local": command},
                **fields,
            }
        )

    return make


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The catalogue of the tool files in the repository."""
    return load(PROJECT_ROOT / "tools", state=tmp_path_factory.mktemp("state"))


@pytest.fixture
def run_tool(shipped: Catalogue) -> RunTool:
    """Runs a shipped tool by name."""

    async def run_named(name: str, params: Mapping[str, object]) -> ToolResult:
        return await run(shipped.tools[name], params, limits=Limits(timeout_seconds=60))

    return run_named


@pytest.fixture
def gone() -> Gone:
    """Whether a process has ended, or ends before a deadline."""

    async def wait(pid: int) -> bool:
        for _ in range(int(DEADLINE_SECONDS / 0.02)):
            if not _runs(pid):
                return True
            await asyncio.sleep(0.02)
        return False

    return wait


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (ProcessLookupError, FileNotFoundError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"
