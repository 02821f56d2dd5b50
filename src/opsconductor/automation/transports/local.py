"""Runs a program on this machine: no shell, a clean environment, bounded in time and output."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Awaitable, Mapping
from pathlib import Path

from opsconductor.automation.command import Exec, placeholder, spelled
from opsconductor.automation.outcome import Scalar, ToolFailure
from opsconductor.automation.output import Output, Stream
from opsconductor.automation.transports import process_family
from opsconductor.contract import Reason

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CHUNK_BYTES = 65_536
DRAIN_SECONDS = 1.0
"""How long the last output of an ended program is waited for."""
KILLED_SECONDS = 2.0
"""How long a killed program is waited for."""
_SYSTEMD_RUNS = Path("/run/systemd/system")
"""Exists while systemd is the service manager: sd_booted(3)."""


def vector(command: Exec, arguments: Mapping[str, Scalar]) -> list[str]:
    """The program and its arguments; a parameter's value is one argument, whatever it holds."""
    filled: list[str] = []
    for argument in command.argv:
        group = (argument,) if isinstance(argument, str) else argument
        words = [_word(command, word, arguments) for word in group]
        filled.extend(word for word in words if None not in words and word is not None)
    return filled


def _word(command: Exec, argument: str, arguments: Mapping[str, Scalar]) -> str | None:
    name = placeholder(argument)
    if name is None:
        return argument
    value = arguments.get(name)
    if value is None:
        return None
    text = spelled(value)
    return command.words[name].get(text) if name in command.words else text


def _environment(command: Exec, arguments: Mapping[str, Scalar]) -> dict[str, str]:
    """What the program sees of the world, and what the tool file adds to it."""
    words = {name: _word(command, word, arguments) for name, word in command.environment.items()}
    added = {name: word for name, word in words.items() if word is not None}
    return {"PATH": PATH, "LC_ALL": "C.UTF-8", **added}


async def execute(
    command: Exec, arguments: Mapping[str, Scalar], output: Output, timeout_seconds: float
) -> int:
    """Run the program to its end, its output going to `output`; returns the exit code.

    After the output's cap the program runs on and what it prints is dropped, so that its exit code
    still counts. Whatever it started is dead when this returns or raises. Raises `ToolFailure`
    (unavailable, timeout, internal), and `CancelledError` after the family was killed.
    """
    argv = vector(command, arguments)
    program = _program(command, argv[0])
    environment = _environment(command, arguments)
    run, since = process_family.mark(), process_family.now()
    environment[process_family.MARKER] = run
    with contextlib.ExitStack() as stack:
        readers = [_Reader("stdout", output), _Reader("stderr", output)]
        for reader in readers:
            stack.callback(reader.close)
        try:
            process = await _start(program, argv, environment, readers)
        except asyncio.CancelledError:
            await process_family.end(process_family.NOBODY, run, since)
            raise
        timed_out = False
        try:
            async with asyncio.timeout(timeout_seconds):
                await process.wait()
        except TimeoutError:
            timed_out = True
        finally:
            await _finish(process, process_family.end(process.pid, run, since), readers)
        for reader in readers:
            if reader.failure:
                raise reader.failure
    output.close()
    if timed_out:
        raise ToolFailure(Reason.TIMEOUT, f"did not finish within {timeout_seconds:g} s")
    return process.returncode if process.returncode is not None else -1


def _program(command: Exec, name: str) -> str:
    if command.needs_running == "systemd" and not _SYSTEMD_RUNS.is_dir():
        raise ToolFailure(
            Reason.UNAVAILABLE,
            "systemd is not the service manager of this machine, so there is no service to ask "
            "about; run this tool on a machine that was booted with systemd",
        )
    found = shutil.which(name, path=PATH)
    if found is None:
        remedy = f"; install it with: apt-get install {command.package}" if command.package else ""
        raise ToolFailure(Reason.UNAVAILABLE, f"the program {name} is not installed{remedy}")
    return found


async def _start(
    program: str, argv: list[str], environment: Mapping[str, str], readers: list["_Reader"]
) -> asyncio.subprocess.Process:
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            executable=program,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=readers[0].write_end,
            stderr=readers[1].write_end,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise ToolFailure(
            Reason.UNAVAILABLE, f"the program {program} cannot be started: {error.strerror}"
        ) from None
    for reader in readers:
        reader.start()
    return process


async def _finish(
    process: asyncio.subprocess.Process, end: Awaitable[None], readers: list["_Reader"]
) -> None:
    """Kill what is left, then take the last output.

    A cancellation that comes meanwhile waits, for nobody may hear of the end before it is true.
    """
    ending = asyncio.ensure_future(_settle(process, end, readers))
    cancelled = False
    while not ending.done():
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            cancelled = True
    ending.result()
    if cancelled:
        raise asyncio.CancelledError


async def _settle(
    process: asyncio.subprocess.Process, end: Awaitable[None], readers: list["_Reader"]
) -> None:
    await end
    with contextlib.suppress(TimeoutError):
        # One that hangs in the kernel, on a dead disk say, cannot be killed nor waited for.
        async with asyncio.timeout(KILLED_SECONDS):
            await process.wait()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            for reader in readers:
                await reader.ended.wait()


class _Reader:
    """Feeds one stream of the program to the output, a chunk in each turn of the event loop."""

    def __init__(self, stream: Stream, output: Output) -> None:
        self._stream = stream
        self._output = output
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._open = True
        self.ended = asyncio.Event()
        self.failure: Exception | None = None

    def start(self) -> None:
        """Read from now on; the program holds the write end."""
        os.close(self.write_end)
        self.write_end = -1
        asyncio.get_running_loop().add_reader(self._read_end, self._read)

    def _read(self) -> None:
        try:
            chunk = os.read(self._read_end, CHUNK_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            self.close()
            return
        try:
            self._output.feed(self._stream, chunk)
        except Exception as failure:  # noqa: BLE001  raised again by whoever waits for the program
            self.failure = failure
            self.close()

    def close(self) -> None:
        """Stop reading and release both ends."""
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1
        if self._open:
            self._open = False
            asyncio.get_running_loop().remove_reader(self._read_end)
            os.close(self._read_end)
        self.ended.set()
