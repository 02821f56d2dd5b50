"""Several processes on one database: a dead one's runs fail, a live one's do not."""

import subprocess
import sys

import psutil
import pytest
from sqlalchemy import insert, update

from opsconductor.automation.store import (
    Database,
    Execution,
    ExecutionStore,
    Filter,
    InstanceStore,
    RunStatus,
)
from opsconductor.automation.store.instances import STALE_SECONDS, _host
from opsconductor.automation.store.record import now
from opsconductor.automation.store.schema import instances

pytestmark = pytest.mark.anyio


async def add(
    database: Database, name: str, *, host: str, pid: int, started: float, age: float
) -> None:
    """An instance with one run, whose last heartbeat was `age` seconds ago."""
    row = {
        "id": name,
        "host": host,
        "pid": pid,
        "pid_started": started,
        "heartbeat_at": now() - int(age * 1e6),
    }
    await database.write(lambda c: c.execute(insert(instances).values(row)))
    run = Execution(
        id=f"run-of-{name}",
        trace_id=name,
        principal="local",
        instance=name,
        tool="echo",
        params={},
        status=RunStatus.RUNNING,
        started_at=now(),
    )
    await ExecutionStore(database).start(run)


def dead_process() -> tuple[int, float]:
    """The id and the start of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        process.communicate(b"\n")
    return process.pid, started


async def running(database: Database) -> set[str]:
    """The traces whose runs go on."""
    found = await ExecutionStore(database).find(Filter(statuses=[RunStatus.RUNNING]))
    return {execution.trace_id for execution in found}


async def test_a_dead_process_of_this_machine_loses_its_runs_at_once(database: Database) -> None:
    """After a kill the next start must not wait for a heartbeat to grow stale."""
    pid, started = dead_process()
    await add(database, "dead", host=_host(), pid=pid, started=started, age=1)
    assert await InstanceStore(database).register() == ["run-of-dead"]
    assert await running(database) == set()


async def test_a_live_process_keeps_its_runs_when_another_starts(database: Database) -> None:
    """A second instance on the same database must leave the first one's runs alone."""
    parent = psutil.Process().parent()
    assert parent is not None
    start = parent.create_time()
    await add(database, "live", host=_host(), pid=parent.pid, started=start, age=1)
    await add(database, "far", host="another machine", pid=1, started=0, age=1)
    assert await InstanceStore(database).register() == []
    assert await running(database) == {"live", "far"}


async def test_a_pid_that_was_given_to_another_process_is_dead(database: Database) -> None:
    """The same number with another start time must not keep a run alive."""
    parent = psutil.Process().parent()
    assert parent is not None
    await add(database, "reused", host=_host(), pid=parent.pid, started=1, age=1)
    assert await InstanceStore(database).register() == ["run-of-reused"]


async def test_another_machine_is_dead_when_its_heartbeat_is_old(database: Database) -> None:
    """Nothing but the heartbeat tells about another machine's process."""
    old = STALE_SECONDS + 1
    await add(database, "gone", host="another machine", pid=1, started=0, age=old)
    assert await InstanceStore(database).register() == ["run-of-gone"]


async def test_an_instance_that_was_taken_for_dead_comes_back(database: Database) -> None:
    """After a long outage the heartbeat must register the instance again."""
    instance = InstanceStore(database)
    await instance.register()
    await database.write(lambda c: c.execute(update(instances).values(heartbeat_at=0)))
    await InstanceStore(database).register()
    await instance.beat()
    other = InstanceStore(database)
    await other.register()
    await add(database, "own", host="x", pid=1, started=0, age=0)
    await instance.leave()
    assert await running(database) == {"own"}
