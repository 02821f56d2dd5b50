"""The table of sentences, asked of the running services."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.pipeline.table import ANSWERED, ASKED_BACK, DECLINED, Expected, Stage
from tests.stack.tls_server import tls_server

from opsconductor.client.pipeline_answers import Outcome, Reply
from opsconductor.contract import Reason
from opsconductor.settings import CONFIG_VARIABLE

pytestmark = pytest.mark.stack

FreePorts = Callable[[int], list[int]]

_READY_SECONDS = 30.0
_LINES = ("the first line", "the second line", "the third line")


@dataclass(frozen=True)
class Services:
    """automation-service and ai-pipeline, running, and what the table's {names} stand for."""

    pipeline: httpx.Client
    automation: httpx.Client
    stage: Stage

    def ask(self, sentence: str) -> Reply:
        """The pipeline's answer, which must be a 200."""
        response = self.pipeline.post("/pipeline", json={"input": sentence})
        assert response.status_code == 200, response.text
        return Reply.model_validate(response.json())


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, free_ports: FreePorts) -> Iterator[Services]:
    """The two services as processes on free ports, over a state folder of their own."""
    folder = tmp_path_factory.mktemp("sentences")
    public, internal, pipeline, closed, tls = free_ports(5)
    settings = folder / "opsconductor.toml"
    settings.write_text(
        f'state_dir = "{folder / "state"}"\n'
        f"[automation]\nport = {public}\ninternal_port = {internal}\n"
        f"[pipeline]\nport = {pipeline}\n"
    )
    stage: dict[str, str | int] = {
        "open_port": public,
        "other_port": internal,
        "closed_port": closed,
        "tls_port": tls,
    }
    stage |= _files(folder)
    with (
        tls_server(folder, tls),
        _service("automation", settings, f"http://127.0.0.1:{public}/ready"),
        _service("pipeline", settings, f"http://127.0.0.1:{pipeline}/pipeline/health"),
        _client(pipeline) as asked,
        _client(public) as automation,
    ):
        yield Services(asked, automation, stage)


def _files(folder: Path) -> dict[str, str]:
    files = folder / "files"
    files.mkdir()
    file = files / "notes.txt"
    file.write_bytes(b"what is to be checked\n")
    logs = folder / "state" / "logs"
    logs.mkdir(parents=True)
    log = logs / "sentences.log"
    log.write_text("\n".join(_LINES) + "\n")
    return {
        "folder": str(files),
        "file": str(file),
        "log": str(log),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "md5": hashlib.md5(file.read_bytes()).hexdigest(),
    }


def _client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)


@contextmanager
def _service(name: str, settings: Path, ready: str) -> Iterator[None]:
    environ = {**os.environ, CONFIG_VARIABLE: str(settings)}
    log = settings.parent / f"{name}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", f"opsconductor.{name}"], env=environ, stderr=stream
        )
    try:
        _wait_until_ready(process, ready, log)
        yield
    finally:
        process.terminate()
        try:
            code = process.wait(timeout=15)
        finally:
            process.kill()
            process.wait()
    assert code == 0, log.read_text()


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"{url} was not ready within {_READY_SECONDS} s:\n{log.read_text()}")


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: row.sentence)
def test_a_sentence_is_answered_by_running_tools(row: Expected, services: Services) -> None:
    """The right tools ran with the right parameters and the answer tells what they found."""
    expected = row.on(services.stage)
    reply = services.ask(expected.sentence)
    steps = [{"tool": step.tool, **step.params} for step in reply.steps]
    assert steps == list(expected.steps), reply.answer
    reasons = {step.error.code for step in reply.steps if step.error}
    if reasons == {Reason.UNAVAILABLE}:
        # The honest answer where the machine has no such program or service manager.
        assert reply.outcome is Outcome.FAILED
        assert "install" in reply.answer or "run this tool" in reply.answer
        return
    if Reason.UNAVAILABLE not in reasons:
        assert reasons == ({expected.reason} if expected.reason else set()), reply.answer
        assert reply.success is not bool(expected.reason)
    assert any(text in reply.answer for text in expected.says), reply.answer


@pytest.mark.parametrize("row", ASKED_BACK, ids=lambda row: row.sentence)
def test_what_is_missing_is_asked_for_and_nothing_runs(row: Expected, services: Services) -> None:
    """An incomplete sentence is answered with a question and leaves no execution behind."""
    reply = services.ask(row.sentence)
    assert reply.outcome is Outcome.NEEDS_INPUT
    assert [f"{one.tool}.{one.parameter}" for one in reply.missing] == list(row.missing)
    assert services.automation.get(f"/executions/{reply.trace_id}").status_code == 404


@pytest.mark.parametrize("row", DECLINED, ids=lambda row: row.sentence)
def test_what_no_tool_does_is_declined_with_suggestions(row: Expected, services: Services) -> None:
    """A sentence that no tool answers runs nothing and names the nearest three tools."""
    reply = services.ask(row.sentence)
    assert reply.outcome is Outcome.NO_MATCH, reply.answer
    assert len(reply.suggestions) == 3
    assert services.automation.get(f"/executions/{reply.trace_id}").status_code == 404


def test_every_step_of_a_sentence_is_found_under_its_trace(services: Services) -> None:
    """The executions of a sentence with two steps carry the trace id of its answer."""
    reply = services.ask("check disk and memory")
    trace = services.automation.get(f"/executions/{reply.trace_id}").json()
    assert {one["tool"] for one in trace["executions"]} == {"disk_usage", "memory_usage"}
