"""Leading a sentence through the stages."""

import asyncio
from collections.abc import Mapping

import pytest
from tests.pipeline.fake_automation import FakeAutomation, failed, real_tools, succeeded

from opsconductor.client.automation_answers import Run, Scalar
from opsconductor.client.errors import UpstreamError
from opsconductor.client.pipeline_answers import Outcome
from opsconductor.contract import EXPOSED, PIPELINE, STAGES, Reason
from opsconductor.pipeline.catalogue_cache import FRESH_SECONDS, CatalogueCache
from opsconductor.pipeline.conductor import Conductor, Question
from opsconductor.pipeline.metrics import PipelineMetrics
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.rule_based import RuleBased
from opsconductor.pipeline.service import ServiceError
from opsconductor.pipeline.understanding import Understanding
from opsconductor.telemetry import Telemetry
from opsconductor.telemetry.process_collector import READ

pytestmark = pytest.mark.anyio

MEMORY = succeeded(used_percent=40, available="1 GiB", total="2 GiB", swap_used_percent=0)


class Scene:
    """A conductor over a fake automation-service, and its metrics."""

    def __init__(self, automation: FakeAutomation) -> None:
        self.automation = automation
        self.telemetry = Telemetry(one for one in EXPOSED[PIPELINE] if one not in READ)
        self.conductor = Conductor(automation, RuleBased(), PipelineMetrics(self.telemetry))

    def samples(self) -> dict[str, float]:
        """The metrics page as series and value, without the zeroes."""
        page = self.telemetry.expose(None, None).body.decode()
        pairs = (line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in pairs if float(value)}


@pytest.fixture
def scene(automation: FakeAutomation) -> Scene:
    """A conductor whose tools all succeed."""
    return Scene(automation)


async def test_every_stage_is_timed_and_told(scene: Scene) -> None:
    """An answered sentence passes the five stages in their order, each with its events."""
    told: list[tuple[str, object]] = []
    question = Question("check disk and memory", "t1")
    question.emit = lambda name, data: told.append((name, data.get("stage")))
    reply = await scene.conductor.ask(question)
    assert [stage.name for stage in reply.stages] == list(STAGES)
    assert [stage for name, stage in told if name == "stage_start"] == list(STAGES)
    assert [stage for name, stage in told if name == "stage_complete"] == list(STAGES)
    assert [name for name, _ in told].count("step") == 2
    samples = scene.samples()
    for stage in STAGES:
        assert samples[f'pipeline_stage_duration_seconds_count{{stage="{stage}"}}'] == 1
    assert samples['pipeline_requests_total{status="success"}'] == 1


async def test_the_answer_is_the_tools_own_sentence_and_table(scene: Scene) -> None:
    """The tool's template is filled with its facts; without a table the facts are one."""
    scene.automation.answer = lambda _tool, _params: MEMORY
    reply = await scene.conductor.ask(Question("how much memory is free?", "t1"))
    assert reply.answer == ("Memory is 40 % used: 1 GiB of 2 GiB available; swap is 0 % used.")
    assert reply.table is not None
    assert ("used_percent", 40) in reply.table.rows


async def test_a_step_that_fails_hides_no_other(scene: Scene) -> None:
    """One step's finding and the other's failure are both told, with what to do next."""

    def answer(tool: str, _params: Mapping[str, Scalar]) -> Run:
        if tool == "memory_usage":
            return MEMORY
        return failed(Reason.TIMEOUT, "stopped after 30 s")

    scene.automation.answer = answer
    reply = await scene.conductor.ask(Question("check disk and memory", "t1"))
    assert reply.outcome is Outcome.FAILED
    assert "Disk usage did not succeed: stopped after 30 s. Ask again" in reply.answer
    assert "Memory is 40 % used" in reply.answer
    assert reply.table is not None
    assert [row[2] for row in reply.table.rows] == ["timeout", "ok"]


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.TIMEOUT, "error"),
        (Reason.INTERNAL, "error"),
        (Reason.BAD_GATEWAY, "error"),
        (Reason.UPSTREAM_ERROR, "success"),
        (Reason.UNAVAILABLE, "success"),
        (Reason.DENIED, "success"),
        (Reason.VALIDATION, "success"),
        (Reason.TOOL_NOT_FOUND, "success"),
        (Reason.APPROVAL_REQUIRED, "success"),
    ],
)
async def test_only_what_the_service_side_did_counts_as_an_error(
    reason: Reason, status: str, scene: Scene
) -> None:
    """A target that is down is an honest answer; a run that broke down is our error."""
    scene.automation.answer = lambda _tool, _params: failed(reason, "no")
    await scene.conductor.ask(Question("uptime", "t1"))
    samples = scene.samples()
    assert samples[f'pipeline_requests_total{{status="{status}"}}'] == 1
    assert samples[f'pipeline_stage_errors_total{{reason="{reason}",stage="execute"}}'] == 1


