"""What the pipeline answers: the shapes of `POST /pipeline` and of its events."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from opsconductor.client.automation_answers import RunError, Scalar, Table, ToolInfo
from opsconductor.pipeline.answering import FinishedStep
from opsconductor.pipeline.planning import Missing, PlannedStep
from opsconductor.pipeline.tools import example_of


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


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class PlanEntry(_Part):
    """A step as planned; `asked` is the part of the sentence that it answers."""

    tool: str
    display_name: str
    params: Mapping[str, Scalar]
    asked: str

    @classmethod
    def of(cls, step: PlannedStep) -> Self:
        """The entry of a planned step."""
        return cls(
            tool=step.card.name,
            display_name=step.card.display_name,
            params=dict(step.params),
            asked=step.text,
        )


class StepResult(_Part):
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

    @classmethod
    def of(cls, step: FinishedStep) -> Self:
        """The result of a finished step."""
        run = step.run
        return cls(
            tool=step.planned.card.name,
            params=dict(step.planned.params),
            success=run.success,
            answer=step.sentence,
            output=run.output,
            error=run.error,
            duration_ms=run.duration_ms,
            truncated=run.truncated,
            redacted=run.redacted,
            facts=dict(run.metadata.facts),
            table=run.metadata.table,
        )


class StageTime(_Part):
    """How long a stage took."""

    name: str
    duration_ms: float


class Suggestion(_Part):
    """A tool that is near to what was asked, with a sentence that asks for it."""

    tool: str
    display_name: str
    example: str

    @classmethod
    def of(cls, tool: ToolInfo) -> Self:
        """The suggestion of a tool."""
        return cls(tool=tool.name, display_name=tool.display_name, example=example_of(tool))


class MissingParameter(_Part):
    """A parameter that the caller is asked for; `problem` tells what is wrong with a given one."""

    tool: str
    parameter: str
    description: str
    problem: str

    @classmethod
    def of(cls, missing: Missing) -> Self:
        """What is missing of a plan."""
        return cls(
            tool=missing.card.name,
            parameter=missing.parameter.name,
            description=missing.parameter.description,
            problem=missing.problem,
        )


class Reply(_Part):
    """The answer to a sentence."""

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
