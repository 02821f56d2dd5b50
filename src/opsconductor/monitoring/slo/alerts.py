"""Alerts of an objective: burn tiers, OpenSLO's own conditions, and an indicator that is gone."""

from opsconductor.contract import recorded
from opsconductor.monitoring.numbers import number, percent
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.slo.burn import burn
from opsconductor.monitoring.slo.promise import BASE_WINDOW, Promise
from opsconductor.monitoring.slo.references import PlacedCondition
from opsconductor.objectives import MIN_ERRORS_FOR_BURN, THRESHOLDS, BurnTier

ABSENT = "SLOIndicatorAbsent"
CONDITION = "SLOCondition"
"""The name of every alert that an OpenSLO condition asks for; the label `condition` tells which."""
CONDITION_PAGE = "SLOBurnRateSlow"
"""A condition is a burning budget, too; its page is this one unless the SLO names another."""
TIER_LABEL = "slo_tier"
SYMBOLS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def alerts(promise: Promise) -> tuple[AlertingRule, ...]:
    """Every alert of the objective."""
    absent = (_absent(promise),) if promise.watch_absence else ()
    return (
        *(_tier(promise, tier) for tier in promise.tiers),
        *(rule for one in promise.conditions for rule in _condition(promise, one)),
        *absent,
    )


def _tier(promise: Promise, tier: BurnTier) -> AlertingRule:
    """Burn is the error ratio divided by the budget, in both windows.

    "Success below the target" would be a burn of 1 whatever the tier. The long window says that it
    matters, the short one that it still goes on. Where events are counted, a few errors on a quiet
    day are too few to judge by; a slice of time weighs the same however many events it had.
    """
    scale, factor, budget = promise.options.scale, number(tier.factor), number(promise.budget)
    clauses = [
        f"{burn(_ratio(promise, window), budget)} > {factor}"
        for window in (tier.long_window, tier.short_window)
    ]
    if not promise.sampled:
        errors = recorded.error_rate(tier.long_window, promise.name(tier.long_window))
        seconds = number(scale.seconds(tier.long_window))
        few = f"{promise.selected(errors.name)} * {seconds} >= {MIN_ERRORS_FOR_BURN}"
        clauses.append(few)
    long, short = scale.window(tier.long_window), scale.window(tier.short_window)
    return AlertingRule(
        alert=tier.alert,
        expr="\nand\n".join(clauses),
        hold=scale.hold(tier.hold),
        severity=tier.severity,
        labels={**promise.labels, TIER_LABEL: tier.tier},
        summary=_spent(promise),
        description=(
            f'Over {long} the burn rate is {{{{ $value | printf "%.1f" }}}}, and over {short} '
            f"still above {factor} (success below {percent(1 - tier.factor * promise.budget)}); at "
            f"a burn rate of 1 the budget of {percent(promise.budget)} lasts exactly its period."
        ),
        runbook_url=_runbook(promise, tier.alert),
    )


def _condition(promise: Promise, placed: PlacedCondition) -> tuple[AlertingRule, ...]:
    """OpenSLO v1 has one window and no guard: exactly that, under the condition's own severity."""
    rules: list[AlertingRule] = []
    written, scale = placed.condition, promise.options.scale
    window = written.lookback_window.seconds
    labels = {
        **promise.labels,
        "condition": placed.name,
        "policy": placed.policy,
        "notify": ",".join(placed.targets),
    }
    if placed.when_breaching:
        symbol, limit = SYMBOLS[written.op], number(written.threshold)
        rules.append(
            AlertingRule(
                alert=CONDITION,
                expr=f"{burn(_ratio(promise, window), number(promise.budget))} {symbol} {limit}",
                hold=scale.hold(written.alert_after.seconds if written.alert_after else 0),
                severity=placed.severity,
                labels=labels,
                summary=_spent(promise) if written.op in {"gt", "gte"} else _lasting(promise),
                description=(
                    f"The condition {placed.name} of {placed.policy} holds: over "
                    f'{scale.window(window)} the burn rate is {{{{ $value | printf "%.1f" }}}} '
                    f"({symbol} {limit}); at a burn rate of 1 the budget of "
                    f"{percent(promise.budget)} lasts exactly its period."
                ),
                runbook_url=_runbook(promise, CONDITION_PAGE),
            )
        )
    if placed.when_no_data:
        rules.append(_absent(promise, severity=placed.severity, labels=labels))
    return tuple(rules)


def _absent(
    promise: Promise, severity: str | None = None, labels: dict[str, str] | None = None
) -> AlertingRule:
    threshold = THRESHOLDS[ABSENT]
    events = recorded.event_rate(BASE_WINDOW, promise.name(BASE_WINDOW))
    base = recorded.SLICE_EVENTS if promise.sampled else events
    return AlertingRule(
        alert=ABSENT,
        expr=f"absent({promise.selected(base.name)})",
        hold=promise.options.scale.hold(threshold.hold),
        severity=severity or threshold.severity,
        labels=labels or promise.labels,
        summary=f"{promise.service}: the indicator of {promise.title} gives no data",
        description=(
            f"No series of the indicator of {promise.title} exists: whether the promise is kept is "
            "unknown, and no burn-rate alert of it can fire."
        ),
        runbook_url=_runbook(promise, ABSENT),
    )


def _ratio(promise: Promise, window: int) -> str:
    return promise.selected(recorded.error_ratio(window, promise.name(window)).name)


def _spent(promise: Promise) -> str:
    return (
        f"{promise.service}: the error budget of {promise.title} is spent "
        '{{ $value | printf "%.1f" }} times too fast'
    )


def _lasting(promise: Promise) -> str:
    """For a condition that holds below its threshold, where nothing need be too fast."""
    return (
        f'{promise.service}: the burn rate of {promise.title} is {{{{ $value | printf "%.1f" }}}}'
    )


def _runbook(promise: Promise, alert: str) -> str:
    return promise.runbook or f"{promise.options.runbooks.rstrip('/')}/{alert}"
