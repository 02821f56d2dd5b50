"""Who runs in a state folder: the lock of the one supervisor, and a record of each process.

A pid alone proves nothing, for the system gives it out again: a record holds the process's start
too, and a process is only signalled while both agree.
"""

import fcntl
import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TextIO

import psutil

START_TOLERANCE_SECONDS = 2
"""A start is computed from the boot time, which moves a little when the clock is set."""
KILL_SECONDS = 5


class AlreadyRunningError(Exception):
    """Another supervisor works in this state folder."""


class StateFolderError(Exception):
    """The state folder cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """A process of ours: `started` is Unix seconds."""

    name: str
    pid: int
    started: float

    @classmethod
    def of(cls, name: str, pid: int) -> Self:
        """The record of a running process. Raises `psutil.NoSuchProcess`."""
        return cls(name, pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process, while it is the one recorded."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < START_TOLERANCE_SECONDS
            alive = same and found.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return found if alive else None


class RunFolder:
    """`<state>/run`. Methods that write raise `OSError`."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder = state / "run"
        self._lock: TextIO | None = None

    def acquire(self) -> None:
        """Become the state folder's only supervisor, until this process ends.

        Raises `StateFolderError` and `AlreadyRunningError`.
        """
        try:
            for path in (self._state, self._folder, self._state / "logs"):
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (self._folder / "supervisor.lock").open("a")
        except OSError as error:
            raise StateFolderError(
                f"cannot write in the state folder {self._state}: {error.strerror}; make it "
                "writable for you, or choose another with state_dir in opsconductor.toml"
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = self.supervisor()
            who = f" (pid {running.pid})" if running else ""
            raise AlreadyRunningError(
                f"already running{who} in {self._state}; 'opsconductor status' shows it, "
                "'opsconductor down' stops it"
            ) from None
        self.record("supervisor", os.getpid())

    def release(self) -> None:
        """Let another supervisor work here."""
        self.forget("supervisor")
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def record(self, name: str, pid: int) -> None:
        """Remember a process, so that it can be found if this one is killed."""
        try:
            record = Record.of(name, pid)
        except psutil.NoSuchProcess:
            return
        path = self._folder / f"{name}.json"
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(record)), encoding="utf-8")
        partial.replace(path)

    def forget(self, name: str) -> None:
        """The process ended."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)

    def supervisor(self) -> psutil.Process | None:
        """The running supervisor."""
        record = self._read(self._folder / "supervisor.json")
        return record.process() if record else None

    def end_leftovers(self) -> list[str]:
        """Kill the processes of a supervisor that was killed itself; returns their names.

        To be called while no supervisor runs here, or by the one that does.
        """
        ended = []
        for path in self._folder.glob("*.json"):
            record = self._read(path)
            if record is None or record.pid == os.getpid():
                continue
            process = record.process()
            if process is not None:
                _kill_tree(process)
                ended.append(record.name)
            path.unlink(missing_ok=True)
        return sorted(ended)

    @staticmethod
    def _read(path: Path) -> Record | None:
        try:
            return Record(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def _kill_tree(process: psutil.Process) -> None:
    try:
        family = [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=KILL_SECONDS)
