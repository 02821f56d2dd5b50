"""Whether a TCP port is open."""

import asyncio
import contextlib
import errno
import socket
import time
from collections.abc import Mapping

from opsconductor.automation.outcome import Findings, Scalar, ToolFailure
from opsconductor.contract import Reason


async def tcp_check(arguments: Mapping[str, Scalar]) -> Findings:
    """Connects and hangs up; a refusal or an unknown host is a failure that says which."""
    host, port = str(arguments["host"]), int(arguments["port"] or 0)
    started = time.perf_counter()
    facts: dict[str, Scalar] = {"host": host, "port": port}
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR,
            f"{host} port {port}: {why(error)}",
            Findings({**facts, "reachable": False}),
        ) from None
    elapsed = round((time.perf_counter() - started) * 1000, 1)
    peer = str(writer.get_extra_info("peername")[0])
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Findings(
        {**facts, "reachable": True, "address": peer, "elapsed_ms": elapsed},
        output=f"{host} ({peer}) port {port} is open, connected in {elapsed} ms",
    )


def why(error: OSError) -> str:
    """What went wrong with a connection, in a few words."""
    if isinstance(error, socket.gaierror):
        return "the host name cannot be resolved"
    # With several addresses asyncio raises one error that quotes all of them.
    if isinstance(error, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in str(error):
        return "the connection was refused; nothing listens there"
    if isinstance(error, ConnectionResetError):
        return "the connection was reset"
    return error.strerror or str(error) or type(error).__name__
