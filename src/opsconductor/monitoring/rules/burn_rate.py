"""The burn tiers: the error budget of each objective is spent too fast, over two windows."""

from opsconductor.contract import recorded
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings, number, percent
from opsconductor.objectives import MIN_ERRORS_FOR_BURN, OBJECTIVES, BurnTier, Objective


def alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """One rule per objective and tier.

    Burn is the error ratio divided by the budget; "success below the target" would be a burn of 1
    whatever the tier. Both windows must burn: the long one says that it matters, the short one
    that it still goes on.
    """
    return tuple(
        _tier(given, objective, tier) for objective in OBJECTIVES for tier in given.limits.tiers
    )


def _tier(given: RuleSettings, objective: Objective, tier: BurnTier) -> AlertingRule:
    budget, factor = number(objective.budget), number(tier.factor)
    of = f'{{service="{objective.service}"}}'
    long_ratio = recorded.ERROR_RATIO[tier.long_window].name
    short_ratio = recorded.ERROR_RATIO[tier.short_window].name
    errors = recorded.ERROR_RATE[tier.long_window].name
    seconds = number(given.scale.seconds(tier.long_window))
    long, short = given.scale.window(tier.long_window), given.scale.window(tier.short_window)
    return AlertingRule(
        alert=tier.alert,
        expr=(
            f"{long_ratio}{of} / {budget} > {factor}\nand\n"
            f"{short_ratio}{of} / {budget} > {factor}\nand\n"
            f"{errors}{of} * {seconds} >= {MIN_ERRORS_FOR_BURN}"
        ),
        hold=given.scale.hold(tier.hold),
        severity=tier.severity,
        labels={"service": objective.service, "slo": objective.name},
        summary=(
            f"{objective.service}: the error budget of {objective.name} is spent "
            '{{ $value | printf "%.1f" }} times too fast'
        ),
        description=(
            f"Over {long} errors spend the budget of {percent(objective.budget)} "
            '{{ $value | printf "%.1f" }} times as fast as it lasts, and over '
            f"{short} still more than {factor} times; the limit is {factor} "
            f"(success below {percent(1 - tier.factor * objective.budget)})."
        ),
        runbook_url=given.runbook_url(tier.alert),
    )
