"""A request to run a tool, and how it ended."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from opsconductor.automation.outcome import Scalar, Table
from opsconductor.automation.run import ToolResult
from opsconductor.automation.store import End, RunStatus
from opsconductor.automation.store.record import now
from opsconductor.contract import Reason


class BusyError(Exception):
    """As many tools run as may at once; nothing was run, recorded or counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to run a tool. `arrived` is the `perf_counter` at which it came in."""

    tool: str
    params: Mapping[str, object]
    trace_id: str
    principal: str
    arrived: float
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a request to run a tool ended; `reason` is None where it succeeded.

    `recorded` is False where the database was away: then the outcome is an error, `unavailable`.
    """

    execution_id: str
    trace_id: str
    tool: str
    reason: Reason | None = None
    message: str = ""
    output: str = ""
    exit_code: int | None = None
    truncated: bool = False
    redacted: bool = False
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    table: Table | None = None
    seconds: float
    finished_at: int
    recorded: bool = True

    def end(self) -> End:
        """What is recorded of it."""
        return End(
            status=RunStatus.ERROR if self.reason else RunStatus.SUCCESS,
            reason=self.reason,
            message=self.message or None,
            output=self.output,
            exit_code=self.exit_code,
            truncated=self.truncated,
            redacted=self.redacted,
            finished_at=self.finished_at,
            duration_ms=self.seconds * 1000,
        )


def ended(call: Call, execution_id: str, result: ToolResult) -> Outcome:
    """The outcome of a run."""
    return Outcome(
        execution_id=execution_id,
        trace_id=call.trace_id,
        tool=call.tool,
        reason=result.error.reason if result.error else None,
        message=result.error.message if result.error else "",
        output=result.output,
        exit_code=result.exit_code,
        truncated=result.truncated,
        redacted=result.redacted,
        facts=result.facts,
        table=result.table,
        seconds=time.perf_counter() - call.arrived,
        finished_at=now(),
    )


def not_run(call: Call, execution_id: str, reason: Reason, message: str) -> Outcome:
    """The outcome where the tool was not run at all."""
    return Outcome(
        execution_id=execution_id,
        trace_id=call.trace_id,
        tool=call.tool,
        reason=reason,
        message=message,
        seconds=time.perf_counter() - call.arrived,
        finished_at=now(),
    )
