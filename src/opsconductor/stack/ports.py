"""Who listens on which port of this machine."""

import errno
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psutil

from opsconductor.stack.spec import Port, ProcessSpec


class PortTakenError(Exception):
    """A port that the system needs is not free; the text says by whom and what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that listens on a port; `pid` is None where the system does not tell."""

    pid: int | None
    command: str = ""

    def __str__(self) -> str:
        if self.pid is None:
            return "a process of another user"
        return f"pid {self.pid} ({self.command})" if self.command else f"pid {self.pid}"


def require_free(specs: Sequence[ProcessSpec], own: Port) -> None:
    """Raise `PortTakenError`, naming every port that is taken or asked for twice."""
    asked = [(spec.name, port) for spec in specs for port in spec.ports] + [("supervisor", own)]
    taken = [(name, port) for name, port in asked if not _free(port)]
    by = owners(port.number for _, port in taken)
    lines = [*_doubled(asked), *(_taken(name, port, by.get(port.number)) for name, port in taken)]
    if lines:
        raise PortTakenError("\n".join(lines))


def owners(ports: Iterable[int]) -> dict[int, Owner]:
    """Who listens on which of the ports; those on which nobody does are left out."""
    wanted = set(ports)
    found = {}
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status != psutil.CONN_LISTEN or not connection.laddr:
            continue
        number = connection.laddr.port
        if number in wanted:
            found[number] = Owner(connection.pid, _command(connection.pid))
    return found


def foreign_owner(pid: int, ports: Iterable[int]) -> str | None:
    """Which of the ports is not listened on by process `pid` or a descendant of it, and by whom.

    A listener whose process the system hides (it runs in a user namespace of its own) counts as
    the child's: one that cannot listen ends, and is seen to.
    """
    wanted = tuple(ports)
    family, found = _family(pid), owners(wanted)
    for port in wanted:
        if port not in found:
            return f"nobody listens on port {port}"
        if found[port].pid is not None and found[port].pid not in family:
            return f"port {port} is {found[port]}'s"
    return None


def _family(pid: int) -> set[int]:
    try:
        root = psutil.Process(pid)
        return {pid, *(child.pid for child in root.children(recursive=True))}
    except psutil.NoSuchProcess:
        return set()


def _command(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        process = psutil.Process(pid)
        return " ".join(process.cmdline())[:120] or process.name()
    except psutil.Error:
        return ""


def _free(port: Port) -> bool:
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise PortTakenError(
                f"cannot listen on {port.host}:{port.number} ({port.setting}): {error.strerror}"
            ) from None
    return True


def _taken(name: str, port: Port, by: Owner | None) -> str:
    return (
        f"port {port.number} of {name} is taken by {by or 'a process that hides'}; stop it, or "
        f"choose another port with {port.setting} in opsconductor.toml"
    )


def _doubled(asked: Sequence[tuple[str, Port]]) -> list[str]:
    by_number: dict[int, Port] = {}
    lines = []
    for _name, port in asked:
        first = by_number.setdefault(port.number, port)
        if first is not port:
            lines.append(f"port {port.number} is set twice: {first.setting} and {port.setting}")
    return lines
