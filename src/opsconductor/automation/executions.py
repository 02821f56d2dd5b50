"""The life of a tool run: recorded before it starts, run, recorded again before it is answered."""

import asyncio
import contextlib
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Protocol

from opsconductor.automation.call import BusyError, Call, Outcome, ended, not_run
from opsconductor.automation.catalogue import Catalogue
from opsconductor.automation.journal import Journal
from opsconductor.automation.metrics import RunMetrics
from opsconductor.automation.output import OnLine
from opsconductor.automation.run import Limits, ToolError, ToolResult, run
from opsconductor.automation.store import (
    End,
    Execution,
    ExecutionStore,
    LogLine,
    RunStatus,
    StoreUnavailableError,
)
from opsconductor.automation.store.record import now
from opsconductor.automation.tool import Tool
from opsconductor.contract import UNKNOWN, Reason
from opsconductor.telemetry import REDACTED, logger, redact

FLUSH_SECONDS = 0.5
"""How far the stored log lines may lag behind a run."""
MAX_UNRECORDED = 1000
"""Ends of runs kept in memory while the database is away."""
_SLACK_MICROSECONDS = 10_000_000
"""A run younger than this may be recorded and not yet known as live: leave it alone."""

log = logger(__name__)


class Runner(Protocol):
    """Runs one tool once; `automation.run.run` does."""

    async def __call__(
        self,
        tool: Tool,
        params: Mapping[str, object],
        *,
        limits: Limits,
        on_line: OnLine | None = None,
    ) -> ToolResult:
        """Raises nothing but `CancelledError`."""


