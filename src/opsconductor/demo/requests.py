"""What the demo's users ask, and how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

from opsconductor.settings import Settings

Target = Literal["sentence", "tool", "search"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    A `sentence` goes to the pipeline, a `tool` run and a `search` to automation-service. In a
    search, `{number}` is replaced by a new number each time, so that no cache knows it.
    """

    target: Target
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False


Weighted = tuple[Request, int]

_REFUSED_PORT = 1
"""Nothing listens on tcpmux's port on an ordinary machine."""


def ordinary_requests(settings: Settings) -> list[Weighted]:
    """Every request with its weight; a round of the weights is about 460 requests.

    The mistakes are the caller's own and rare (3 %). What the service answers for is one refused
    connection in a round (0.2 %, and 2 % of that tool's runs), a fifth of what a 99 % objective
    allows, so that a healthy system stays silent. Nothing slow and nothing that leaves the machine
    is asked for: tools that need a program or a service manager which a bare machine may lack are
    only planned.
    """
    requests = [*_sentences(settings), *_tool_runs(settings), *_searches(), *_mistakes()]
    return [*requests, (_refused(), 1)]


def _sentences(settings: Settings) -> Iterator[Weighted]:
    port = settings.automation.port
    folder = _tools(settings)
    for text in (
        "how full are the disks?",
        "check disk and memory",
        "how much memory is free?",
        "how long has this machine been up?",
        "what is the load average",
        "which ports are listening?",
        f"what is listening on port {port}",
        f"is port {port} open on localhost",
        "resolve localhost",
        f'sha256 of "{folder / "echo.toml"}"',
        f'how big is "{folder}"',
        f"does {settings.url(port)}/health respond",
        "say good morning",
    ):
        yield Request("sentence", text), 11
    yield Request("sentence", "top 5 processes by memory"), 5
    for text in ("ping localhost", "is nginx running?", "are there package updates?"):
        yield Request("sentence", text, dry_run=True), 3
    for text in ("order a pizza", "ping", "look up the MX records"):
        yield Request("sentence", text), 2


def _tool_runs(settings: Settings) -> Iterator[Weighted]:
    yield Request("tool", "echo", {"text": "hello"}), 46
    yield Request("tool", "disk_usage"), 20
    yield Request("tool", "memory_usage"), 20
    yield Request("tool", "uptime"), 20
    ports = (settings.automation.port, settings.pipeline.port)
    for port in ports:
        yield Request("tool", "tcp_check", {"host": "localhost", "port": port}), 19
    yield Request("tool", "http_check", {"url": f"{settings.url(ports[0])}/health"}), 15
    yield Request("tool", "listening_ports"), 10
    yield Request("tool", "dns_lookup", {"name": "localhost", "record_type": "AAAA"}), 5
    file = str(_tools(settings) / "echo.toml")
    yield Request("tool", "file_checksum", {"path": file, "algorithm": "md5"}), 10
    yield Request("tool", "top_processes", {"count": 5}), 5
    log = _own_log(settings.state / "logs")
    if log is not None:
        yield Request("tool", "log_tail", {"path": str(log), "lines": 10}), 6


def _tools(settings: Settings) -> Path:
    """The folder of the tool files: a folder that is there wherever the system runs."""
    return settings.automation.tools_dir.expanduser().absolute()


def _own_log(folder: Path) -> Path | None:
    """A log of this system's own, which log_tail may read; None where nobody writes one."""
    return next(iter(sorted(folder.glob("*.log"))), None)


def _searches() -> Iterator[Weighted]:
    for query in ("disk", "memory usage", "open port", "certificate", "log", "checksum"):
        yield Request("search", query), 10
    for query in ("space on volume {number}", "status of node {number}"):
        yield Request("search", query), 15


def _mistakes() -> Iterator[Weighted]:
    yield Request("tool", "defragment"), 5
    yield Request("tool", "tcp_check", {"host": "localhost"}), 5
    yield Request("tool", "log_tail", {"path": "/etc/shadow"}), 5


def _refused() -> Request:
    return Request("tool", "tcp_check", {"host": "localhost", "port": _REFUSED_PORT})


class Schedule:
    """Endless requests by weight, each spread evenly over the round.

    Smooth weighted round robin: every turn each request gains its weight, the richest is sent and
    pays the sum of all. The same requests always give the same order, and none comes in a burst.
    """

    def __init__(self, requests: list[Weighted]) -> None:
        self._requests = requests
        self._credit = [0] * len(requests)
        self._total = sum(weight for _, weight in requests)
        self._numbers = count(1)

    def __next__(self) -> Request:
        for index, (_, weight) in enumerate(self._requests):
            self._credit[index] += weight
        richest = max(range(len(self._credit)), key=self._credit.__getitem__)
        self._credit[richest] -= self._total
        request = self._requests[richest][0]
        if "{number}" not in request.text:
            return request
        return Request(request.target, request.text.format(number=next(self._numbers)))

    def __iter__(self) -> Iterator[Request]:
        return self
