"""One rule of a backtest with what it needs of others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.backtest.expression import Expression, Selector
from opsconductor.monitoring.backtest.rule_file import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule with what it needs. `position` is its place in the order of evaluation.

    `reads` are the steps whose recorded series it reads, `inputs` the selectors of what is not
    recorded here, its own and those of what it reads; `reach` how many milliseconds before an
    instant they go. `gate`, if not empty, are alternatives of conditions that tell where the
    expression can yield anything; `on_demand` says that only other rules' instants matter.
    `problem` says why the rule cannot be judged.
    """

    position: int
    rule: Rule
    expression: Expression | None
    reads: tuple[int, ...] = ()
    inputs: tuple[Selector, ...] = ()
    reach: int = 0
    cost: float = 1
    gate: tuple[tuple[str, ...], ...] = ()
    gate_reads: tuple[int, ...] = ()
    needed: bool = True
    on_demand: bool = False
    problem: str | None = None


def producers(selector: Selector, before: Iterable[Step]) -> list[Step]:
    """The steps that record what the selector reads, as far as their own labels tell."""
    return [
        one
        for one in before
        if one.rule.kind == "record" and selector.may_read(one.rule.name, one.rule.labels)
    ]


def read_beyond_the_instant(step: Step, steps: Sequence[Step]) -> list[int]:
    """What the step reads at other instants than its own, or from another group."""
    if step.expression is None:
        return []
    group = (step.rule.file, step.rule.group)
    return [
        one.position
        for selector in step.expression.selectors
        for one in producers(selector, steps[: step.position])
        if not selector.same_instant or (one.rule.file, one.rule.group) != group
    ]


def closure(steps: Sequence[Step], start: Iterable[int]) -> frozenset[int]:
    """These steps and all that they read, directly or through others."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        position = waiting.pop()
        if position not in found:
            found.add(position)
            waiting += steps[position].reads
    return frozenset(found)
