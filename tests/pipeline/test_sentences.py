"""The table of sentences, read and planned without running anything."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.pipeline.fake_automation import FakeAutomation
from tests.pipeline.table import ANSWERED, ASKED_BACK, DECLINED, Expected, Stage

from opsconductor.client.pipeline_answers import Outcome, Reply
from opsconductor.contract import EXPOSED, PIPELINE
from opsconductor.pipeline.conductor import Conductor, Question
from opsconductor.pipeline.metrics import PipelineMetrics
from opsconductor.pipeline.rule_based import RuleBased
from opsconductor.telemetry import Telemetry

STAGE: Stage = {
    "open_port": 8010,
    "other_port": 8000,
    "closed_port": 9,
    "tls_port": 8443,
    "folder": "/srv/files",
    "file": "/srv/files/notes.txt",
    "log": "/var/log/sentences.log",
    "sha256": "-",
    "md5": "-",
}


async def planned(automation: FakeAutomation, expected: Expected) -> Reply:
    """The reply to a dry run of the sentence."""
    metrics = PipelineMetrics(Telemetry(EXPOSED[PIPELINE]))
    conductor = Conductor(automation, RuleBased(), metrics)
    return await conductor.ask(Question(expected.sentence, "t", dry_run=True))


def plan_of(reply: Reply) -> list[Mapping[str, Any]]:
    """The plan in the table's form."""
    return [{"tool": step.tool, **step.params} for step in reply.plan]


@pytest.mark.anyio
@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: row.sentence)
async def test_a_sentence_becomes_the_right_tools_with_the_right_parameters(
    row: Expected, automation: FakeAutomation
) -> None:
    """What is planned is what the sentence asks for, nothing more and nothing less."""
    expected = row.on(STAGE)
    reply = await planned(automation, expected)
    assert plan_of(reply) == list(expected.steps), reply.answer
    assert reply.outcome is Outcome.PLANNED


@pytest.mark.anyio
@pytest.mark.parametrize("row", ASKED_BACK, ids=lambda row: row.sentence)
async def test_a_sentence_that_lacks_something_is_asked_back_about(
    row: Expected, automation: FakeAutomation
) -> None:
    """The question names exactly what is missing or wrong, and gives an example."""
    reply = await planned(automation, row)
    assert [f"{one.tool}.{one.parameter}" for one in reply.missing] == list(row.missing)
    assert reply.outcome is Outcome.NEEDS_INPUT
    assert "For example" in reply.answer


@pytest.mark.anyio
@pytest.mark.parametrize("row", DECLINED, ids=lambda row: row.sentence)
async def test_a_sentence_that_no_tool_answers_is_declined(
    row: Expected, automation: FakeAutomation
) -> None:
    """The pipeline says so and suggests the nearest three tools; it runs nothing."""
    reply = await planned(automation, row)
    assert reply.outcome is Outcome.NO_MATCH, plan_of(reply)
    assert len({one.tool for one in reply.suggestions}) == 3
    assert "No tool here does" in reply.answer
    assert automation.runs == []


def test_the_table_speaks_of_every_tool(automation: FakeAutomation) -> None:
    """Each tool of the catalogue is asked for at least once, in enough different sentences."""
    asked = {step["tool"] for row in ANSWERED for step in row.steps}
    assert asked == {tool.name for tool in automation.listed}
    assert len(ANSWERED) >= 34
    assert len(ASKED_BACK) + len(DECLINED) >= 12
