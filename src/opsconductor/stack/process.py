"""One supervised process: started, watched, started again, stopped."""

import asyncio
import shutil
import signal
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from os import environ, killpg

from opsconductor.stack import health
from opsconductor.stack.log_files import LogFiles
from opsconductor.stack.ports import foreign_owner
from opsconductor.stack.run_folder import RunFolder
from opsconductor.stack.spec import ProcessSpec
from opsconductor.telemetry import logger

log = logger(__name__)


class State(StrEnum):
    """What the supervisor knows of a process."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    UNHEALTHY = "unhealthy"
    RESTARTING = "restarting"
    DOWN = "down"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the supervisor is; all in seconds but the counts."""

    poll: float = 0.1
    interval: float = 1
    answer: float = 2
    failures: int = 5
    start: float = 60
    stop: float = 10
    first_backoff: float = 1
    longest_backoff: float = 30
    stable: float = 60
    attempts: int = 3
    """Starts that may fail before the process was ever ready."""


class StartError(Exception):
    """A process does not start; the text says how it ended and what it said last."""


def backoff(failures: int, pace: Pace) -> float:
    """Seconds to wait before the next start: none after the first failure, then doubling."""
    if failures <= 1:
        return 0
    return min(pace.first_backoff * 2.0 ** (failures - 2), pace.longest_backoff)


class SupervisedProcess:
    """Keeps one process of the list running. `changed` is called after each change of state."""

    def __init__(
        self,
        spec: ProcessSpec,
        logs: LogFiles,
        run_folder: RunFolder,
        changed: Callable[["SupervisedProcess"], None],
        pace: Pace,
    ) -> None:
        self.spec = spec
        self.state = State.WAITING
        self.detail = ""
        self.restarts = 0
        self.since = time.time()
        self.ready = asyncio.Event()
        self.stopped = asyncio.Event()
        self._logs = logs
        self._run_folder = run_folder
        self._changed = changed
        self._pace = pace
        self._child: Process | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The running child's."""
        child = self._child
        return child.pid if child is not None and child.returncode is None else None

    async def keep_running(self) -> None:
        """Start the process, and again whenever it ends or hangs, until it is told to stop.

        Raises `StartError` where it was never ready and ended too often.
        """
        try:
            await self._repeat()
        finally:
            if self.state is not State.DOWN:
                self._set(State.STOPPED)
            self.stopped.set()

    async def _repeat(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            ended = await self._live()
            if self._stopping.is_set():
                return
            failures = 1 if time.monotonic() - began > self._pace.stable else failures + 1
            hopeless = failures >= self._pace.attempts or not self.spec.restart
            if hopeless and not self.ready.is_set():
                raise StartError(self._explain(ended))
            if not self.spec.restart:
                self._set(State.DOWN, f"{ended}; not started again, as told")
                return
            delay = backoff(failures, self._pace)
            self._set(State.RESTARTING, ended)
            log.warning("process ended", process=self.spec.name, how=ended, next_start_in=delay)
            await self._pause(delay)
            self.restarts += 1

    def stop(self) -> None:
        """Ask for the end; `stopped` is set when it has come."""
        self._stopping.set()

    async def _live(self) -> str:
        """One life of the process, from its start to its end; returns how it ended."""
        self._set(State.STARTING)
        try:
            child = await self._start()
        except OSError as error:
            return f"cannot be started: {error}"
        watch = asyncio.create_task(self._watch(child))
        exited = asyncio.create_task(child.wait())
        told = asyncio.create_task(self._stopping.wait())
        tasks = (watch, exited, told)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            hung = watch.result() if watch.done() and not exited.done() else None
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._stopping.is_set():
                await self._terminate(child)
            await self._end_group(child)
            self._run_folder.forget(self.spec.name)
        return hung or _how(child.returncode)

    async def _start(self) -> Process:
        with self._logs.open(self.spec.name) as output:
            self._child = await asyncio.create_subprocess_exec(
                *_dying_with_parent(),
                *self.spec.command,
                stdin=DEVNULL,
                stdout=output,
                stderr=STDOUT,
                env={**environ, **self.spec.environment},
                # A terminal's Ctrl-C reaches the supervisor alone, which stops them in order.
                start_new_session=True,
            )
        self._run_folder.record(self.spec.name, self._child.pid)
        return self._child

    async def _watch(self, child: Process) -> str:
        """Returns only when the process hangs, with what was seen."""
        deadline = time.monotonic() + self._pace.start
        while (wrong := await self._not_ready(child)) is not None:
            if time.monotonic() > deadline:
                return f"not ready within {self._pace.start:g} s: {wrong}"
            self.detail = wrong
            await asyncio.sleep(self._pace.poll)
        self._set(State.READY)
        self.ready.set()
        failures = 0
        while failures < self._pace.failures:
            await asyncio.sleep(self._pace.interval)
            failed = await self._unwell()
            failures = failures + 1 if failed else 0
            if failed:
                self._set(State.UNHEALTHY, failed)
            elif self.state is not State.READY:
                self._set(State.READY)
        return f"hung: {self.detail}"

    async def _not_ready(self, child: Process) -> str | None:
        wrong = await self._unwell()
        if wrong is None and self.spec.ports:
            # Somebody else's server may answer there.
            return foreign_owner(child.pid, (port.number for port in self.spec.ports))
        return wrong

    async def _unwell(self) -> str | None:
        url = self.spec.health_url
        return None if url is None else await health.problem(url, self._pace.answer)

    async def _terminate(self, child: Process) -> None:
        if child.returncode is not None:
            return
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), self._pace.stop)
        except TimeoutError:
            log.warning("process did not end in time and is killed", process=self.spec.name)

    @staticmethod
    async def _end_group(child: Process) -> None:
        """Kill what is left of the child's process group, the child included."""
        with suppress(ProcessLookupError, PermissionError):
            killpg(child.pid, signal.SIGKILL)
        await child.wait()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _set(self, state: State, detail: str = "") -> None:
        if state is not self.state:
            self.since = time.time()
        self.state, self.detail = state, detail
        self._changed(self)

    def _explain(self, ended: str) -> str:
        seen = f"\n(before that: {self.detail})" if self.detail else ""
        tail = self._logs.tail(self.spec.name)
        return (
            f"{self.spec.name} does not start: {ended}{seen}\n"
            f"the end of {self._logs.path(self.spec.name)}:\n{tail}"
        )


def _dying_with_parent() -> Sequence[str]:
    """What makes the kernel kill the child when the supervisor is killed, where it can."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL") if setpriv else ()


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
