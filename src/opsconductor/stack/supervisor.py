"""Starts the system in the order of its dependencies, keeps it running, stops it in reverse."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from opsconductor.settings import Settings
from opsconductor.stack.instruments import StackInstruments
from opsconductor.stack.log_files import LogFiles
from opsconductor.stack.metrics_server import MetricsServer
from opsconductor.stack.orphans import Orphans
from opsconductor.stack.process import Pace, State, SupervisedProcess
from opsconductor.stack.run_folder import RunFolder
from opsconductor.stack.spec import ProcessSpec
from opsconductor.telemetry import logger

log = logger(__name__)

HOUSEKEEPING_SECONDS = 5
"""Between looks at the logs' size and at processes without a parent."""

Changed = Callable[[SupervisedProcess], None]


class Supervisor:
    """Runs the processes of one state folder."""

    def __init__(
        self,
        settings: Settings,
        specs: Sequence[ProcessSpec],
        run_folder: RunFolder,
        changed: Changed,
        pace: Pace = Pace(),  # noqa: B008  frozen
    ) -> None:
        self._logs = LogFiles(settings.state / "logs")
        self._told = changed
        self.processes = {
            spec.name: SupervisedProcess(spec, self._logs, run_folder, self._changed, pace)
            for spec in specs
        }
        self._instruments = StackInstruments(
            self.processes,
            {"state": settings.state, "prometheus": settings.state / "prometheus"},
        )
        self._server = MetricsServer(
            self._instruments.telemetry, self.table, settings.supervisor.port
        )
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Start everything, call `ready` once all are, and stop everything when `stop` is set.

        Raises `StartError` where a process does not start; the others are stopped then too.
        """
        self._orphans = Orphans()
        await self._server.start()
        for process in self.processes.values():
            self._tasks[process.spec.name] = asyncio.create_task(self._keep(process))
        helpers = [
            asyncio.create_task(self._announce(ready)),
            asyncio.create_task(self._housekeeping()),
        ]
        stopping = asyncio.create_task(stop.wait())
        try:
            await self._until(stopping)
        finally:
            for task in (*helpers, stopping):
                task.cancel()
            await asyncio.gather(*helpers, stopping, return_exceptions=True)
            await self._stop_all()
            self._orphans.end()
            await self._server.stop()

    def table(self) -> list[dict[str, Any]]:
        """Every process as JSON-like data, for `status` and the console."""
        return [_row(process) for process in self.processes.values()]

    async def _until(self, stopping: asyncio.Task[bool]) -> None:
        pending: set[asyncio.Task[Any]] = {stopping, *self._tasks.values()}
        while not stopping.done():
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()

    async def _keep(self, process: SupervisedProcess) -> None:
        for name in process.spec.depends_on:
            await self.processes[name].ready.wait()
        await process.keep_running()

    async def _announce(self, ready: Callable[[], None]) -> None:
        for process in self.processes.values():
            await process.ready.wait()
        ready()

    async def _housekeeping(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            try:
                self._logs.rotate()
            except OSError as error:
                log.warning("log files cannot be cut", error=str(error))
            # While one is being started its pid is not known yet.
            if all(process.state is not State.STARTING for process in self.processes.values()):
                pids = [p.pid for p in self.processes.values() if p.pid is not None]
                ended = self._orphans.end(pids)
                if ended:
                    log.warning("processes without a parent were killed", pids=ended)

    async def _stop_all(self) -> None:
        await asyncio.gather(*(self._stop(process) for process in self.processes.values()))

    async def _stop(self, process: SupervisedProcess) -> None:
        task = self._tasks[process.spec.name]
        if process.state is State.WAITING:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            process.stopped.set()
            return
        for other in self.processes.values():
            if process.spec.name in other.spec.depends_on:
                await other.stopped.wait()
        process.stop()
        await asyncio.gather(task, return_exceptions=True)

    def _changed(self, process: SupervisedProcess) -> None:
        self._instruments.record(process)
        self._told(process)


def _row(process: SupervisedProcess) -> dict[str, Any]:
    spec = process.spec
    return {
        "name": spec.name,
        "state": process.state.value,
        "pid": process.pid,
        "ports": [port.number for port in spec.ports],
        "restarts": process.restarts,
        "since": process.since,
        "detail": process.detail,
        "health": spec.health_url,
    }
