"""Run the planned steps through automation-service, several at once."""

import asyncio
from collections.abc import Callable, Mapping

from opsconductor.client.automation_answers import Run, RunError
from opsconductor.pipeline.answering import FinishedStep
from opsconductor.pipeline.planning import Plan, PlannedStep
from opsconductor.pipeline.service import AutomationService, ServiceError

MOST_AT_ONCE = 4
"""Steps of one sentence that run at the same time."""


async def execute(
    plan: Plan,
    service: AutomationService,
    headers: Callable[[], Mapping[str, str]],
    finished: Callable[[int, FinishedStep], None],
) -> tuple[FinishedStep, ...]:
    """Run every step; one that fails hides no other. `finished` is told each as it ends.

    Raises `ServiceError` where automation-service could run none of them.
    """
    gate = asyncio.Semaphore(MOST_AT_ONCE)
    errors: list[ServiceError] = []

    async def one(index: int, step: PlannedStep) -> FinishedStep:
        async with gate:
            try:
                run = await service.run(step.card.name, step.params, headers())
            except ServiceError as error:
                errors.append(error)
                failure = RunError(code=error.reason, message=error.message)
                run = Run(success=False, tool=step.card.name, error=failure, trace_id="")
        done = FinishedStep(step, run)
        finished(index, done)
        return done

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(i, step)) for i, step in enumerate(plan.steps)]
    if plan.steps and len(errors) == len(plan.steps):
        raise errors[0]
    return tuple(task.result() for task in tasks)
