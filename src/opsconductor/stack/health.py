"""Ask a process whether it is well: one HTTP request, no client library."""

import asyncio
from urllib.parse import urlsplit

STATUS_OK = 200


async def problem(url: str, timeout: float) -> str | None:  # noqa: ASYNC109  the caller's limit on one question
    """Why `url` does not answer 200 within `timeout` seconds, or None where it does."""
    try:
        async with asyncio.timeout(timeout):
            status = await _status(url)
    except TimeoutError:
        return f"no answer within {timeout:g} s"
    except OSError as error:
        return error.strerror or "cannot connect"
    except ValueError:
        return "the answer is not HTTP"
    return None if status == STATUS_OK else f"answered {status}"


async def _status(url: str) -> int:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        line = await reader.readline()
        # The rest is read so that the server sees an orderly end.
        await reader.read(65_536)
        protocol, status, *_ = line.decode("latin-1").split(" ", 2)
        if not protocol.startswith("HTTP/"):
            raise ValueError(protocol)
        return int(status)
    finally:
        writer.close()
