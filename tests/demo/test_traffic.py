"""Sending demo traffic."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from opsconductor.demo.requests import Request
from opsconductor.demo.traffic import LONGEST_PAUSE, MOST_IN_FLIGHT, Traffic
from opsconductor.settings import CONFIG_VARIABLE, Settings
from opsconductor.settings.model import Demo

QUICK = Settings(demo=Demo(requests_per_second=500))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for the condition, at most half a minute."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  the conditions are about somebody else's state
            await asyncio.sleep(0.005)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("request_", "path", "body"),
    [
        (Request("sentence", "uptime", dry_run=True), "/pipeline", b'"dry_run":true'),
        (Request("tool", "echo", {"text": "x"}), "/ai/tools/execute", b'"params":{"text":"x"}'),
        (Request("search", "disk space"), "/api/selector/search", b""),
    ],
)
async def test_each_kind_of_request_goes_to_its_service(
    request_: Request, path: str, body: bytes
) -> None:
    """A sentence to the pipeline, a run and a search to automation-service, each traced."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    traffic = Traffic(QUICK, repeat(request_), httpx.MockTransport(answer))
    task = asyncio.create_task(traffic.run())
    await until(lambda: len(seen) > 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert seen[0].url.path == path
    assert body in seen[0].read()
    assert seen[0].headers["traceparent"] != seen[1].headers["traceparent"]


@pytest.mark.anyio
async def test_nobody_answering_makes_it_ask_less_and_less_often() -> None:
    """The pause doubles up to a limit, and the first answer brings the pace back."""
    down = True

    def answer(request: httpx.Request) -> httpx.Response:
        if down:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200)

    traffic = Traffic(QUICK, repeat(Request("tool", "echo")), httpx.MockTransport(answer))
    task = asyncio.create_task(traffic.run())
    pauses = []

    def slower() -> bool:
        pauses.append(traffic.pause)
        return traffic.pause >= 0.1

    await until(slower)
    assert pauses == sorted(pauses)
    assert max(pauses) <= LONGEST_PAUSE
    down = False
    await until(lambda: traffic.pause == pytest.approx(1 / 500))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.anyio
async def test_slow_answers_do_not_pile_up() -> None:
    """So many requests wait at once and no more; stopping gives them up."""
    waiting = most = 0

    async def hang(_request: httpx.Request) -> httpx.Response:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        try:
            await asyncio.Event().wait()
        finally:
            waiting -= 1
        raise AssertionError

    taken = 0

    def requests() -> Iterator[Request]:
        nonlocal taken
        while True:
            taken += 1
            yield Request("tool", "echo")

    traffic = Traffic(QUICK, requests(), httpx.MockTransport(hang))
    task = asyncio.create_task(traffic.run())
    await until(lambda: taken > 3 * MOST_IN_FLIGHT)
    assert most == MOST_IN_FLIGHT
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert waiting == 0


@pytest.mark.parametrize("settings", ['environment = "production"', "[demo]\nenabled = false"])
def test_it_runs_only_in_development_and_when_enabled(settings: str, tmp_path: Path) -> None:
    """Otherwise the process says why and ends well, without sending anything."""
    config = tmp_path / "opsconductor.toml"
    config.write_text(settings)
    ended = subprocess.run(
        [sys.executable, "-m", "opsconductor.demo"],
        env={**os.environ, CONFIG_VARIABLE: str(config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0
    assert "demo traffic is off" in ended.stderr


@pytest.mark.parametrize("room", ["demo", "canary", "pipeline"])
def test_broken_settings_end_a_process_with_a_clear_line(room: str, tmp_path: Path) -> None:
    """Exit code 2 and the setting's name, without a traceback."""
    config = tmp_path / "opsconductor.toml"
    config.write_text("[canary]\nprot = 1\n")
    ended = subprocess.run(
        [sys.executable, "-m", f"opsconductor.{room}"],
        env={**os.environ, CONFIG_VARIABLE: str(config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "unknown setting canary.prot" in ended.stderr
    assert "Traceback" not in ended.stderr
