"""Runs one tool once: checks, runs within limits, and says in one result how it went."""

import asyncio
import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field

from opsconductor.automation.builtins import builtin
from opsconductor.automation.command import Builtin, Exec
from opsconductor.automation.outcome import Findings, Finished, Scalar, Table, ToolFailure
from opsconductor.automation.output import OnLine, Output
from opsconductor.automation.parameters import ParameterError, check
from opsconductor.automation.parsers import parser
from opsconductor.automation.paths import confine
from opsconductor.automation.redaction import Redactor
from opsconductor.automation.tool import Tool
from opsconductor.automation.transports import local
from opsconductor.contract import Reason
from opsconductor.telemetry import logger

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the caller allows: `timeout_seconds` caps the tool's own timeout.

    `approved` says that a person agreed to a run that changes something and may do harm.
    """

    timeout_seconds: float = 3600
    approved: bool = False


@dataclass(frozen=True, slots=True)
class ToolError:
    """Why a run did not succeed; the message holds no secret."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """How a run went. `exit_code` is a program's; `redacted` says that a secret was hidden."""

    success: bool
    output: str = ""
    error: ToolError | None = None
    exit_code: int | None = None
    truncated: bool = False
    redacted: bool = False
    duration_seconds: float
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    table: Table | None = None


async def run(
    tool: Tool,
    params: Mapping[str, object],
    *,
    limits: Limits,
    on_line: OnLine | None = None,
) -> ToolResult:
    """Run the tool. Raises nothing but `CancelledError`, after everything it started is dead.

    `on_line` is called with the stream's name and each line, free of secrets, as it comes.
    """
    started = time.perf_counter()
    secrets = [params.get(name) for name in tool.secrets]
    redactor = Redactor([str(secret) for secret in secrets if secret], tool.redact_patterns)
    running = _Run(tool, limits, redactor, on_line)
    findings, error = Findings(), None
    try:
        findings = await running.perform(params)
    except ParameterError as fault:
        error = ToolError(Reason.VALIDATION, str(fault))
    except ToolFailure as failure:
        findings, error = failure.findings, ToolError(failure.reason, failure.message)
    except Exception:  # noqa: BLE001  whatever is wrong with a tool, its caller gets a result
        details = redactor.text(traceback.format_exc())
        log.error("a tool broke", tool=tool.name, exception=details)  # noqa: TRY400  the traceback is there, redacted
        error = ToolError(
            Reason.INTERNAL, f"{tool.name} broke while it ran; the service's log has the details"
        )
    return running.result(findings, error, time.perf_counter() - started)


class _Run:
    """One run and what it leaves behind, however it ends."""

    def __init__(
        self, tool: Tool, limits: Limits, redactor: Redactor, on_line: OnLine | None
    ) -> None:
        self._tool = tool
        self._limits = limits
        self._redactor = redactor
        self._output = Output(tool.max_output_bytes, redactor, on_line)
        self._exit_code: int | None = None

    async def perform(self, params: Mapping[str, object]) -> Findings:
        """What the tool found. Raises `ParameterError` and `ToolFailure`."""
        arguments = check(self._tool, params)
        if self._tool.needs_approval and not self._limits.approved:
            raise ToolFailure(
                Reason.APPROVAL_REQUIRED,
                f"{self._tool.name} changes this machine (risk {self._tool.risk}); "
                "somebody has to approve the run",
            )
        if self._tool.requires_admin and os.geteuid() != 0:
            raise ToolFailure(
                Reason.UNAVAILABLE,
                f"{self._tool.name} needs an administrator's rights, which this service has not; "
                "run automation-service as root to use it",
            )
        arguments = confine(self._tool, arguments)
        match self._tool.transports.local:
            case Exec() as command:
                return await self._program(command, arguments)
            case Builtin() as command:
                return await self._function(command, arguments)

    @property
    def _timeout(self) -> float:
        return min(self._tool.timeout_seconds, self._limits.timeout_seconds)

    async def _program(self, command: Exec, arguments: Mapping[str, Scalar]) -> Findings:
        self._exit_code = await local.execute(command, arguments, self._output, self._timeout)
        finished = Finished(
            self._output.lines("stdout"), self._output.lines("stderr"), self._exit_code, arguments
        )
        if self._exit_code not in command.ok_exit_codes:
            said = f": {finished.complaint}" if finished.complaint else ""
            raise ToolFailure(
                Reason.UPSTREAM_ERROR, f"{self._tool.name} ended with {self._exit_code}{said}"
            )
        return parser(command.parser)(finished) if command.parser else Findings()

    async def _function(self, command: Builtin, arguments: Mapping[str, Scalar]) -> Findings:
        try:
            async with asyncio.timeout(self._timeout):
                findings = await builtin(command.function)(arguments)
        except TimeoutError:
            raise ToolFailure(
                Reason.TIMEOUT, f"{self._tool.name} did not finish within {self._timeout:g} s"
            ) from None
        self._output.feed("stdout", findings.output.encode(errors="replace"))
        self._output.close()
        return findings

    def result(
        self, findings: Findings, error: ToolError | None, duration_seconds: float
    ) -> ToolResult:
        """The result, with nothing in it that the redactor would hide."""
        hidden = self._redactor.findings(findings)
        if error is not None:
            error = ToolError(error.reason, self._redactor.text(error.message))
        return ToolResult(
            success=error is None,
            output=self._output.text(),
            error=error,
            exit_code=self._exit_code,
            truncated=self._output.truncated,
            redacted=self._redactor.used,
            duration_seconds=duration_seconds,
            facts=hidden.facts,
            table=hidden.table,
        )
