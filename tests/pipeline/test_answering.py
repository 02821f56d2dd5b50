"""What a finished step is told as."""

import pytest

from opsconductor.client.automation_answers import Run, RunMetadata, ToolInfo
from opsconductor.pipeline.answering import FinishedStep
from opsconductor.pipeline.planning import PlannedStep


def told(sentence: str, output: str, facts: dict[str, str | int]) -> str:
    """The answer of a tool with this sentence, after a run with this output and these facts."""
    card = ToolInfo(
        name="line_count",
        display_name="Line count",
        description="Counts.",
        category="storage",
        platform="linux",
        answer=sentence,
    )
    run = Run(success=True, output=output, trace_id="t", metadata=RunMetadata(facts=facts))
    return FinishedStep(PlannedStep(card, {"path": "/etc/passwd"}, "count"), run).sentence


@pytest.mark.parametrize(
    ("sentence", "output", "expected"),
    [
        ("{path} has {lines} lines.", "", "/etc/passwd has 3 lines."),
        ("Lines: {output}", "3 /etc/passwd\nmore", "Lines: 3 /etc/passwd"),
        ("{absent} lines.", "3 /etc/passwd\n", "Line count: 3 /etc/passwd"),
        ("{absent} lines.", "", "Line count: done, without output"),
        ("", "3 /etc/passwd", "Line count: 3 /etc/passwd"),
    ],
)
def test_a_sentence_is_filled_from_facts_parameters_and_output(
    sentence: str, output: str, expected: str
) -> None:
    """A tool without a parser is answered too, and a missing fact never leaves a hole."""
    assert told(sentence, output, {"lines": 3}) == expected


def test_a_fact_called_output_wins() -> None:
    """What a parser found out is closer to the truth than the first line."""
    assert told("{output}", "line", {"output": "fact"}) == "fact"
