"""A server listens on its ports, and ends cleanly when it is told to."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from opsconductor.serving.server import PortTakenError, bind

FreePorts = Callable[[int], list[int]]
DEADLINE_SECONDS = 20

PROGRAM = """
import asyncio, sys
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from opsconductor.serving import BodyLimit, serve

async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")

async def slow(request: Request) -> PlainTextResponse:
    print("working", flush=True)
    await asyncio.sleep(1)
    return PlainTextResponse("done")

async def body(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))

routes = [Route("/", hello), Route("/slow", slow), Route("/body", body, methods=["POST"])]
serve(BodyLimit(Starlette(routes=routes), 1000), "127.0.0.1", [int(p) for p in sys.argv[1:]])
"""


@contextmanager
def server(*ports: int) -> Iterator[subprocess.Popen[str]]:
    """A process that serves on the ports, ready to answer."""
    command = [sys.executable, "-c", PROGRAM, *map(str, ports)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            wait_until_it_answers(ports[0])
            yield process
        finally:
            process.kill()


def wait_until_it_answers(port: int) -> None:
    """Ask until there is an answer."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.ConnectError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        else:
            return


def test_one_app_answers_on_every_port(free_ports: FreePorts) -> None:
    """The public and the internal port are the same application."""
    ports = free_ports(2)
    with server(*ports):
        answers = [httpx.get(f"http://127.0.0.1:{port}/").text for port in ports]
    assert answers == ["hello", "hello"]


def test_an_idle_connection_outlasts_the_client_that_keeps_it(free_ports: FreePorts) -> None:
    """The client gives it up first, so that no request meets a connection that is closing."""
    kept_seconds = httpx.Limits().keepalive_expiry
    assert kept_seconds is not None
    (port,) = free_ports(1)
    with server(port), socket.create_connection(("127.0.0.1", port), DEADLINE_SECONDS) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"hello"):
            answer += idle.recv(1024)
        idle.settimeout(kept_seconds + 1)
        with pytest.raises(TimeoutError):  # an empty read would be the server's goodbye
            idle.recv(1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_with_exit_code_0(
    free_ports: FreePorts, number: signal.Signals
) -> None:
    """A stop that was asked for is no failure, to the supervisor or to systemd."""
    with server(*free_ports(1)) as process:
        process.send_signal(number)
        assert process.wait(DEADLINE_SECONDS) == 0


def test_a_request_in_flight_is_answered_before_the_end(free_ports: FreePorts) -> None:
    """A restart loses no answer that was already being worked on."""
    (port,) = free_ports(1)
    with server(port) as process:
        program = f"import httpx; print(httpx.get('http://127.0.0.1:{port}/slow').text)"
        command = [sys.executable, "-c", program]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as request:
            assert process.stdout is not None
            assert process.stdout.readline() == "working\n"
            process.send_signal(signal.SIGTERM)
            out, _ = request.communicate(timeout=DEADLINE_SECONDS)
        assert out == "done\n"
        assert process.wait(DEADLINE_SECONDS) == 0


def test_a_taken_port_is_named(free_ports: FreePorts) -> None:
    """The error says which address is taken."""
    (port,) = free_ports(1)
    with bind("127.0.0.1", port) as first:
        first.listen()
        with pytest.raises(PortTakenError, match=f"cannot listen on 127.0.0.1:{port}: Address"):
            bind("127.0.0.1", port)


def test_a_port_is_free_again_after_its_server(free_ports: FreePorts) -> None:
    """A restart need not wait for the old connections to be forgotten."""
    (port,) = free_ports(1)
    for _ in range(2):
        with server(port):
            assert httpx.get(f"http://127.0.0.1:{port}/").text == "hello"


@pytest.mark.parametrize("declared", [True, False])
def test_a_refused_client_is_told_so(free_ports: FreePorts, declared: bool) -> None:
    """A client that is still sending sees the 413 rather than a broken connection."""
    (port,) = free_ports(1)
    chunk, count = b"x" * 100_000, 100
    content = chunk * count if declared else (chunk for _ in range(count))
    with server(port):
        response = httpx.post(f"http://127.0.0.1:{port}/body", content=content)
    assert response.status_code == 413
