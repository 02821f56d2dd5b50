"""Ends a program together with everything that it started."""

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

MARKER = "OPSCONDUCTOR_RUN"
"""Environment variable that a program hands down to whatever it starts."""
NOBODY = -1
"""In place of the first process of a run whose start was cut short."""
TERM_GRACE_SECONDS = 0.5
"""Between the request to stop and the order to; programs that matter stop at once."""
KILL_ROUNDS = 50
"""A family that forks while it is killed is looked for this often."""
_POLL_SECONDS = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")
_GONE = {"Z", "X"}


@dataclass(frozen=True, slots=True)
class Member:
    """A process as /proc/<pid>/stat shows it; `started` is in clock ticks since boot, proc(5)."""

    pid: int
    state: str
    parent: int
    session: int
    started: int


def now() -> int:
    """The present in clock ticks since boot, as the kernel stamps the start of a process."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * _TICKS)


def mark() -> str:
    """A new run's mark: who runs it, so that a later process can tell whether that one lives."""
    return f"{_owner(os.getpid())}.{uuid.uuid4().hex}"


def _owner(pid: int) -> str:
    """A process told from every other: its name space, its number, and when it started."""
    member = _member(pid)
    return f"{_name_space()}.{pid}.{member.started if member else 0}"


def _name_space() -> int:
    """The name space that process numbers are of: a container's are not the machine's."""
    return Path("/proc/self/ns/pid").stat().st_ino


def family(leader: int, run: str, since: int) -> list[Member]:
    """The living processes of the run that began at `since` with the process `leader`.

    Found by descent, by session, and by the marker in their environment, for a child that forks
    twice and opens a session of its own keeps neither parent nor group. Only a process that does
    all of this with a cleared environment and outlives its parent is missed.
    """
    young = [member for member in _processes() if member.started >= since]
    found = {member.pid: member for member in young if _belongs(member, leader, run)}
    grown = True
    while grown:
        children = [m for m in young if m.pid not in found and m.parent in found]
        found.update((member.pid, member) for member in children)
        grown = bool(children)
    return [member for member in found.values() if member.state not in _GONE]


def _processes() -> Iterable[Member]:
    for name in os.listdir("/proc"):  # noqa: PTH208  a tenth of the cost on a busy machine
        if name.isdigit():
            member = _member(int(name))
            if member:
                yield member


def _member(pid: int) -> Member | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None  # it ended meanwhile
    # The program's name stands in parentheses and may hold some itself.
    fields = text[text.rindex(")") + 2 :].split()
    return Member(pid, fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def _belongs(member: Member, leader: int, run: str) -> bool:
    found = _mark_of(member)
    # The leader's number may have been given to somebody else since: another mark tells.
    return found == run or (found is None and member.session == leader)


def _mark_of(member: Member) -> str | None:
    try:
        environment = Path(f"/proc/{member.pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return None  # a program with privileges of its own, or one that just ended
    prefix = f"{MARKER}=".encode()
    marks = (word for word in environment if word.startswith(prefix))
    found = next(marks, None)
    return None if found is None else found.removeprefix(prefix).decode(errors="replace")


def strays() -> list[Member]:
    """The living processes of runs whose service, on this machine, is no longer there."""
    here = f"{_name_space()}."
    found = []
    for member in _processes():
        run = _mark_of(member) if member.pid != os.getpid() else None
        if run is None or not run.startswith(here) or member.state in _GONE:
            continue
        owner = run.rpartition(".")[0]
        pid = owner.split(".")[1]
        if pid.isdigit() and owner != _owner(int(pid)):
            found.append(member)
    return found


async def sweep() -> int:
    """Kill what a service that died in the middle of its runs left behind; returns how many.

    Runs of services that live, this one's too, are not touched.
    """
    killed: set[Member] = set()
    for _ in range(KILL_ROUNDS):
        members = await _looked_up(strays)
        if not members:
            break
        killed.update(members)
        _send(signal.SIGKILL, members)
        await asyncio.sleep(_POLL_SECONDS)
    return len({member.pid for member in killed})


async def _looked_up(look: Callable[..., list[Member]], *arguments: object) -> list[Member]:
    """What `look` finds; beside the event loop, or on it where no thread can be had."""
    try:
        return await asyncio.to_thread(look, *arguments)
    except RuntimeError:
        return look(*arguments)


async def end(leader: int, run: str, since: int) -> None:
    """Ask the family to stop, and after a short grace kill it. Returns when none is left."""
    members = await _looked_up(family, leader, run, since)
    if not members:
        return
    _send(signal.SIGTERM, members)
    deadline = time.monotonic() + TERM_GRACE_SECONDS
    while any(map(_alive, members)) and time.monotonic() < deadline:  # noqa: ASYNC110  no event
        await asyncio.sleep(_POLL_SECONDS)
    for _ in range(KILL_ROUNDS):
        members = await _looked_up(family, leader, run, since)
        if not members:
            return
        _send(signal.SIGKILL, members)
        await asyncio.sleep(_POLL_SECONDS)


def _alive(member: Member) -> bool:
    present = _member(member.pid)
    return present is not None and present.started == member.started and present.state not in _GONE


def _send(number: signal.Signals, members: Iterable[Member]) -> None:
    for member in members:
        # Held by its descriptor, the process cannot be mistaken for a later one of its number.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            descriptor = os.pidfd_open(member.pid)
            try:
                if _alive(member):
                    signal.pidfd_send_signal(descriptor, number)
            finally:
                os.close(descriptor)
