"""Turn a chosen tool and what the sentence names into steps with parameters."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from opsconductor.client.automation_answers import Scalar, ToolInfo, ToolParameter
from opsconductor.pipeline.entities import Kind
from opsconductor.pipeline.free_text import text_for
from opsconductor.pipeline.parameters import kinds_for, values_for
from opsconductor.pipeline.tools import example_of
from opsconductor.pipeline.understanding import Intent

MOST_STEPS = 8
"""Steps that one sentence may ask for; more is more likely a misreading than a wish."""

_SINGLE = frozenset({Kind.COUNT, Kind.DURATION})


@dataclass(frozen=True, slots=True)
class Choice:
    """An intent and the tool that was selected for it."""

    intent: Intent
    card: ToolInfo


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One run of a tool: its parameters as they are sent, and the intent it answers."""

    card: ToolInfo
    params: Mapping[str, Scalar]
    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A parameter that the caller must give, or correct where `problem` says what is wrong."""

    card: ToolInfo
    parameter: ToolParameter
    value: Scalar = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, and what keeps them from being run."""

    steps: tuple[PlannedStep, ...] = ()
    missing: tuple[Missing, ...] = ()
    too_many: int = 0


def plan(choices: Sequence[Choice]) -> Plan:
    """Steps for every chosen tool; equal steps once. Never raises."""
    steps: list[PlannedStep] = []
    missing: list[Missing] = []
    for position, choice in enumerate(choices):
        values, absent = _values(choice, _neighbours(choices, position))
        missing.extend(absent)
        if not absent:
            steps.extend(
                PlannedStep(choice.card, params, choice.intent.text)
                for params in _combinations(choice, values)
            )
    distinct = {(step.card.name, *sorted(step.params.items())): step for step in reversed(steps)}
    ordered = tuple(reversed(distinct.values()))
    if len(ordered) > MOST_STEPS:
        return Plan(ordered[:MOST_STEPS], tuple(missing), too_many=len(ordered))
    return Plan(ordered, tuple(missing))


def _values(
    choice: Choice, neighbours: Iterable[Intent]
) -> tuple[dict[str, list[Scalar]], list[Missing]]:
    """The values for each parameter, and what is missing or wrong."""
    values: dict[str, list[Scalar]] = {}
    missing: list[Missing] = []
    neighbours = tuple(neighbours)
    for parameter in choice.card.parameters:
        found = _values_of(parameter, choice, neighbours)
        wrong = [value for value in found if problem_with(parameter, value)]
        if wrong:
            problem = problem_with(parameter, wrong[0])
            missing.append(Missing(choice.card, parameter, wrong[0], problem))
        elif parameter.required and not found:
            missing.append(Missing(choice.card, parameter))
        elif found:
            values[parameter.name] = found
    return values, missing


def _values_of(
    parameter: ToolParameter, choice: Choice, neighbours: Iterable[Intent]
) -> list[Scalar]:
    intent = choice.intent
    if parameter.format == "text" and parameter.required:
        text = text_for(choice.card, intent)
        return [text] if text else []
    found = values_for(parameter, intent.entities, intent.words)
    if not found and parameter.required:
        # "resolve example.com and ping it": what another part of the sentence names.
        for other in neighbours:
            found = values_for(parameter, other.entities, other.words)
            if found:
                break
    return found[:1] if _SINGLE & {*kinds_for(parameter)} else found


def _neighbours(choices: Sequence[Choice], position: int) -> list[Intent]:
    """The other intents, the one just before first, then those further back, then those after."""
    before = [choice.intent for choice in reversed(choices[:position])]
    return [*before, *(choice.intent for choice in choices[position + 1 :])]


def _combinations(choice: Choice, values: Mapping[str, list[Scalar]]) -> list[dict[str, Scalar]]:
    """One set of parameters for each combination, written pairs of host and port kept together."""
    names = list(values)
    every = [dict(zip(names, row, strict=True)) for row in product(*values.values())]
    pairs = [
        (mention.host, mention.value)
        for mention in choice.intent.entities.of(Kind.PORT)
        if mention.host
    ]
    formats = {str(parameter.format): parameter.name for parameter in choice.card.parameters}
    host, port = formats.get("host", ""), formats.get("port", "")
    if not pairs or host not in values or port not in values:
        return every
    paired = {one for one, _ in pairs}
    return [
        row for row in every if (row[host], row[port]) in pairs or row[host] not in paired
    ]  # fmt: skip


def problem_with(parameter: ToolParameter, value: Scalar) -> str:
    """Why the value cannot be used, as a clause; empty where it can."""
    unit = ""
    if isinstance(value, str):
        if parameter.pattern and not re.fullmatch(parameter.pattern, value):
            return "it has characters that are not allowed there"
        size: float = len(value)
        unit = " characters"
    elif isinstance(value, int | float):
        size = value
    else:
        return ""
    if parameter.min_value is not None and size < parameter.min_value:
        return f"the least is {parameter.min_value:g}{unit}"
    if parameter.max_value is not None and size > parameter.max_value:
        return f"the most is {parameter.max_value:g}{unit}"
    return ""


def question(missing: Sequence[Missing]) -> str:
    """Ask for what is missing, in readable sentences with an example."""
    sentences = dict.fromkeys(map(_ask, missing))
    examples = dict.fromkeys(example_of(one.card).rstrip("?.") for one in missing)
    shown = " or ".join(f"“{example}”" for example in examples if example)
    return " ".join((*sentences, *([f"For example: {shown}."] if shown else ())))


def _ask(missing: Missing) -> str:
    tool, label = missing.card.display_name, missing.parameter.name.replace("_", " ")
    if missing.problem:
        return f"“{tool}” cannot use {missing.value!r} for {label}: {missing.problem}."
    what = missing.parameter.description.rstrip(".") or label
    if what[1:2].islower():
        what = what[0].lower() + what[1:]
    return f"Which {label} do you mean? “{tool}” needs it: {what}."
