"""Leads a sentence through the five stages and times each of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from opsconductor.client.errors import UpstreamError
from opsconductor.client.pipeline_answers import Reply, StageTime
from opsconductor.contract import Reason
from opsconductor.pipeline import executing, planning, selecting
from opsconductor.pipeline import reply as replies
from opsconductor.pipeline.answering import FinishedStep
from opsconductor.pipeline.catalogue_cache import CatalogueCache
from opsconductor.pipeline.language_model import LanguageModel
from opsconductor.pipeline.metrics import SERVICE_FAILURES, PipelineMetrics
from opsconductor.pipeline.service import AutomationService, ServiceError
from opsconductor.telemetry import TraceContext, logger, trace

Emit = Callable[[str, Mapping[str, object]], None]

log = logger(__name__)


@dataclass(slots=True)
class Question:
    """A sentence on its way. `marker` are headers that go along with every request for it."""

    sentence: str
    trace_id: str
    dry_run: bool = False
    approve: bool = False
    marker: Mapping[str, str] = field(default_factory=dict)
    emit: Emit = lambda _event, _data: None
    started: float = field(default_factory=time.perf_counter)
    stages: list[StageTime] = field(default_factory=list)

    @property
    def counted(self) -> bool:
        """Whether it enters the users' metrics; a probe's sentence does not."""
        return not self.marker

    def headers(self) -> dict[str, str]:
        """What to send along with one request made for this sentence."""
        context = trace.current.get() or TraceContext.new(self.trace_id)
        return {**context.child().headers(), **self.marker}

    def elapsed_ms(self) -> float:
        """Milliseconds since the sentence came in."""
        return (time.perf_counter() - self.started) * 1000


class Conductor:
    """understand, select, plan, execute, answer."""

    def __init__(
        self, service: AutomationService, model: LanguageModel, metrics: PipelineMetrics
    ) -> None:
        self._service = service
        self._model = model
        self._metrics = metrics
        self._catalogue = CatalogueCache(service)

    async def ask(self, question: Question) -> Reply:
        """Answer a sentence. Never raises, but for `asyncio.CancelledError`.

        A reply with an `error` says that a stage failed; a tool that failed is in its step.
        """
        question.emit("start", {"trace_id": question.trace_id, "input": question.sentence})
        failed = True
        try:
            reply = await self._stages(question)
            failed = any(s.error and s.error.code in SERVICE_FAILURES for s in reply.steps)
        except ServiceError as error:
            reply = replies.failure(question.trace_id, error.reason, error.message)
        except Exception:
            log.exception("a sentence broke the pipeline")
            reply = replies.failure(
                question.trace_id,
                Reason.INTERNAL,
                f"the pipeline broke down; its log says more under trace {question.trace_id}",
            )
        finally:
            if question.counted:
                seconds = time.perf_counter() - question.started
                self._metrics.ended(seconds, question.trace_id, failed=failed)
        stages, elapsed = tuple(question.stages), question.elapsed_ms()
        return reply.model_copy(update={"stages": stages, "duration_ms": elapsed})

    def refused(self) -> None:
        """Count a body that holds no sentence."""
        self._metrics.stage_failed("understand", Reason.VALIDATION)

    async def _stages(self, question: Question) -> Reply:
        async with self._stage("understand", question):
            catalogue = await self._catalogue.get(question.headers())
            try:
                understanding = await self._model.understand(question.sentence, catalogue)
            except UpstreamError as error:
                raise ServiceError.of(error) from None
        async with self._stage("select", question):
            selection = await selecting.select(
                understanding, catalogue, self._service, question.headers()
            )
        if not selection.choices:
            return replies.declined(question.trace_id, question.sentence, selection)
        async with self._stage("plan", question):
            plan = planning.plan(selection.choices)
            asked_back = replies.asked_back(question.trace_id, plan, approve=question.approve)
        if asked_back is not None:
            return asked_back
        if question.dry_run:
            return replies.planned(question.trace_id, plan, selection)
        async with self._stage("execute", question):
            finished = await executing.execute(
                plan, self._service, question.headers, lambda i, s: _tell(question, i, s)
            )
            for reason in sorted({step.reason for step in finished} - {""}):
                self._failed("execute", reason, question)
        async with self._stage("answer", question):
            return replies.answered(question.trace_id, plan, selection, finished)

    @asynccontextmanager
    async def _stage(self, stage: str, question: Question) -> AsyncIterator[None]:
        """Time a stage, tell of it, and count it by reason where it fails."""
        question.emit("stage_start", {"stage": stage})
        started = time.perf_counter()
        try:
            yield
        except ServiceError as error:
            self._failed(stage, error.reason, question)
            raise
        except asyncio.CancelledError:
            self._failed(stage, Reason.CANCELLED, question)
            raise
        except Exception:
            self._failed(stage, Reason.INTERNAL, question)
            raise
        finally:
            seconds = time.perf_counter() - started
            question.stages.append(StageTime(name=stage, duration_ms=seconds * 1000))
            if question.counted:
                self._metrics.stage_ended(stage, seconds, question.trace_id)
            question.emit("stage_complete", {"stage": stage, "duration_ms": seconds * 1000})

    def _failed(self, stage: str, reason: str, question: Question) -> None:
        if question.counted:
            self._metrics.stage_failed(stage, reason)


def _tell(question: Question, index: int, step: FinishedStep) -> None:
    question.emit("step", {"index": index, **replies.step_result(step).model_dump(mode="json")})
