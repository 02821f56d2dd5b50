"""In which order rules are evaluated over a history, and which of them only where they matter.

Evaluating everything everywhere is right but slow: `rate(x[6h])` at each of 86,400 instants reads
every sample 720 times. An alert `a and b` yields nothing where `a` yields nothing, so a cheap part
is evaluated everywhere and tells where the whole must be; recorded series that nothing else reads
are recorded only there. The results are the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from opsconductor.monitoring.backtest.expression import Expression, Selector
from opsconductor.monitoring.backtest.gating import SeriesCounts, cost, gated
from opsconductor.monitoring.backtest.rule_file import Rule, RuleGroup
from opsconductor.monitoring.backtest.step import (
    Step,
    closure,
    producers,
    read_beyond_the_instant,
)

LOOKBACK = 300_000
"""Milliseconds for which Prometheus takes a sample as current, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every rule, in the order of evaluation; a rule reads only what stands before it."""

    steps: tuple[Step, ...]
    recorded: frozenset[str] = field(default_factory=frozenset)

    @property
    def alerts(self) -> tuple[Step, ...]:
        """The alerting rules."""
        return tuple(step for step in self.steps if step.rule.kind == "alert")

    @property
    def warm_up(self) -> int:
        """Milliseconds of history before the first judged instant that have a say in it."""
        return max((one.reach + one.rule.hold + one.rule.keep for one in self.alerts), default=0)


def plan(
    groups: Iterable[RuleGroup],
    stored: frozenset[str] = frozenset(),
    counts: SeriesCounts = lambda _: 1,
) -> Plan:
    """The order and the needs of the rules. Recorded series in `stored` are taken as they are.

    `counts` says how many series selectors have; what is asked first depends on it, the results do
    not.
    """
    rules = [rule for group in groups for rule in group.rules]
    rules = [rule for rule in rules if rule.kind == "alert" or rule.name not in stored]
    recorded = frozenset(rule.name for rule in rules if rule.kind == "record")
    steps: list[Step] = []
    for position, rule in enumerate(rules):
        after = [one for one in rules[position:] if one.kind == "record"]
        step = _step(rule, steps, recorded, after)
        if step.expression is not None:
            step = replace(step, cost=cost(step.expression, steps, counts))
        steps.append(step)
    return Plan(tuple(_classified(gated(steps, counts))), recorded)


def _step(
    rule: Rule, before: Sequence[Step], recorded: frozenset[str], after: Sequence[Rule]
) -> Step:
    position = len(before)
    try:
        expression = Expression(rule.expr)
    except ValueError as error:
        return Step(position=position, rule=rule, expression=None, problem=str(error))
    reads, inputs, reach = [], [], 0
    problem = None
    for selector in expression.selectors:
        if selector.name not in recorded:
            inputs.append(selector)
            reach = max(reach, selector.reach or LOOKBACK)
            problem = problem or _nameless(selector, recorded)
            continue
        made_by = producers(selector, before)
        problem = problem or _out_of_order(selector, made_by, after)
        for producer in made_by:
            reads.append(producer.position)
            inputs += producer.inputs
            reach = max(reach, (selector.reach or LOOKBACK) + producer.reach)
            if producer.problem and not problem:
                problem = (
                    f"it reads {producer.rule.name} ({producer.rule.place}): {producer.problem}"
                )
    return Step(
        position=position,
        rule=rule,
        expression=expression,
        reads=tuple(dict.fromkeys(reads)),
        inputs=tuple(dict.fromkeys(inputs)),
        reach=reach,
        problem=problem,
    )


def _out_of_order(selector: Selector, made_by: Sequence[Step], after: Iterable[Rule]) -> str | None:
    if any(selector.may_read(one.name, one.labels) for one in after):
        return (
            f"it reads {selector.text}, which is recorded only after it: put the recording rule "
            "first, or the rule judges values that are one evaluation old"
        )
    if not made_by:
        return (
            f"it reads {selector.text}, but no rule records {selector.name} with such labels: "
            "correct the matchers, or judge it together with the rule that does"
        )
    return None


def _nameless(selector: Selector, recorded: frozenset[str]) -> str | None:
    if selector.name is None and recorded:
        return (
            f"{selector.text} names no metric, so it is not known which recorded series it reads; "
            "name the metric"
        )
    if selector.name in {"ALERTS", "ALERTS_FOR_STATE"}:
        return f"it reads {selector.name}, which only a running Prometheus writes"
    return None


def _classified(steps: Sequence[Step]) -> list[Step]:
    """Which recording rules no alert needs, and which are needed only at some instants."""
    needed = closure(steps, [p for s in steps if s.rule.kind == "alert" for p in s.reads])
    everywhere: list[int] = []
    for step in steps:
        if step.rule.kind == "alert":
            everywhere += step.gate_reads if step.gate else step.reads
        if step.rule.kind == "alert" or step.position in needed:
            everywhere += read_beyond_the_instant(step, steps)
    full = closure(steps, everywhere)
    return [
        step
        if step.rule.kind == "alert"
        else replace(
            step,
            needed=step.position in needed and step.problem is None,
            on_demand=step.position not in full,
        )
        for step in steps
    ]
