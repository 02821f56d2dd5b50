"""Ends a program together with everything that it started."""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterable

import psutil

MARKER = "OPSCONDUCTOR_RUN"
"""Environment variable that a program hands down to whatever it starts."""
TERM_GRACE_SECONDS = 0.5
"""Between the request to stop and the order to; programs that matter stop at once."""
KILL_ROUNDS = 20
"""A family that forks while it is killed is looked for this often."""
_POLL_SECONDS = 0.02


def family(leader: int, run: str) -> list[psutil.Process]:
    """The living processes that belong to the run whose first process is, or was, `leader`.

    Found by descent, by session, and by the marker in their environment, for a child that forks
    twice and opens a session of its own keeps neither parent nor group. Only a process that does
    all of this with a cleared environment and outlives its parent is missed.
    """
    parents: dict[int, int] = {}
    members: dict[int, psutil.Process] = {}
    everybody = list(psutil.process_iter())
    for process in everybody:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            parents[process.pid] = process.ppid()
            if _belongs(process, leader, run):
                members[process.pid] = process
    found = True
    while found:
        found = False
        for process in everybody:
            if process.pid not in members and parents.get(process.pid) in members:
                members[process.pid] = process
                found = True
    return [process for process in members.values() if _alive(process)]


def _belongs(process: psutil.Process, leader: int, run: str) -> bool:
    try:
        marked = process.environ().get(MARKER)
    except psutil.Error:
        marked = None  # another user's process, or one that just ended
    # The leader's number may have been given to somebody else since: another mark tells.
    return marked == run or (marked is None and os.getsid(process.pid) == leader)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


async def end(leader: int, run: str) -> None:
    """Ask the family to stop, and after a short grace kill it. Returns when none is left."""
    members = await asyncio.to_thread(family, leader, run)
    if not members:
        return
    _signal(members, kill=False)
    deadline = time.monotonic() + TERM_GRACE_SECONDS
    while any(_alive(member) for member in members) and time.monotonic() < deadline:  # noqa: ASYNC110  processes give no event
        await asyncio.sleep(_POLL_SECONDS)
    for _ in range(KILL_ROUNDS):
        members = await asyncio.to_thread(family, leader, run)
        if not members:
            return
        _signal(members, kill=True)
        await asyncio.sleep(_POLL_SECONDS)


def _signal(members: Iterable[psutil.Process], *, kill: bool) -> None:
    for member in members:
        with contextlib.suppress(psutil.Error):
            if kill:
                member.kill()
            else:
                member.terminate()
