"""What automation-service answers, as typed values."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool | None


class Answer(BaseModel):
    """An answer; fields that a newer service adds are let through unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ToolParameter(Answer):
    """One parameter of a tool; `format` says what kind of thing its value names."""

    name: str
    type: str
    required: bool = False
    default: Scalar = None
    enum: tuple[Scalar, ...] = ()
    min_value: float | None = None
    max_value: float | None = None
    pattern: str | None = None
    secret: bool = False
    description: str = ""
    format: str | None = None


class ToolInfo(Answer):
    """A tool of the catalogue; `answer` is a sentence over the facts and parameters of a run."""

    name: str
    display_name: str
    description: str
    category: str
    platform: str
    version: str = ""
    parameters: tuple[ToolParameter, ...] = ()
    timeout_seconds: float = 30
    max_output_bytes: int = 16384
    requires_admin: bool = False
    risk: str = "low"
    read_only: bool = True
    idempotent: bool = True
    tags: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    answer: str = ""


class RunError(Answer):
    """Why a run did not succeed; `code` is a reason of the contract."""

    code: str
    message: str = ""


class Table(Answer):
    """Rows of scalars under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]


class RunMetadata(Answer):
    """What a run found out, by name, and as a table where there is more than one thing."""

    execution_id: str | None = None
    facts: Mapping[str, Scalar] = Field(default_factory=dict)
    table: Table | None = None


class Run(Answer):
    """How a tool run ended. A tool that failed, or was refused, is an answer and no exception."""

    success: bool
    tool: str = ""
    output: str = ""
    error: RunError | None = None
    trace_id: str
    duration_ms: float = 0
    timestamp: str = ""
    exit_code: int | None = None
    truncated: bool = False
    redacted: bool = False
    metadata: RunMetadata = RunMetadata()


class FoundTool(Answer):
    """A tool that a search found; a higher score is a better match."""

    key: str
    name: str
    short_desc: str
    platform: str
    tags: tuple[str, ...] = ()
    score: float


class SearchResult(Answer):
    """The answer to a search."""

    results: tuple[FoundTool, ...]
    from_cache: bool
    degraded: bool
    duration_ms: float


class ExecutionLine(Answer):
    """A line that a tool wrote."""

    at: str
    stream: str
    text: str


class ExecutionRecord(Answer):
    """A recorded run; `status` is running, success, error or failed, times are ISO 8601."""

    id: str
    trace_id: str
    principal: str
    tool: str
    params: Mapping[str, Any]
    status: str
    reason: str | None = None
    error: RunError | None = None
    started_at: str
    finished_at: str | None = None
    duration_ms: float | None = None
    exit_code: int | None = None
    truncated: bool = False
    redacted: bool = False
    output: str | None = None
    lines: tuple[ExecutionLine, ...] = ()


class ExecutionTrace(ExecutionRecord):
    """The newest run of a trace, and under `executions` all of them, newest first."""

    executions: tuple[ExecutionRecord, ...]


class Readiness(Answer):
    """Whether the service can work; `down` names the dependencies that are not there."""

    status: str
    down: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether every dependency is there."""
        return not self.down


class ToolList(Answer):
    """The answer of `/ai/tools/list`."""

    tools: tuple[ToolInfo, ...]


class ExecutionList(Answer):
    """The answer of `/executions`."""

    executions: tuple[ExecutionRecord, ...]


class Cancelled(Answer):
    """How many runs were stopped."""

    cancelled: int


class Audited(Answer):
    """An audit record that is kept."""

    id: str
