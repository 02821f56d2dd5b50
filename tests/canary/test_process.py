"""The canary and the demo as processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from opsconductor.settings import CONFIG_VARIABLE

FreePorts = Callable[[int], list[int]]
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def ports(free_ports: FreePorts) -> list[int]:
    """Ports for the canary, and for two services that are not there."""
    return free_ports(3)


@pytest.fixture
def start(tmp_path: Path, ports: list[int]) -> Iterator[Start]:
    """Starts a process over settings in which nobody else runs; none outlives the test."""
    config = tmp_path / "opsconductor.toml"
    config.write_text(
        f'state_dir = "{tmp_path}"\n[canary]\nport = {ports[0]}\ninterval_seconds = 0.05\n'
        f"[automation]\nport = {ports[1]}\n[pipeline]\nport = {ports[2]}\n"
    )
    started: list[subprocess.Popen[str]] = []

    def begin(room: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", f"opsconductor.{room}"],
            env={**os.environ, CONFIG_VARIABLE: str(config)},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def page(port: int, series: str) -> str:
    """The canary's metrics as soon as the series is above zero."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
            value = next(x for x in text.splitlines() if x.startswith(series)).split()[-1]
            if float(value) > 0:
                return text
        time.sleep(0.05)
    pytest.fail(f"no {series} within half a minute")


def test_the_canary_counts_what_it_cannot_reach_and_stops_when_told(
    start: Start, ports: list[int]
) -> None:
    """With nobody to probe every probe is an error; SIGTERM ends it with 0."""
    canary = start("canary")
    text = page(ports[0], 'canary_requests_total{probe="selector",status="error"}')
    assert 'canary_requests_total{probe="pipeline",status="success"} 0.0' in text
    canary.send_signal(signal.SIGTERM)
    assert canary.wait(timeout=30) == 0


def test_a_taken_port_is_named(start: Start, ports: list[int]) -> None:
    """The second canary says which port it cannot have, and ends with 1."""
    start("canary")
    page(ports[0], 'canary_requests_total{probe="pipeline",status="error"}')
    second = start("canary")
    assert second.wait(timeout=30) == 1
    assert second.stderr is not None
    assert f"cannot listen on 127.0.0.1:{ports[0]}" in second.stderr.read()


def test_the_demo_keeps_quiet_while_nobody_answers_and_stops_when_told(start: Start) -> None:
    """One line says that nobody answers; SIGTERM ends it with 0."""
    demo = start("demo")
    assert demo.stderr is not None
    lines = [demo.stderr.readline(), demo.stderr.readline()]
    assert "demo traffic begins" in lines[0]
    assert "nobody answers" in lines[1]
    demo.send_signal(signal.SIGTERM)
    _, rest = demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert "Traceback" not in rest
