"""Make the reply to a sentence, one function for each way in which it can end."""

from collections.abc import Sequence

from opsconductor.client.automation_answers import RunError, ToolInfo
from opsconductor.client.pipeline_answers import (
    MissingParameter,
    Outcome,
    PlanEntry,
    Reply,
    StepResult,
    Suggestion,
)
from opsconductor.contract import Reason
from opsconductor.pipeline import answering
from opsconductor.pipeline.answering import FinishedStep
from opsconductor.pipeline.planning import MOST_STEPS, Plan, PlannedStep, question
from opsconductor.pipeline.selecting import Selection
from opsconductor.pipeline.tools import example_of, needs_approval


def failure(trace_id: str, reason: Reason, message: str) -> Reply:
    """A stage failed."""
    return Reply(
        success=False,
        outcome=Outcome.FAILED,
        answer=f"Your request could not be worked on: {message}.",
        trace_id=trace_id,
        error=RunError(code=reason, message=message),
    )


def declined(trace_id: str, sentence: str, selection: Selection) -> Reply:
    """No tool does that."""
    return Reply(
        success=False,
        outcome=Outcome.NO_MATCH,
        answer=answering.declined([sentence.strip()], selection.suggestions),
        trace_id=trace_id,
        suggestions=_suggestions(selection),
    )


def asked_back(trace_id: str, plan: Plan, *, approve: bool) -> Reply | None:
    """What has to be said before anything runs; None where the plan can be run as it is."""
    if plan.missing:
        said = question(plan.missing)
    elif plan.too_many:
        said = (
            f"That makes {plan.too_many} steps, and one sentence may ask for {MOST_STEPS}; "
            "ask for fewer at a time."
        )
    elif not approve and any(needs_approval(step.card) for step in plan.steps):
        said = 'This changes something; send it again with "approve": true to go ahead.'
    else:
        return None
    return Reply(
        success=False,
        outcome=Outcome.NEEDS_INPUT,
        answer=said,
        plan=_entries(plan),
        trace_id=trace_id,
        missing=tuple(
            MissingParameter(
                tool=one.card.name,
                parameter=one.parameter.name,
                description=one.parameter.description,
                problem=one.problem,
            )
            for one in plan.missing
        ),
    )


def planned(trace_id: str, plan: Plan, selection: Selection) -> Reply:
    """A dry run: what would be done."""
    steps = "; ".join(
        f"{number}. {step.card.display_name}"
        + "".join(f", {name} {value}" for name, value in step.params.items())
        for number, step in enumerate(plan.steps, start=1)
    )
    return Reply(
        success=True,
        outcome=Outcome.PLANNED,
        answer=f"Planned, not run: {steps}.{_left_over(selection)}",
        plan=_entries(plan),
        trace_id=trace_id,
        suggestions=_suggestions(selection),
    )


def answered(
    trace_id: str, plan: Plan, selection: Selection, finished: Sequence[FinishedStep]
) -> Reply:
    """Every step has ended."""
    success = all(step.run.success for step in finished)
    return Reply(
        success=success,
        outcome=Outcome.ANSWERED if success else Outcome.FAILED,
        answer=answering.answer(finished) + _left_over(selection),
        plan=_entries(plan),
        steps=tuple(map(step_result, finished)),
        trace_id=trace_id,
        table=answering.table(finished),
        suggestions=_suggestions(selection),
    )


def step_result(step: FinishedStep) -> StepResult:
    """A finished step as it is sent."""
    run = step.run
    return StepResult(
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


def _entries(plan: Plan) -> tuple[PlanEntry, ...]:
    return tuple(map(_entry, plan.steps))


def _entry(step: PlannedStep) -> PlanEntry:
    return PlanEntry(
        tool=step.card.name,
        display_name=step.card.display_name,
        params=dict(step.params),
        asked=step.text,
    )


def _suggestions(selection: Selection) -> tuple[Suggestion, ...]:
    return tuple(map(_suggestion, selection.suggestions))


def _suggestion(tool: ToolInfo) -> Suggestion:
    return Suggestion(tool=tool.name, display_name=tool.display_name, example=example_of(tool))


def _left_over(selection: Selection) -> str:
    """What to say about parts of the sentence that no tool answers."""
    if not selection.unmatched:
        return ""
    texts = [intent.text for intent in selection.unmatched]
    return f" {answering.declined(texts, selection.suggestions)}"
