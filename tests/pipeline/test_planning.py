"""From chosen tools and named things to steps."""

from collections.abc import Mapping
from typing import Any

import pytest

from opsconductor.client.automation_answers import ToolParameter
from opsconductor.pipeline.matching import rank
from opsconductor.pipeline.planning import MOST_STEPS, Choice, Plan, plan, problem_with
from opsconductor.pipeline.profiles import Catalogue
from opsconductor.pipeline.rule_based import read


def plan_for(sentence: str, catalogue: Catalogue) -> Plan:
    """The plan for the best tool of every intent."""
    return plan(
        [
            Choice(intent, rank(intent, catalogue, tuple(catalogue.cards))[0].card)
            for intent in read(sentence, catalogue).intents
        ]
    )


def steps_of(found: Plan) -> list[Mapping[str, Any]]:
    """The steps' tools and parameters."""
    return [{"tool": step.card.name, **step.params} for step in found.steps]


def test_several_values_make_several_steps(catalogue: Catalogue) -> None:
    """Two hosts and two ports are four connections."""
    found = plan_for("check tcp ports 22 and 80 on localhost and 10.0.0.1", catalogue)
    assert [(s["host"], s["port"]) for s in steps_of(found)] == [
        ("localhost", 22),
        ("localhost", 80),
        ("10.0.0.1", 22),
        ("10.0.0.1", 80),
    ]


def test_a_written_pair_of_host_and_port_stays_a_pair(catalogue: Catalogue) -> None:
    """Two pairs are two connections, not four."""
    found = plan_for("are a.example:22 and b.example:80 reachable", catalogue)
    assert [(s["host"], s["port"]) for s in steps_of(found)] == [
        ("a.example", 22),
        ("b.example", 80),
    ]


def test_equal_steps_run_once(catalogue: Catalogue) -> None:
    """What is asked twice in one sentence is done once."""
    assert steps_of(plan_for("check the disks and the disk space", catalogue)) == [
        {"tool": "disk_usage"}
    ]


def test_a_second_question_borrows_what_the_first_one_names(catalogue: Catalogue) -> None:
    """In "resolve x and ping it", it is x; the other way round works as well."""
    found = plan_for("resolve example.org and ping it", catalogue)
    assert steps_of(found)[1] == {"tool": "ping", "host": "example.org"}
    found = plan_for("ping and resolve example.org", catalogue)
    assert steps_of(found)[0] == {"tool": "ping", "host": "example.org"}


def test_more_steps_than_one_sentence_may_ask_for_are_refused(catalogue: Catalogue) -> None:
    """The plan says how many it would be."""
    ports = ", ".join(str(port) for port in range(1, MOST_STEPS + 2))
    assert plan_for(f"are ports {ports} open on localhost", catalogue).too_many == MOST_STEPS + 1


@pytest.mark.parametrize(
    ("value", "problem"),
    [(0, "the least is 1"), (1, ""), (20, ""), (21, "the most is 20")],
)
def test_a_value_outside_its_range_is_told_with_the_range(value: int, problem: str) -> None:
    """The bounds themselves are allowed."""
    parameter = ToolParameter(name="count", type="integer", min_value=1, max_value=20)
    assert problem_with(parameter, value) == problem


def test_a_text_is_held_against_its_pattern_and_length() -> None:
    """A text that does not match as a whole, or is too long, is a problem."""
    parameter = ToolParameter(name="service", type="string", pattern="[a-z]+", max_value=5)
    assert problem_with(parameter, "cron") == ""
    assert "not allowed" in problem_with(parameter, "cron; rm")
    assert problem_with(parameter, "abcdef") == "the most is 5 characters"
