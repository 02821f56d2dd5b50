"""A console under test, with services behind it that answer what a test tells them to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from opsconductor.console.app import create_app
from opsconductor.settings import Settings
from opsconductor.settings.model import (
    Alertmanager,
    Automation,
    Console,
    Inbox,
    Prometheus,
)

PASSWORD = "correct horse battery"
START_SECONDS = 20

FreePorts = Callable[[int], list[int]]


@dataclass
class Upstream:
    """A service on loopback: `answers` maps a path to a status and a JSON body."""

    port: int
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, body: Any, status: int = 200) -> None:
        """From now on, answer the path like this."""
        self.answers[path] = (status, body)


@pytest.fixture
def upstreams(free_ports: FreePorts) -> Iterator[dict[str, Upstream]]:
    """Prometheus, Alertmanager and automation-service, as far as the console asks them."""
    found = {name: Upstream(0) for name in ("prometheus", "alertmanager", "automation")}
    servers = []
    for upstream in found.values():
        server = ThreadingHTTPServer(("127.0.0.1", free_ports(1)[0]), _handler(upstream))
        upstream.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        servers.append((server, thread))
    prometheus, alertmanager = found["prometheus"], found["alertmanager"]
    prometheus.answer("/api/v1/rules", {"status": "success", "data": {"groups": []}})
    alertmanager.answer("/api/v2/alerts", [])
    alertmanager.answer("/api/v2/silences", [])
    yield found
    for server, thread in servers:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture
def settings(tmp_path: Path, free_ports: FreePorts, upstreams: dict[str, Upstream]) -> Settings:
    """Settings of a console whose upstreams are the test's own."""
    smtp, console, internal = free_ports(3)
    return Settings(
        state_dir=tmp_path,
        console=Console(port=console, password=SecretStr(PASSWORD)),
        inbox=Inbox(smtp_port=smtp),
        prometheus=Prometheus(port=upstreams["prometheus"].port),
        alertmanager=Alertmanager(port=upstreams["alertmanager"].port),
        automation=Automation(port=upstreams["automation"].port, internal_port=internal),
    )


@pytest.fixture
def console(settings: Settings) -> Iterator[str]:
    """The address of a running console."""
    config = uvicorn.Config(
        create_app(settings),
        host="127.0.0.1",
        port=settings.console.port,
        lifespan="on",
        log_config=None,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert thread.is_alive(), "the console did not start"
        assert time.monotonic() < deadline, "the console is not ready in time"
        time.sleep(0.01)
    yield settings.url(settings.console.port)
    server.should_exit = True
    thread.join(START_SECONDS)
    assert not thread.is_alive()


@pytest.fixture
def anonymous(console: str) -> Iterator[httpx.Client]:
    """A browser that has not logged in."""
    with httpx.Client(base_url=console, trust_env=False, timeout=20) as client:
        yield client


@pytest.fixture
def browser(anonymous: httpx.Client) -> httpx.Client:
    """The same browser, logged in."""
    credentials = {"username": "admin", "password": PASSWORD}
    assert anonymous.post("/login", data=credentials).status_code == 303
    return anonymous


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            upstream.asked.append(self.path)
            status, body = upstream.answers.get(urlsplit(self.path).path, (404, {"detail": "no"}))
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
