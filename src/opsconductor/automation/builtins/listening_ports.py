"""The TCP ports that programs on this machine listen on."""

import asyncio
from collections.abc import Mapping

import psutil

from opsconductor.automation.outcome import Findings, Scalar, Table, ToolFailure
from opsconductor.contract import Reason

_COLUMNS = ("port", "address", "pid", "program")
_NAMED = 12
"""Ports that the summary names; the table has them all."""


async def listening_ports(arguments: Mapping[str, Scalar]) -> Findings:
    """All listening ports, or the one asked for; nobody listening is an answer, not a failure."""
    port = arguments.get("port")
    listeners = await asyncio.to_thread(_listeners)
    rows = [row for row in listeners if port is None or row[0] == port]
    ports = sorted({row[0] for row in rows})
    facts: dict[str, Scalar] = {
        "count": len(ports),
        "listening": bool(rows),
        "summary": _summary(port, rows),
    }
    text = "\n".join(
        "\t".join("-" if cell is None else str(cell) for cell in row) for row in (_COLUMNS, *rows)
    )
    return Findings(facts, Table(_COLUMNS, tuple(rows)), text)


def _listeners() -> list[tuple[int, str, int | None, str | None]]:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR, "the service's account may not list the sockets of this machine"
        ) from None
    rows = {
        (found.laddr.port, found.laddr.ip, found.pid)
        for found in connections
        if found.status == psutil.CONN_LISTEN and found.laddr
    }
    named = [(port, address, pid, _name(pid)) for port, address, pid in rows]
    return sorted(named, key=lambda row: (row[0], row[1], row[2] or 0))


def _name(pid: int | None) -> str | None:
    try:
        return psutil.Process(pid).name() if pid else None
    except psutil.Error:
        return None


def _summary(port: Scalar, rows: list[tuple[int, str, int | None, str | None]]) -> str:
    if port is not None:
        if not rows:
            return f"Nothing listens on port {port}"
        programs = sorted({f"{row[3]} (pid {row[2]})" for row in rows if row[3]})
        return f"Port {port} is listened on by {', '.join(programs) or 'a program that is hidden'}"
    ports = sorted({row[0] for row in rows})
    if not ports:
        return "Nothing listens on any port"
    named = ", ".join(str(number) for number in ports[:_NAMED])
    more = f" and {len(ports) - _NAMED} more" if len(ports) > _NAMED else ""
    return f"{len(ports)} ports are listened on: {named}{more}"
