"""The supervisor's own page: its metrics, and its view of the processes as JSON.

Two GETs on loopback inside the supervisor's event loop; a web framework would cost the process
that must outlive all others more memory than the rest of it.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from opsconductor.telemetry import Telemetry

Processes = Callable[[], Sequence[Mapping[str, Any]]]

READ_SECONDS = 5
"""How long a client may take to send its request."""


class MetricsServer:
    """Serves `/metrics`, `/health` and `/processes`. `start` raises `OSError`."""

    def __init__(self, telemetry: Telemetry, processes: Processes, port: int) -> None:
        self._telemetry = telemetry
        self._processes = processes
        self._port = port
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port)

    async def stop(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that hangs up or sends nonsense gets nothing and harms nobody.
        with suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(READ_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            writer.write(self._response(head.decode("latin-1")))
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    def _response(self, head: str) -> bytes:
        line, *rest = head.split("\r\n")
        method, path, _ = line.split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (header.partition(":") for header in rest)
        }
        if method != "GET":
            return _http("405 Method Not Allowed", {"Allow": "GET"}, b"")
        match path.partition("?")[0]:
            case "/metrics":
                page = self._telemetry.expose(headers.get("accept"), headers.get("accept-encoding"))
                return _http("200 OK", page.headers, page.body)
            case "/processes":
                body = json.dumps({"processes": self._processes()}).encode()
                return _http("200 OK", {"Content-Type": "application/json"}, body)
            case "/health":
                return _http("200 OK", {"Content-Type": "application/json"}, b'{"status":"ok"}')
            case _:
                return _http("404 Not Found", {}, b"")


def _http(status: str, headers: Mapping[str, str], body: bytes) -> bytes:
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in {"content-length", "connection"}
    }
    fields = {**kept, "Content-Length": str(len(body)), "Connection": "close"}
    lines = (f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items()), "", "")
    return "\r\n".join(lines).encode("latin-1") + body
