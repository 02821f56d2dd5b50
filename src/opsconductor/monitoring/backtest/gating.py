"""Which cheap conditions tell where an alert can yield anything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from opsconductor.monitoring.backtest.condition import Recorded, Recordings, condition
from opsconductor.monitoring.backtest.expression import Expression, Matcher, Selector
from opsconductor.monitoring.backtest.step import (
    Step,
    closure,
    producers,
    read_beyond_the_instant,
)
from opsconductor.monitoring.mutation import tree

CHEAP = 0.4
"""A part of an alert is worth asking first when it costs at most this share of the dearest part."""
RECORDED_SHARE = 0.5
"""What reading a second of a recorded series costs, against raw ones: scrapes are twice as often
as evaluations."""
_SEVERAL: Mapping[str, str] = {"": "several rules record it"}
"""Labels that no rule adds."""

SeriesCounts = Callable[[Selector], int]
"""How many series a selector of what is not recorded here has."""


def cost(expression: Expression, before: Iterable[Step], counts: SeriesCounts) -> float:
    """Seconds of raw series that one evaluation reads, about; never 0."""
    before, total = tuple(before), 1.0
    for selector in expression.selectors:
        made_by = producers(selector, before)
        seconds = selector.reach / 1000
        total += sum(one.cost for one in made_by)
        total += seconds * (RECORDED_SHARE if made_by else counts(selector))
    return total


def gated(steps: Sequence[Step], counts: SeriesCounts) -> list[Step]:
    """The steps, each alert with the cheap conditions that tell where it can yield anything."""
    read = closure(steps, [p for s in steps if s.rule.kind == "alert" for p in s.reads])
    beyond = [
        position
        for step in steps
        if step.rule.kind == "alert" or step.position in read
        for position in read_beyond_the_instant(step, steps)
    ]
    everywhere = closure(steps, beyond)
    return [
        _with_gate(one, steps[: one.position], everywhere, counts)
        if one.rule.kind == "alert"
        else one
        for one in steps
    ]


def _with_gate(
    step: Step, before: Sequence[Step], everywhere: frozenset[int], counts: SeriesCounts
) -> Step:
    if step.expression is None:
        return step
    recordings = _recordings(step, before, everywhere)
    gate: list[tuple[str, ...]] = []
    for parts in step.expression.alternatives():
        conditions = [condition(part.text, recordings) for part in parts]
        costs = [cost(Expression(one), before, counts) for one in conditions]
        most = CHEAP * max(costs)
        cheap = [one for one, each in zip(conditions, costs, strict=True) if each <= most]
        # Where none is cheap, the first part is what the alert is about.
        if not cheap and conditions[0] == parts[0].text:
            return step
        gate.append(tuple(cheap or conditions[:1]))
    asked_first = [Expression(one) for alternative in gate for one in alternative]
    reads = [
        producer.position
        for one in asked_first
        for selector in one.selectors
        for producer in producers(selector, before)
    ]
    return replace(step, gate=tuple(gate), gate_reads=tuple(dict.fromkeys(reads)))


def _recordings(step: Step, before: Sequence[Step], everywhere: frozenset[int]) -> Recordings:
    """What a selector in the step's conditions reads of what is recorded before it."""

    def look(selector: tree.Selector) -> Recorded | None:
        matchers = tuple(Matcher(one.label, one.op, one.value) for one in selector.matchers)
        exact = [one.value for one in matchers if (one.label, one.operator) == ("__name__", "=")]
        wanted = Selector(
            selector.name or next(iter(exact), None), matchers, "", 0,
            same_instant=True, counter=False, absent=False,
        )  # fmt: skip
        made_by = producers(wanted, before)
        if not made_by:
            return None
        first, *others = made_by
        if others:
            return Recorded("", _SEVERAL, written_out=False)
        now = selector.window is None and not selector.offset
        aligned = (first.rule.file, first.rule.group) == (step.rule.file, step.rule.group)
        whole = first.position not in everywhere and first.problem is None
        return Recorded(first.rule.expr, first.rule.labels, written_out=now and aligned and whole)

    return look