class Executions:
    """Runs tools. A run that cannot be recorded is not run; one that ended is never lost."""

    def __init__(  # noqa: PLR0913  the collaborators of a run
        self,
        *,
        store: ExecutionStore,
        catalogue: Callable[[], Catalogue],
        metrics: RunMetrics,
        instance: str,
        limits: Limits,
        max_concurrent: int,
        runner: Runner = run,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._metrics = metrics
        self._instance = instance
        self._limits = limits
        self._max_concurrent = max_concurrent
        self._runner = runner
        self._live: dict[str, _Live] = {}
        self._unrecorded: deque[tuple[Execution, End, Sequence[LogLine]]] = deque(
            maxlen=MAX_UNRECORDED
        )

    async def run(self, call: Call) -> Outcome:
        """Run a tool and answer for it. Raises `BusyError` where too many run already.

        The run goes on when the caller goes away: it ends by itself, by its timeout or by
        `cancel`.
        """
        tool = self._catalogue().tools.get(call.tool)
        if tool is None:
            return await self._refuse(call)
        if len(self._live) >= self._max_concurrent:
            raise BusyError
        execution = self._execution(call, tool)
        live = self._live[execution.id] = _Live(call.trace_id)
        live.task = asyncio.create_task(self._life(call, tool, execution, live))
        return await asyncio.shield(live.task)

    def cancel(self, trace_id: str) -> int:
        """Stop the runs of a trace that go on in this process; returns how many there were."""
        found = [live for live in self._live.values() if live.trace_id == trace_id]
        for live in found:
            live.cancel()
        return len(found)

    async def reconcile(self) -> None:
        """Record what could not be recorded, and end runs that nobody runs any more.

        Raises `StoreUnavailableError`.
        """
        while self._unrecorded:
            waiting = self._unrecorded.popleft()
            try:
                await self._store.record(*waiting)
            except StoreUnavailableError:
                self._unrecorded.appendleft(waiting)
                raise
        # A start whose commit got through although its answer did not.
        await self._store.fail_abandoned(self._instance, self._live, now() - _SLACK_MICROSECONDS)

    async def close(self) -> None:
        """Cancel what runs, and wait until that is recorded."""
        tasks = [live.task for live in self._live.values() if live.task]
        for live in list(self._live.values()):
            live.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._unrecorded:
            with contextlib.suppress(StoreUnavailableError):
                await self.reconcile()

    def _execution(self, call: Call, tool: Tool | None) -> Execution:
        hidden = {name: REDACTED for name in (tool.secrets if tool else ()) if name in call.params}
        return Execution(
            id=secrets.token_hex(16),
            trace_id=call.trace_id,
            principal=call.principal,
            instance=self._instance,
            # A name that a client invents would grow the list of tools without bound.
            tool=tool.name if tool else UNKNOWN,
            params=redact({**call.params, **hidden}),
            status=RunStatus.RUNNING,
            started_at=now(),
        )

    async def _life(self, call: Call, tool: Tool, execution: Execution, live: "_Live") -> Outcome:
        try:
            outcome = await self._recorded_run(call, tool, execution, live)
        except Exception:
            log.exception("a run failed for a reason of our own", tool=tool.name)
            message = "the service failed; its log has the details"
            outcome = not_run(call, execution.id, Reason.INTERNAL, message)
        finally:
            del self._live[execution.id]
        return self._count(call, outcome)

    async def _recorded_run(
        self, call: Call, tool: Tool, execution: Execution, live: "_Live"
    ) -> Outcome:
        try:
            await self._store.start(execution)
        except StoreUnavailableError as error:
            log.warning("a tool was not run", tool=tool.name, error=str(error))
            message = f"the run cannot be recorded, so the tool was not run: {error}"
            outcome = not_run(call, execution.id, Reason.UNAVAILABLE, message)
            return replace(outcome, recorded=False)
        journal = Journal()
        result = await self._run(tool, call, execution, live, journal)
        return await self._finish(execution, ended(call, execution.id, result), journal)

    async def _run(
        self, tool: Tool, call: Call, execution: Execution, live: "_Live", journal: Journal
    ) -> ToolResult:
        ended = asyncio.Event()
        flushing = asyncio.create_task(self._flush(execution.id, journal, ended))
        began = time.perf_counter()
        live.runner = asyncio.create_task(
            self._runner(tool, call.params, limits=self._limits, on_line=journal.add)
        )
        if live.cancelled:
            live.runner.cancel()
        try:
            return await live.runner
        except asyncio.CancelledError:
            return _failed(Reason.CANCELLED, "the run was cancelled", began)
        except Exception:
            log.exception("running a tool failed", tool=tool.name)
            return _failed(Reason.INTERNAL, "the service failed to run the tool", began)
        finally:
            ended.set()
            await flushing

    async def _flush(self, execution_id: str, journal: Journal, ended: asyncio.Event) -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), FLUSH_SECONDS)
            batch = list(journal.pending)
            if batch and not ended.is_set():
                # The lines stay pending while the database is away, and are stored at the end.
                with contextlib.suppress(StoreUnavailableError):
                    await self._store.append(execution_id, journal.first, batch)
                    journal.stored(len(batch))

    async def _finish(self, execution: Execution, outcome: Outcome, journal: Journal) -> Outcome:
        end, first, lines = outcome.end(), journal.first, journal.close()
        try:
            await self._store.finish(execution.id, end, first, lines)
        except StoreUnavailableError as error:
            log.warning("the end of a run is not recorded yet", error=str(error))
            message = f"the tool ran, but its result could not be recorded: {error}"
            outcome = replace(outcome, reason=Reason.UNAVAILABLE, message=message, recorded=False)
            self._unrecorded.append((execution, outcome.end(), lines))
        return outcome

    async def _refuse(self, call: Call) -> Outcome:
        execution = self._execution(call, None)
        message = self._not_found(call.tool)
        outcome = not_run(call, execution.id, Reason.TOOL_NOT_FOUND, message)
        try:
            await self._store.record(execution, outcome.end())
        except StoreUnavailableError as error:
            # Nothing was run, so the answer stands without its record.
            log.warning("a refusal was not recorded", error=str(error))
        return self._count(call, outcome)

    def _count(self, call: Call, outcome: Outcome) -> Outcome:
        # The answer leaves now: what recording it took is part of the caller's wait.
        outcome = replace(outcome, seconds=time.perf_counter() - call.arrived)
        if call.counted:
            self._metrics.ended(call.tool, outcome.reason, outcome.seconds, call.trace_id)
        return outcome

    def _not_found(self, name: str) -> str:
        tools = self._catalogue().tools
        near = get_close_matches(name[:64], tools, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "GET /ai/tools/list names all tools"
        return f"there is no tool {name[:64]!r}; {hint}"


class _Live:
    """A run that goes on."""

    def __init__(self, trace_id: str) -> None:
        self.trace_id = trace_id
        self.task: asyncio.Task[Outcome] | None = None
        self.runner: asyncio.Task[ToolResult] | None = None
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
        if self.runner is not None:
            self.runner.cancel()


def _failed(reason: Reason, message: str, began: float) -> ToolResult:
    return ToolResult(
        success=False,
        error=ToolError(reason, message),
        duration_seconds=time.perf_counter() - began,
    )