@pytest.mark.parametrize("sentence", ["ping", "order a pizza"])
async def test_asking_back_and_declining_are_no_errors(sentence: str, scene: Scene) -> None:
    """The pipeline did its work: nothing ran and nothing failed."""
    await scene.conductor.ask(Question(sentence, "t1"))
    assert scene.automation.runs == []
    samples = scene.samples()
    assert samples['pipeline_requests_total{status="success"}'] == 1
    assert not [name for name in samples if "stage_errors" in name]


async def test_automation_service_away_is_told_and_counted(scene: Scene) -> None:
    """The reply has the reason, what to do, and the stage that failed in its metrics."""
    scene.automation.error = ServiceError("nobody answers; start it", Reason.BAD_GATEWAY)
    reply = await scene.conductor.ask(Question("uptime", "t1"))
    assert reply.error is not None
    assert reply.error.code == Reason.BAD_GATEWAY
    assert "start it" in reply.answer
    samples = scene.samples()
    assert samples['pipeline_requests_total{status="error"}'] == 1
    assert samples['pipeline_stage_errors_total{reason="bad_gateway",stage="understand"}'] == 1


async def test_a_probe_leaves_no_trace_in_the_metrics_and_is_passed_on(scene: Scene) -> None:
    """The canary's marker goes along with every request; no family counts its sentence."""
    before = scene.samples()
    await scene.conductor.ask(Question("uptime", "t1", marker={"x-probe": "pipeline"}))
    assert scene.samples() == before
    assert scene.automation.headers
    assert all(headers["x-probe"] == "pipeline" for headers in scene.automation.headers)


async def test_a_tool_that_changes_something_waits_for_approval() -> None:
    """Without approval nothing runs; with it the run is asked for."""
    tools = [tool.model_copy(update={"read_only": False, "risk": "high"}) for tool in real_tools()]
    scene = Scene(FakeAutomation(tools))
    reply = await scene.conductor.ask(Question("uptime", "t1"))
    assert reply.outcome is Outcome.NEEDS_INPUT
    assert "approve" in reply.answer
    assert scene.automation.runs == []
    await scene.conductor.ask(Question("uptime", "t1", approve=True))
    assert scene.automation.runs == [("uptime", {})]


async def test_a_sentence_given_up_on_is_counted_as_cancelled() -> None:
    """Who leaves in the middle leaves a counted reason."""
    reached = asyncio.Event()

    class Hanging(FakeAutomation):
        async def run(
            self, tool: str, params: Mapping[str, Scalar], headers: Mapping[str, str]
        ) -> Run:
            """Never ends."""
            reached.set()
            await asyncio.Event().wait()
            return await super().run(tool, params, headers)

    scene = Scene(Hanging())
    task = asyncio.create_task(scene.conductor.ask(Question("uptime", "t1")))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    samples = scene.samples()
    assert samples['pipeline_stage_errors_total{reason="cancelled",stage="execute"}'] == 1
    assert samples['pipeline_requests_total{status="error"}'] == 1


async def test_a_language_model_that_cannot_be_asked_is_a_failed_stage(
    automation: FakeAutomation,
) -> None:
    """The understand stage asks whatever reads sentences through one interface."""

    class Away:
        async def understand(self, sentence: str, catalogue: Catalogue) -> Understanding:
            """Nobody answers."""
            raise UpstreamError(f"no model reads {len(sentence)} characters", "timeout")

    telemetry = Telemetry(EXPOSED[PIPELINE])
    conductor = Conductor(automation, Away(), PipelineMetrics(telemetry))
    reply = await conductor.ask(Question("uptime", "t1"))
    assert reply.error is not None
    assert reply.error.code == Reason.TIMEOUT
    assert b"gen_ai_client" not in telemetry.expose(None, None).body


async def test_the_tool_list_is_asked_for_again_when_it_is_old(automation: FakeAutomation) -> None:
    """A new tool is known after a while; a failed refresh keeps the old list."""
    now = 0.0
    cache = CatalogueCache(automation, clock=lambda: now)
    first = await cache.get({})
    automation.listed = automation.listed[:3]
    assert await cache.get({}) is first
    now += FRESH_SECONDS
    second = await cache.get({})
    assert len(second.cards) == 3
    now += FRESH_SECONDS
    automation.error = ServiceError("away", Reason.BAD_GATEWAY)
    assert await cache.get({}) is second
