"""In which order rules are evaluated over a history, and which of them only where they matter.

Evaluating everything everywhere is right but slow: `rate(x[6h])` at each of 86,400 instants reads
every sample 720 times. An alert `a and b` yields nothing where `a` yields nothing, so a cheap part
is evaluated everywhere and tells where the whole must be; recorded series that nothing else reads
are recorded only there. The results are the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from opsconductor.monitoring.backtest.expression import Expression, Selector
from opsconductor.monitoring.backtest.rule_file import Rule, RuleGroup

LOOKBACK = 300_000
"""Milliseconds for which Prometheus takes a sample as current, unless told otherwise."""
CHEAP = 0.15
"""A part of an alert is worth asking first when it costs at most this share of the dearest part."""
RECORDED_SHARE = 0.01
"""What reading a second of a recorded series costs, against raw ones: they are fewer by far."""


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


def plan(groups: Iterable[RuleGroup], stored: frozenset[str] = frozenset()) -> Plan:
    """The order and the needs of the rules. Recorded series in `stored` are taken as they are."""
    rules = [rule for group in groups for rule in group.rules]
    rules = [rule for rule in rules if rule.kind == "alert" or rule.name not in stored]
    recorded = frozenset(rule.name for rule in rules if rule.kind == "record")
    steps: list[Step] = []
    for position, rule in enumerate(rules):
        after = [one for one in rules[position:] if one.kind == "record"]
        steps.append(_step(rule, steps, recorded, after))
    return Plan(tuple(_classified(_gated(steps))), recorded)


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
        producers = _producers(selector, before)
        problem = problem or _out_of_order(selector, producers, after)
        for producer in producers:
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
        cost=_cost(expression, before),
        problem=problem,
    )


def _producers(selector: Selector, before: Sequence[Step]) -> list[Step]:
    """The steps that record what the selector reads, as far as their own labels tell."""
    return [
        one
        for one in before
        if one.rule.kind == "record" and selector.may_read(one.rule.name, one.rule.labels)
    ]


def _out_of_order(
    selector: Selector, producers: Sequence[Step], after: Iterable[Rule]
) -> str | None:
    if any(selector.may_read(one.name, one.labels) for one in after):
        return (
            f"it reads {selector.text}, which is recorded only after it: put the recording rule "
            "first, or the rule judges values that are one evaluation old"
        )
    if not producers:
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


def _cost(expression: Expression, before: Sequence[Step]) -> float:
    """Seconds of raw series that one evaluation reads, about; never 0."""
    total = 1.0
    for selector in expression.selectors:
        producers = _producers(selector, before)
        seconds = selector.reach / 1000
        total += sum(one.cost for one in producers)
        total += seconds * RECORDED_SHARE if producers else seconds
    return total


def _gated(steps: Sequence[Step]) -> list[Step]:
    """The steps, each alert with the cheap conditions that tell where it can yield anything."""
    return [_with_gate(one, steps) if one.rule.kind == "alert" else one for one in steps]


def _with_gate(step: Step, steps: Sequence[Step]) -> Step:
    if step.expression is None:
        return step
    before = steps[: step.position]
    gate: list[tuple[str, ...]] = []
    reads: list[int] = []
    for parts in step.expression.alternatives():
        costs = [_cost(part, before) for part in parts]
        cheap = [
            part for part, cost in zip(parts, costs, strict=True) if cost <= CHEAP * max(costs)
        ]
        if not cheap:
            return step
        gate.append(tuple(part.text for part in cheap))
        reads += [position for part in cheap for position in _read_by(part, before)]
    return replace(step, gate=tuple(gate), gate_reads=tuple(dict.fromkeys(reads)))


def _read_by(expression: Expression, before: Sequence[Step]) -> list[int]:
    return [one.position for each in expression.selectors for one in _producers(each, before)]


def _classified(steps: Sequence[Step]) -> list[Step]:
    """Which recording rules no alert needs, and which are needed only at some instants."""
    needed = _closure(steps, [p for s in steps if s.rule.kind == "alert" for p in s.reads])
    everywhere: list[int] = []
    for step in steps:
        if step.rule.kind == "alert":
            everywhere += step.gate_reads if step.gate else step.reads
        if step.rule.kind == "alert" or step.position in needed:
            everywhere += _read_beyond_the_instant(step, steps)
    full = _closure(steps, everywhere)
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


def _read_beyond_the_instant(step: Step, steps: Sequence[Step]) -> list[int]:
    """What the step reads at other instants than its own, or from another group."""
    if step.expression is None:
        return []
    group = (step.rule.file, step.rule.group)
    return [
        one.position
        for selector in step.expression.selectors
        for one in _producers(selector, steps[: step.position])
        if not selector.same_instant or (one.rule.file, one.rule.group) != group
    ]


def _closure(steps: Sequence[Step], start: Iterable[int]) -> frozenset[int]:
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        position = waiting.pop()
        if position not in found:
            found.add(position)
            waiting += steps[position].reads
    return frozenset(found)
