"""Stories made from a rule itself, for rules of others whose intent is not known.

They show only that the rule does what its own text says: that it can fire, holds back for its
`for`, and resolves. A wrong threshold passes them. That is called self-consistent, and no more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.mutation.rule_file import FileRule
from opsconductor.monitoring.mutation.tree import (
    Aggregate,
    Binary,
    Call,
    Node,
    Number,
    Selector,
    text,
)
from opsconductor.monitoring.scenario import Firing, Scenario, Series, named
from opsconductor.monitoring.scenarios.story import Case, Story
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, counter, notation, steady
from opsconductor.monitoring.scenarios.watch import Condition, Watch, checks

RATES = ("rate", "increase", "irate")
SUMS = ("sum", "max", "min", "avg")
NEAR = 0.02
"""Of the limit: so far from it are the values on both sides."""
LONGEST = 86_400.0
"""Seconds: a rule that takes longer to fire is not played."""


class ShapeError(ValueError):
    """No scenario can be made from the rule; the message says which part stands in the way."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`op limit` over one selector, perhaps counted by a rate, perhaps aggregated."""

    selector: Selector
    function: str
    grouped: tuple[str, ...] | None
    op: str
    limit: float


def stories(rule: FileRule, clock: Clock) -> Iterator[Story]:
    """A story below the limit, and one that crosses it and comes back. Raises `ShapeError`."""
    if any("{{" in value for value in rule.labels.values()):
        raise ShapeError("its labels are templates, so what it fires with is not known")
    window = 0.0
    if isinstance(rule.expression, Call) and rule.expression.function == "absent":
        yield from _absent(rule, rule.expression, clock)
        return
    shape = _shape(rule.expression)
    window = shape.selector.window or 0.0
    if window + rule.hold > LONGEST:
        raise ShapeError("it takes more than a day to fire")
    hold, span = rule.hold / MINUTE, window / MINUTE
    low, high = _levels(shape)
    yield _story(rule, shape, Case.BELOW, [(hold + span + 5, low)], clock)
    course = [(span + 2, low), (hold + span + 5, high), (span + 5, low)]
    yield _story(rule, shape, Case.ABOVE, course, clock)


def _shape(expression: Node) -> Shape:
    if not isinstance(expression, Binary) or expression.op not in {">", ">=", "<", "<="}:
        raise ShapeError("it does not compare a value with a limit")
    if not isinstance(expression.right, Number) or expression.matching:
        raise ShapeError(f"its limit {text(expression.right)} is no number")
    left, grouped = expression.left, None
    if isinstance(left, Aggregate):
        if left.op not in SUMS or left.grouping == "without" or left.parameter is not None:
            raise ShapeError(f"the aggregation {left.op} {left.grouping} is not understood")
        grouped, left = left.labels, left.inner
    function = ""
    if isinstance(left, Call) and left.function in RATES and len(left.arguments) == 1:
        function, left = left.function, left.arguments[0]
    if not isinstance(left, Selector) or left.offset or bool(left.window) != bool(function):
        raise ShapeError(f"{text(left)} is more than a series or its rate")
    if not left.name or any(each.op not in {"=", "!="} for each in left.matchers):
        raise ShapeError(f"{text(left)} does not say which series it means")
    return Shape(left, function, grouped, expression.op, expression.right.value)


def _levels(shape: Shape) -> tuple[float, float]:
    """A value on the silent side of the limit, and one beyond it."""
    limit = shape.limit
    off = abs(limit) * NEAR or 1.0
    low, high = (limit - off, limit + off) if ">" in shape.op else (limit + off, limit - off)
    if shape.function:
        if max(low, high) <= 0 or high < 0:
            raise ShapeError(f"a rate is never {shape.op} {limit:g}")
        low = max(low, 0.0)
    return low, high


def _story(
    rule: FileRule, shape: Shape, case: Case, course: list[tuple[float, float]], clock: Clock
) -> Story:
    labels = _labels(shape)
    fired = {
        **(
            labels
            if shape.grouped is None
            else {each: labels.get(each, "") for each in shape.grouped}
        ),
        **rule.labels,
    }
    firing = Firing({key: value for key, value in fired.items() if value}, None)
    minutes = sum(lasts for lasts, _ in course)
    window = shape.selector.window or 0.0
    if shape.function:
        scale = window if shape.function == "increase" else 1.0
        events = steady([(lasts, level / scale * MINUTE) for lasts, level in course], clock)
        values = counter(events.counts)

        def value(at: float) -> float:
            seen = 2.0 * clock.step if shape.function == "irate" else window
            found = events.within(at, seen)
            return found if shape.function == "increase" else found / seen
    else:
        levels = [
            level for lasts, level in course for _ in range(round(lasts * MINUTE / clock.step))
        ]
        values = notation([*levels, levels[-1]])

        def value(at: float) -> float:
            return levels[min(int(at // clock.step), len(levels) - 1)]

    def condition(at: float) -> float | None:
        if shape.function and at < clock.step:
            return None
        found = value(at)
        return found if _holds(shape, found) else None

    watch = Watch(rule.alert, condition, rule.hold, lambda _: firing)
    scenario = Scenario(
        name=f"{rule.key}: {case}",
        series={
            named(shape.selector.name, **labels): values,
            **_others(shape, labels, minutes, clock),
        },
        checks=checks([rule.alert], [watch], minutes, clock),
        about=rule.labels,
    )
    return Story(rule.key, case, scenario)


def _others(shape: Shape, labels: Mapping[str, str], minutes: float, clock: Clock) -> Series:
    """For each matcher a series that it must leave out, beyond the limit all the time."""
    high = _levels(shape)[1]
    count = round(minutes * MINUTE / clock.step)
    window = shape.selector.window or 0.0
    if shape.function:
        scale = window if shape.function == "increase" else 1.0
        values = counter([10 * high / scale * clock.step] * count)
    else:
        values = notation([high] * (count + 1))
    return {
        named(shape.selector.name, **{**labels, each.label: f"not {each.value}"}): values
        for each in shape.selector.matchers
        if each.op == "="
    }


def _holds(shape: Shape, value: float) -> bool:
    match shape.op:
        case ">":
            return value > shape.limit
        case ">=":
            return value >= shape.limit
        case "<":
            return value < shape.limit
        case _:
            return value <= shape.limit


def _labels(shape: Shape) -> Mapping[str, str]:
    wanted = {each.label: each.value for each in shape.selector.matchers if each.op == "="}
    grouped = {label: "some" for label in shape.grouped or () if label not in wanted}
    return {**wanted, **grouped}


def _absent(rule: FileRule, expression: Call, clock: Clock) -> Iterator[Story]:
    selector = expression.arguments[0]
    if not isinstance(selector, Selector) or any(each.op != "=" for each in selector.matchers):
        raise ShapeError("what is absent is more than one series")
    labels = {each.label: each.value for each in selector.matchers}
    minutes = rule.hold / MINUTE + 3
    firing = Firing({**labels, **rule.labels}, None)
    for case, values, condition in (
        (Case.ABSENT, {}, 1.0),
        (
            Case.BELOW,
            {named(selector.name, **labels): notation([1.0] * (round(minutes * 2) + 1))},
            None,
        ),
    ):
        watch = Watch(rule.alert, _always(condition), rule.hold, lambda _: firing)
        scenario = Scenario(
            name=f"{rule.key}: {case}",
            series=values,
            checks=checks([rule.alert], [watch], minutes, clock),
            about=rule.labels,
        )
        yield Story(rule.key, case, scenario)


def _always(value: float | None) -> Condition:
    return lambda _: value
