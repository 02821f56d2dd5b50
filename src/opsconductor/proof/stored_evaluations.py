"""When in its interval a group of rules was evaluated, as what it stored then tells."""

from collections.abc import Iterable, Sequence

from opsconductor.monitoring.backtest.outcome import Span
from opsconductor.monitoring.backtest.rule_file import RuleGroup
from opsconductor.proof.evaluation import GroupKey
from opsconductor.proof.range_query import RangeQueries

DAY = 86_400_000
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
    for group in groups:
        stored = await _newest_stored(server, group, span)
        if stored is not None:
            phases[group.file, group.name] = stored % group.interval
    return phases


async def _newest_stored(server: RangeQueries, group: RuleGroup, span: Span) -> int | None:
    alerts = {rule.name for rule in group.rules if rule.kind == "alert"}
    selectors = [f'ALERTS{{alertname="{name}"}}' for name in sorted(alerts)]
    selectors += sorted({rule.name for rule in group.rules if rule.kind == "record"})
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


def _tagged(expressions: Sequence[str]) -> Iterable[str]:
    """Expressions that stay apart under `or`."""
    for number, one in enumerate(expressions):
        yield f'label_replace({one}, "n", "{number}", "", "")'
