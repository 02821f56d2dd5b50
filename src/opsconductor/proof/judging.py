"""From the instants at which a rule yielded something to what it did, and what cannot be said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.backtest.alert_state import episodes, runs
from opsconductor.monitoring.backtest.outcome import (
    Alert,
    Input,
    RuleOutcome,
    Span,
    Verdict,
    unexpanded,
)
from opsconductor.monitoring.backtest.step import Step
from opsconductor.monitoring.durations import duration
from opsconductor.proof.coverage import Coverage
from opsconductor.proof.evaluation import Evaluated, Evaluation

YOUNG = 3_600_000
"""Milliseconds: windows up to an hour are full before anybody asks."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds: what was asked for, what of it the history has, where evaluation begins."""

    asked: Span
    judged: Span
    begin: int


def rule_outcome(
    step: Step,
    evaluation: Evaluation,
    evaluated: Evaluated,
    covered: Coverage,
    times: Times,
) -> RuleOutcome:
    """What an alerting rule did in the judged time."""
    inputs = tuple(covered.inputs[text] for text in dict.fromkeys(one.text for one in step.inputs))
    why = evaluated.problems.get(step.position) or _unproven(inputs)
    grid = evaluation.instants(step, times.begin, times.judged[1])
    if why or grid is None:
        return RuleOutcome(
            rule=step.rule,
            verdict=Verdict.UNPROVEN,
            why=why or "the history is shorter than one evaluation interval",
            inputs=inputs,
        )
    alerts = []
    for labels, instants in sorted(evaluated.present[step.position].items()):
        found = episodes(
            runs(instants, step.rule.interval),
            interval=step.rule.interval,
            hold=step.rule.hold,
            keep=step.rule.keep,
            last=grid.last,
        )
        kept = tuple(one for one in found if one.ended is None or one.ended > times.judged[0])
        if kept:
            alerts.append(Alert(labels, kept))
    return RuleOutcome(
        rule=step.rule,
        verdict=Verdict.JUDGED,
        alerts=tuple(alerts),
        inputs=inputs,
        notes=tuple(_notes(step, inputs, times)),
    )


def _unproven(inputs: Sequence[Input]) -> str:
    """Why the inputs let nothing be said; empty where they do."""
    if inputs and not any(one.share for one in inputs):
        return f"no sample of {', '.join(one.selector for one in inputs)}"
    falling = [one for one in inputs if one.falls]
    if falling:
        one = falling[0]
        return f"{one.selector} is read as a counter, but {one.falls[0]} only falls"
    return ""


def _notes(step: Step, inputs: Iterable[Input], times: Times) -> Iterable[str]:
    missing = [one.selector for one in inputs if not one.share]
    if missing:
        yield f"no sample of {', '.join(missing)}: that part of the rule is not proven"
    if times.begin > times.judged[0] - step.reach and step.reach > YOUNG:
        yield (
            f"it looks back {duration(step.reach / 1000)}: until so long after the history's "
            "begin it judges what there is"
        )
    for name in unexpanded(step.rule):
        yield f"the template of the label {name} is not expanded"
