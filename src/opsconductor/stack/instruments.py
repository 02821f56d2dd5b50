"""The supervisor's own metrics."""

import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from opsconductor.contract import EXPOSED, families
from opsconductor.stack.process import State, SupervisedProcess
from opsconductor.stack.spec import SUPERVISOR
from opsconductor.telemetry import Telemetry


class StackInstruments:
    """Which processes are up, how often each was started again, and how full the disks are."""

    def __init__(self, names: Iterable[str], folders: Mapping[str, Path]) -> None:
        self.telemetry = Telemetry(EXPOSED[SUPERVISOR], bounds={"process": list(names)})
        self._up = self.telemetry.gauge(families.STACK_PROCESS_UP)
        self._restarts = self.telemetry.counter(families.STACK_PROCESS_RESTARTS)
        self._counted: dict[str, int] = {}
        free = self.telemetry.gauge(families.STACK_DISK_FREE_RATIO)
        for name, path in folders.items():
            free.bind(path=name).follow(partial(free_ratio, path))

    def record(self, process: SupervisedProcess) -> None:
        """Take over what changed about the process."""
        name = process.spec.name
        self._up.bind(process=name).set(float(process.state is State.READY))
        new = process.restarts - self._counted.get(name, 0)
        if new:
            self._counted[name] = process.restarts
            self._restarts.bind(process=name).inc(new)


def free_ratio(path: Path) -> float:
    """The free share of the file system that holds `path`, or would hold it once it exists."""
    while not path.exists():
        path = path.parent
    usage = shutil.disk_usage(path)
    return usage.free / usage.total
