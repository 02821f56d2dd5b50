"""A service over a folder of small tools, spoken to without a socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from opsconductor.automation.app import create_app
from opsconductor.automation.service import Service
from opsconductor.contract import families
from opsconductor.settings import PROJECT_ROOT, Settings
from opsconductor.settings.model import Automation

Samples = Callable[[], dict[str, float]]

_TOOL = """
name = "{name}"
display_name = "{name}"
description = "{description}"
category = "test"
platform = "{platform}"
risk = "{risk}"
read_only = {read_only}
timeout_seconds = {timeout}
tags = ["testing"]
examples = []
answer = "done"
{roots}
{parameters}
[transports.local]
kind = "exec"
argv = {argv}
"""
_PATH = """
[[parameters]]
name = "path"
type = "string"
format = "path"
required = true
description = "A file."
"""
_SECRET = """
[[parameters]]
name = "password"
type = "string"
secret = true
required = true
description = "A secret."
"""


def tool_file(
    name: str,
    argv: str,
    *,
    description: str = "Made for a test.",
    platform: str = "linux",
    risk: str = "low",
    read_only: str = "true",
    timeout: float = 20,
    roots: str = "",
    parameters: str = "",
) -> str:
    """The text of a tool file."""
    return _TOOL.format(
        name=name,
        argv=argv,
        description=description,
        platform=platform,
        risk=risk,
        read_only=read_only,
        timeout=timeout,
        roots=roots,
        parameters=parameters,
    )


TOOLS = {
    "echo": (PROJECT_ROOT / "tools" / "echo.toml").read_text(encoding="utf-8"),
    "sleeper": tool_file("sleeper", '["sleep", "60"]'),
    "slow": tool_file("slow", '["sleep", "60"]', timeout=0.2),
    "failing": tool_file("failing", '["false"]'),
    "absent": tool_file("absent", '["no-such-program-anywhere"]'),
    "harmful": tool_file("harmful", '["true"]', risk="critical", read_only="false"),
    "reader": tool_file(
        "reader",
        '["cat", "{path}"]',
        roots='allowed_roots = ["/usr"]',
        parameters=_PATH,
    ),
    "keeper": tool_file(
        "keeper",
        '["printenv", "TEST_PASSWORD"]\nenvironment = { TEST_PASSWORD = "{password}" }',
        parameters=_SECRET,
    ),
    "counter": tool_file("counter", '["seq", "1500"]', description="Counts numbers upwards."),
}


@pytest.fixture
def tools_dir(tmp_path: Path) -> Path:
    """A folder with the tools of `TOOLS`."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, text in TOOLS.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, tools_dir: Path) -> Settings:
    """Settings of a service that keeps its state in the test's folder."""
    return Settings(
        state_dir=tmp_path / "state",
        automation=Automation(tools_dir=tools_dir, max_concurrent_runs=4),
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, started."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def service(app: FastAPI) -> Service:
    """The parts behind the application."""
    found: Service = app.state.service
    return found


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application's public port."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service:8010") as http:
        yield http


@pytest.fixture
def samples(service: Service) -> Samples:
    """Every series and its value as the metrics page says them now, but what changes by itself."""

    def read() -> dict[str, float]:
        page = service.telemetry.expose(None, None).body.decode()
        lines = [
            line for line in page.splitlines() if line and not line.startswith(("#", "process_"))
        ]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    return read


@pytest.fixture
def sums(samples: Samples) -> Callable[[], tuple[float, float]]:
    """The error requests and the errors by reason, each added up over all labels."""

    def read() -> tuple[float, float]:
        found = samples()
        requests = f'{families.AI_REQUESTS.name}{{status="error"'
        errors = f"{families.AI_REQUEST_ERRORS.name}{{"
        return (
            sum(value for name, value in found.items() if name.startswith(requests)),
            sum(value for name, value in found.items() if name.startswith(errors)),
        )

    return read


@pytest.fixture
def ended(samples: Samples) -> Callable[[str, str], float]:
    """How many requests to a tool ended with a status."""

    def read(status: str, tool: str) -> float:
        name = f'{families.AI_REQUESTS.name}{{status="{status}",tool="{tool}"}}'
        return samples().get(name, 0)

    return read


@pytest.fixture
def failed(samples: Samples) -> Callable[[str, str], float]:
    """How many requests to a tool ended with a reason."""

    def read(reason: str, tool: str) -> float:
        name = f'{families.AI_REQUEST_ERRORS.name}{{reason="{reason}",tool="{tool}"}}'
        return samples().get(name, 0)

    return read


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Waits for a condition, at most ten seconds."""

    async def wait(condition: Callable[[], object]) -> None:
        for _ in range(1000):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the condition did not come true within ten seconds")

    return wait
