"""Random traffic for whatever a set of rules reads: seeded, so that it can be told again."""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from opsconductor.contract import BY_NAME, Family
from opsconductor.monitoring.mutation.rule_file import FileRule
from opsconductor.monitoring.mutation.tree import Aggregate, Number, Selector, nodes
from opsconductor.monitoring.scenario import Check, Scenario, Series, Value, named
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, counter, notation
from opsconductor.monitoring.targets import JOBS

COUNTERS = ("_total", "_bucket", "_count", "_sum")
TOLD_APART = ("tool", "rule_group", "integration", "path", "platform")
"""Labels with open values, of which two are made up."""
RATES = (0.0, 0.0, 0.02, 0.4, 3.0, 25.0)
"""Events in a step: often none, seldom a burst."""
MOST_LABEL_SETS = 24


def random_scenario(rules: Sequence[FileRule], clock: Clock, minutes: float, seed: int) -> Scenario:
    """Traffic with bursts, pauses, gaps and restarts; every alert and record is looked at often."""
    dice = random.Random(seed)  # noqa: S311  no secret hangs on it
    count = round(minutes * MINUTE / clock.step)
    series: Series = {}
    for name, sets in _inputs(rules).items():
        series |= _exposed(name, sets, count, _numbers(rules), dice)
    instants = [at / MINUTE for at in clock.instants(minutes)]
    alerts = dict.fromkeys(rule.alert for rule in rules if rule.alert)
    records = dict.fromkeys(rule.record for rule in rules if rule.record)
    return Scenario(
        name=f"random traffic {seed}",
        series=series,
        checks=[Check(at, alert) for alert in alerts for at in instants],
        values=[Value(at, record, {}) for record in records for at in instants[1::7]],
        step=clock.step,
    )


def _inputs(rules: Sequence[FileRule]) -> Mapping[str, list[Mapping[str, str]]]:
    """By name of a series that comes from outside, label sets that it may have."""
    recorded = {rule.record for rule in rules}
    selectors = [each for rule in rules for each in rule.selectors if each.name not in recorded]
    grouped = sorted(
        {
            label
            for rule in rules
            for node in nodes(rule.expression)
            if isinstance(node, Aggregate)
            for label in node.labels
        }
    )
    return {
        name: list(_label_sets(name, [one for one in selectors if one.name == name], grouped))
        for name in dict.fromkeys(each.name for each in selectors)
    }


def _label_sets(
    name: str, selectors: Sequence[Selector], grouped: Sequence[str]
) -> Iterator[Mapping[str, str]]:
    family = _family(name)
    if family is not None:
        values = {one.name: one.values or ("echo", "ping") for one in family.labels}
    else:
        values = {
            matcher.label: (*matcher.value.split("|"), "another")
            for each in selectors
            for matcher in each.matchers
            if matcher.label != "job"
        } | {label: ("a", "b") for label in grouped if label in TOLD_APART}
    for number, chosen in enumerate(product(*values.values())):
        job = list(JOBS)[number % len(JOBS)]
        where = {"job": job, "service": JOBS[job], "instance": f"{job}:{number}"}
        if number < MOST_LABEL_SETS:
            yield {**dict(zip(values, chosen, strict=True)), **where}
    if family is None:
        for job, service in JOBS.items():
            first = {label: each[0] for label, each in values.items()}
            yield {**first, "job": job, "service": service, "instance": f"{job}:1"}


def _family(name: str) -> Family | None:
    parts = (name.removesuffix(suffix) for suffix in ("", "_bucket", "_count", "_sum"))
    return next((BY_NAME[part] for part in parts if part in BY_NAME), None)


def _numbers(rules: Sequence[FileRule]) -> list[float]:
    found = {
        node.value for rule in rules for node in nodes(rule.expression) if isinstance(node, Number)
    }
    return sorted(found)


def _exposed(
    name: str,
    sets: Sequence[Mapping[str, str]],
    count: int,
    numbers: Sequence[float],
    dice: random.Random,
) -> Series:
    series: Series = {}
    family = BY_NAME.get(name.removesuffix("_bucket"))
    for labels in sets:
        if family is not None and family.buckets and name == family.bucket:
            growing = [0.0] * count
            for bound in (*map(str, family.buckets), "+Inf"):
                growing = [a + b for a, b in zip(growing, _counts(count, dice), strict=True)]
                series[named(name, le=bound, **labels)] = counter(growing)
        elif name.endswith(COUNTERS):
            restarts = dice.sample(range(1, count), k=dice.choice((0, 0, 1)))
            missed = dice.sample(range(1, count), k=dice.choice((0, 0, 2)))
            counts = _counts(count, dice)
            series[named(name, **labels)] = counter(counts, restarts=restarts, missed=missed)
        else:
            series[named(name, **labels)] = notation(_gauge(name, count, numbers, dice))
    return series


def _counts(count: int, dice: random.Random) -> list[float]:
    found: list[float] = []
    while len(found) < count:
        rate = dice.choice(RATES)
        found += [rate] * dice.randint(3, max(4, count // 3))
    return found[:count]


def _gauge(
    name: str, count: int, numbers: Sequence[float], dice: random.Random
) -> list[float | None]:
    if name == "up":
        levels = [0.0, 1.0, 1.0]
    else:
        levels = [0.0, 1.0, *(value * part for value in numbers for part in (0.5, 0.97, 1.03, 2))]
    found: list[float | None] = []
    while len(found) <= count:
        value = dice.choice([*levels, None])
        found += [value] * dice.randint(3, max(4, count // 3))
    return found[: count + 1]
