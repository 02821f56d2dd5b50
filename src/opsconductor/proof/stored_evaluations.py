"""When in its interval a group of rules was evaluated, as what it stored then tells."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from opsconductor.monitoring.backtest.outcome import Span
from opsconductor.monitoring.backtest.rule_file import Rule, RuleGroup
from opsconductor.proof.evaluation import GroupKey
from opsconductor.proof.range_query import RangeQueries
from opsconductor.proof.task_group import task_group

DAY = 86_400_000
AT_ONCE = 3
"""Groups that are looked up at once: as many as there are queries under way later."""
STORED_STEP = 300
"""Seconds: a sample is found by steps as long as the look-back."""


async def stored_phases(
    server: RangeQueries, groups: Iterable[RuleGroup], span: Span
) -> dict[GroupKey, int]:
    """When in its interval each group was evaluated, where the history has what it wrote then.

    Prometheus evaluates a group at a fixed offset of its interval, made from its name and file;
    what it stores bears exactly that time.
    """
    phases: dict[GroupKey, int] = {}
    groups = tuple(groups)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(group: RuleGroup) -> None:
        async with slots:
            stored = await _newest_stored(server, stored_by(group, groups), span)
        if stored is not None:
            phases[group.file, group.name] = stored % group.interval

    async with task_group() as tasks:
        for group in groups:
            tasks.create_task(one(group))
    return phases


async def _newest_stored(server: RangeQueries, selectors: Sequence[str], span: Span) -> int | None:
    if not selectors:
        return None
    # Day by day: the time that `timestamp()` takes grows with the square of the window.
    for end in range(span[1], span[0], -DAY):
        length = max(1, (end - max(span[0], end - DAY)) // 1000)
        # A short history needs more looks than its length has look-backs.
        window = f"[{length}s:{min(STORED_STEP, max(1, length // 100))}s]"
        each = [f"max(max_over_time(timestamp({one}){window}))" for one in selectors]
        found = await server.at(f"max({' or '.join(_tagged(each))})", end)
        if found:
            return round(float(found[0]["value"][1]) * 1000)
    return None


def stored_by(group: RuleGroup, groups: Iterable[RuleGroup]) -> list[str]:
    """Selectors of what this group stores and no other: names alone do not tell, labels may."""
    others = Counter(key for each in groups for key in {_stored_as(rule) for rule in each.rules})
    return sorted(key for key in {_stored_as(rule) for rule in group.rules} if others[key] == 1)


def _stored_as(rule: Rule) -> str:
    # A template's value is not known here.
    labels = {name: value for name, value in rule.labels.items() if "{{" not in value}
    name = rule.name
    if rule.kind == "alert":
        name, labels = "ALERTS", {**labels, "alertname": rule.name}
    inner = ",".join(f"{key}={json.dumps(value)}" for key, value in sorted(labels.items()))
    return f"{name}{{{inner}}}"


def _tagged(expressions: Sequence[str]) -> Iterable[str]:
    """Expressions that stay apart under `or`."""
    for number, one in enumerate(expressions):
        yield f'label_replace({one}, "n", "{number}", "", "")'
