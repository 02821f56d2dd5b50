"""Executions and log lines in the database."""

from collections.abc import Callable

import pytest

from opsconductor.automation.store import (
    Database,
    End,
    Execution,
    ExecutionStore,
    Filter,
    LogLine,
    RunStatus,
)
from opsconductor.contract import Reason

pytestmark = pytest.mark.anyio

Make = Callable[..., Execution]


@pytest.fixture
def make() -> Make:
    """An execution; each has an id of its own."""
    count = 0

    def build(*, started_at: int | None = None, **fields: object) -> Execution:
        nonlocal count
        count += 1
        values = {
            "id": f"{count:064d}",
            "trace_id": "t" * 64,
            "principal": "local",
            "instance": "here",
            "tool": "echo",
            "params": {"text": "hi"},
            "status": RunStatus.RUNNING,
            "started_at": count if started_at is None else started_at,
            **fields,
        }
        return Execution(**values)  # type: ignore[arg-type]  # the test's own values

    return build


def end(**fields: object) -> End:
    """The end of a run that succeeded, unless the fields say otherwise."""
    values = {"status": RunStatus.SUCCESS, "finished_at": 50, "duration_ms": 1.5, **fields}
    return End(**values)  # type: ignore[arg-type]  # the test's own values


async def test_a_run_comes_back_as_it_was_recorded(database: Database, make: Make) -> None:
    """Ids of 64 characters, parameters, lines and the end must all be there again."""
    store = ExecutionStore(database)
    execution = make()
    await store.start(execution)
    await store.append(execution.id, 0, [LogLine(1, "stdout", "one")])
    lines = [LogLine(2, "stderr", "two")]
    await store.finish(execution.id, end(output="out", exit_code=3), 1, lines)
    (found,) = await store.find(Filter(trace_id="t" * 64))
    assert (found.id, found.params, found.output) == (execution.id, {"text": "hi"}, "out")
    assert (found.status, found.exit_code, found.duration_ms) == (RunStatus.SUCCESS, 3, 1.5)
    assert [line.text for line in await store.lines(execution.id)] == ["one", "two"]


async def test_lines_that_are_sent_twice_are_kept_once(database: Database, make: Make) -> None:
    """A batch whose commit got through unnoticed must not fail or double the next one."""
    store = ExecutionStore(database)
    execution = make()
    await store.start(execution)
    batch = [LogLine(1, "stdout", "one"), LogLine(2, "stdout", "two")]
    await store.append(execution.id, 0, batch)
    await store.finish(execution.id, end(), 0, batch)
    assert await store.lines(execution.id) == batch


async def test_text_that_no_database_takes_is_stored_readably(
    database: Database, make: Make
) -> None:
    """NUL and half surrogate pairs must be replaced, never fail the record."""
    store = ExecutionStore(database)
    execution = make(params={"text": "\ud800\0"})
    await store.start(execution)
    bad = "a\0b\ud800"
    lines = [LogLine(1, "stdout", bad)]
    await store.finish(execution.id, end(output=bad, message=bad), 0, lines)
    (found,) = await store.find(Filter())
    assert found.output == "a\ufffdb?"


async def test_a_record_that_comes_late_is_written_once(database: Database, make: Make) -> None:
    """What could not be recorded in time must end up recorded, whether its start was or not."""
    store = ExecutionStore(database)
    started, unknown = make(), make()
    await store.start(started)
    for execution in (started, unknown):
        late = end(status=RunStatus.ERROR, reason=Reason.UNAVAILABLE)
        await store.record(execution, late, [LogLine(1, "stdout", "x")])
    found = await store.find(Filter())
    assert [execution.reason for execution in found] == [Reason.UNAVAILABLE] * 2


async def test_only_runs_that_nobody_runs_are_failed(database: Database, make: Make) -> None:
    """Of one instance's open runs, those that live or are young must stay open."""
    store = ExecutionStore(database)
    lost, live, young = make(started_at=1), make(started_at=2), make(started_at=100)
    foreign = make(started_at=3, instance="elsewhere")
    for execution in (lost, live, young, foreign):
        await store.start(execution)
    assert await store.fail_abandoned("here", {live.id}, before=50) == [lost.id]
    (failed,) = await store.find(Filter(statuses=[RunStatus.FAILED]))
    assert (failed.id, failed.reason) == (lost.id, Reason.INTERNAL)
    assert failed.finished_at is not None


async def test_pruning_keeps_the_newest_and_what_runs(database: Database, make: Make) -> None:
    """Beyond the number and the age only ended runs go, with their lines."""
    store = ExecutionStore(database)
    running = make()
    await store.start(running)
    for _ in range(10):
        execution = make()
        await store.record(execution, end(), [LogLine(1, "stdout", "x")])
    assert await store.prune(before=0, keep=100) == 0
    assert await store.prune(before=0, keep=4) == 6
    kept = await store.find(Filter())
    assert [execution.started_at for execution in kept] == [11, 10, 9, 8, 1]
    assert await store.prune(before=10, keep=100) == 2
    assert await store.lines(f"{2:064d}") == []
