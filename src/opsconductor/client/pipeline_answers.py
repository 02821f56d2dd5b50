"""What ai-pipeline answers: the shapes of `POST /pipeline` and of its events."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from opsconductor.client.automation_answers import RunError, Scalar, Table


class Outcome(StrEnum):
    """How a sentence ended.

    `answered`: every step succeeded. `planned`: a dry run. `needs_input`: the pipeline asks back.
    `no_match`: no tool does that. `failed`: a step failed, or a stage did; the answer says which.
    """

    ANSWERED = "answered"
    PLANNED = "planned"
    NEEDS_INPUT = "needs_input"
    NO_MATCH = "no_match"
    FAILED = "failed"


class _Answer(BaseModel):
    """An answer; fields that a newer pipeline adds are let through unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PlanEntry(_Answer):
    """A step as planned; `asked` is the part of the sentence that it answers."""

    tool: str
    display_name: str
    params: Mapping[str, Scalar]
    asked: str


class StepResult(_Answer):
    """A step as it ended; `duration_ms` is the tool's own."""

    tool: str
    params: Mapping[str, Scalar]
    success: bool
    answer: str
    output: str
    error: RunError | None
    duration_ms: float
    truncated: bool
    redacted: bool
    facts: Mapping[str, Scalar]
    table: Table | None


class StageTime(_Answer):
    """How long a stage took."""

    name: str
    duration_ms: float


class Suggestion(_Answer):
    """A tool that is near to what was asked, with a sentence that asks for it."""

    tool: str
    display_name: str
    example: str


class MissingParameter(_Answer):
    """A parameter that the caller is asked for; `problem` tells what is wrong with a given one."""

    tool: str
    parameter: str
    description: str
    problem: str


class Reply(_Answer):
    """The answer to a sentence.

    `error` is set where a stage failed; a tool that failed is in its step, and the answer tells.
    """

    success: bool
    outcome: Outcome
    answer: str
    plan: tuple[PlanEntry, ...] = ()
    steps: tuple[StepResult, ...] = ()
    stages: tuple[StageTime, ...] = ()
    trace_id: str
    duration_ms: float = 0
    table: Table | None = None
    suggestions: tuple[Suggestion, ...] = ()
    missing: tuple[MissingParameter, ...] = ()
    error: RunError | None = None


class PipelineEvent(_Answer):
    """One server-sent event.

    `name` is start, stage_start, stage_complete, step, complete or error; the last two carry a
    whole `Reply` in `data` and end the stream.
    """

    name: str
    data: Mapping[str, Any] = Field(default_factory=dict)
