"""A bounded HTTP/1.1 load: a few keep-alive connections, one request at a time on each."""

import asyncio
import re
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class UnexpectedAnswerError(Exception):
    """The server answered something other than 200; what is measured would be an error path."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was sent: answered requests, and the seconds that they took together."""

    requests: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Answered requests per second."""
        return self.requests / self.seconds


async def generate(port: int, request: bytes, *, connections: int, seconds: float) -> Load:
    """Send `request` over and over for `seconds`. Raises `UnexpectedAnswerError`."""
    started = time.perf_counter()
    ends = started + seconds
    counts = await asyncio.gather(*(_send(port, request, ends) for _ in range(connections)))
    return Load(sum(counts), time.perf_counter() - started)


async def _send(port: int, request: bytes, ends: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    try:
        while time.perf_counter() < ends:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if length is None or b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise UnexpectedAnswerError(head.decode("latin-1"))
            await reader.readexactly(int(length.group(1)))
            count += 1
    finally:
        writer.close()
        await writer.wait_closed()
    return count
