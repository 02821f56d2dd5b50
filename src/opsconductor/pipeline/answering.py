"""Say in readable sentences what the steps found, and what to do where one failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

from opsconductor.client.automation_answers import Run, Scalar, Table, ToolInfo
from opsconductor.contract import Reason
from opsconductor.pipeline.planning import PlannedStep
from opsconductor.pipeline.tools import example_of

LONGEST_VALUE = 500
_LONGEST_OUTPUT = 300
_ENDINGS = (".", "!", "?", "…")

_ADVICE = {reason.value: reason.advice for reason in Reason}


@dataclass(frozen=True, slots=True)
class FinishedStep:
    """A planned step and how it ended."""

    planned: PlannedStep
    run: Run

    @property
    def reason(self) -> str:
        """Why it failed, a reason of the contract; empty on success."""
        return self.run.error.code if self.run.error and not self.run.success else ""

    @property
    def sentence(self) -> str:
        """What this step found, or how it failed and what to do."""
        return success_sentence(self) if self.run.success else failure_sentence(self)


def answer(steps: Sequence[FinishedStep]) -> str:
    """One sentence for each step, in their order."""
    sentences = list(dict.fromkeys(step.sentence for step in steps))
    if len(sentences) == 1:
        return sentences[0]
    return " ".join(one if one.endswith(_ENDINGS) else f"{one}." for one in sentences)


def table(steps: Sequence[FinishedStep]) -> Table | None:
    """A single step's own table or its facts; for several steps one row each."""
    if len(steps) != 1:
        rows = tuple(
            (step.planned.card.display_name, _target(step), _mark(step), step.sentence)
            for step in steps
        )
        return Table(columns=("tool", "about", "result", "answer"), rows=rows) if rows else None
    found = steps[0].run.metadata
    if found.table is not None or not found.facts:
        return found.table
    return Table(columns=("fact", "value"), rows=tuple(found.facts.items()))


def success_sentence(step: FinishedStep) -> str:
    """The tool's own sentence with its facts, its parameters, and `{output}`, the first line.

    Where a fact of the sentence is absent, the first line alone.
    """
    card = step.planned.card
    first = step.run.output.strip().splitlines()[:1]
    said = first[0][:_LONGEST_OUTPUT] if first else "done, without output"
    known = {"output": said, **_defaults(card), **step.planned.params, **step.run.metadata.facts}
    wanted = [name for _, name, _, _ in Formatter().parse(card.answer) if name]
    if card.answer and all(known.get(name) is not None for name in wanted):
        return card.answer.format_map({name: _shown(known[name]) for name in wanted})
    return f"{card.display_name}: {said}"


def failure_sentence(step: FinishedStep) -> str:
    """Which check failed, why, and what to do next."""
    name, about, run = step.planned.card.display_name, _target(step), step.run
    message = (run.error.message.strip() if run.error else "") or "no reason was given"
    said = message if message.endswith(_ENDINGS) else f"{message}."
    subject = f"{name} ({about})" if about else name
    advice = _ADVICE.get(step.reason, "")
    return f"{subject} did not succeed: {said} {advice}".rstrip()


def _defaults(card: ToolInfo) -> dict[str, Scalar]:
    return {p.name: p.default for p in card.parameters if p.default is not None}


def _target(step: FinishedStep) -> str:
    """What the step was about, from its parameters."""
    required = {p.name for p in step.planned.card.parameters if p.required}
    named = {k: v for k, v in step.planned.params.items() if k in required}
    chosen = named or step.planned.params
    return ", ".join(_shown(value) for value in chosen.values())


def _mark(step: FinishedStep) -> str:
    return "ok" if step.run.success else (step.reason or "failed")


def _shown(value: Scalar) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.2f}".rstrip("0").rstrip(".")
        case None:
            return "unknown"
        case _:
            text = str(value)
            return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def declined(texts: Sequence[str], suggestions: Sequence[ToolInfo]) -> str:
    """Say honestly that no tool does this, and what is nearest."""
    asked = " and ".join(f"“{text}”" for text in texts)
    said = f"No tool here does {asked}."
    offers = []
    for card in suggestions:
        example = example_of(card)
        offers.append(f"{card.display_name} (“{example}”)" if example else card.display_name)
    return f"{said} The nearest are: {'; '.join(offers)}." if offers else said
