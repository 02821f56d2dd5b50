"""The SLO dashboard: how each objective stands, how fast its budget burns, and on what."""

from grafana_foundation_sdk.builders import bargauge, gauge, stat, timeseries
from grafana_foundation_sdk.models.dashboard import (
    DashboardRangeMapOptions,
    RangeMap,
    ValueMappingResult,
)

from opsconductor.contract import recorded
from opsconductor.monitoring.dashboards import panels, queries, slo_queries, slo_tables, tiles
from opsconductor.monitoring.dashboards.frame import choice, frame
from opsconductor.monitoring.dashboards.judged import Steps, led_to_runbooks
from opsconductor.monitoring.dashboards.layout import Board, Row
from opsconductor.monitoring.dashboards.selector import failed_searches
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.slo.tiers import default_tiers
from opsconductor.objectives import DAY, HOUR, PERIOD, BurnTier, Severity

UID = "opsconductor-slo"
ABSENT_ALERT = "SLOIndicatorAbsent"
TIME_STEPS: Steps = ((None, "red"), (3 * DAY, "orange"), (PERIOD, "green"))
"""Ours: less than the widest burn window is a matter for today; from a period on it lasts."""
LASTS = RangeMap(
    DashboardRangeMapOptions(
        from_val=PERIOD, to=None, result=ValueMappingResult(text="lasts", color="green", index=0)
    )
)
"""A budget that outlives its period is given back before it is used up."""
NO_FAILURE = "no tool run failed in this time range"
TIER_COLOURS = {
    Severity.CRITICAL: "red",
    Severity.WARNING: "orange",
    Severity.INFO: "blue",
}


def board(given: RuleSettings) -> Board:
    """Rows and panels from top to bottom."""
    objective = recorded.OBJECTIVE.name
    tiers = default_tiers(PERIOD, given.limits.factors)
    return Board(
        frame(given.settings, UID, "SLO", "Objectives: achieved, budget left, burn, and on what.")
        .with_variable(
            choice(
                "service",
                "Service",
                "Only objectives of these services.",
                f"label_values({objective}, service)",
            )
        )
        .with_variable(
            choice(
                "slo",
                "SLO",
                "Only these objectives.",
                f'label_values({objective}{{service=~"$service"}}, slo)',
            )
        ),
        (
            Row("Standing", (slo_tables.objectives(), slo_tables.firing(given))),
            Row("Error Budget", (_left(), _exhausted(), _left_over_time())),
            Row("Burn Rate", tuple(_burn(given, tier) for tier in tiers)),
            Row("Indicators", (_error_ratio(), _events(given))),
            Row(
                "What Spends the Budget",
                (_burn_by_tool(), _bad_by_tool(), failed_searches().span(panels.THIRD)),
            ),
        ),
    )


def _left() -> gauge.Panel:
    return (
        tiles.dials(
            "Error Budget Left",
            "Share of the error budget that is left, over what is recorded of the period; below 0 "
            "it is overspent.",
            "percentunit",
            slo_tables.LEFT_STEPS,
        )
        .min(0)
        .max(1)
        .decimals(0)
        .with_target(queries.latest(slo_queries.row(slo_queries.left()), "{{slo}}"))
    )


def _exhausted() -> stat.Panel:
    return (
        tiles.tiles(
            "Time to Exhaustion",
            "When the budget of a whole period is used up if the burn of the last "
            f"{duration(slo_queries.FORECAST)} goes on; lasts: not within a period of "
            f"{duration(PERIOD)}.",
            "s",
            TIME_STEPS,
        )
        .mappings([LASTS])
        .with_target(queries.latest(slo_queries.row(slo_queries.exhausted_in()), "{{slo}}"))
    )


def _left_over_time() -> timeseries.Panel:
    panel = (
        panels.graph(
            "Error Budget over Time",
            "Share of the error budget that is left. The dashed line at 0 is where the promise is "
            "broken.",
            "percentunit",
            floor=None,
        )
        .span(panels.FULL)
        .fill_opacity(0)
        .axis_soft_min(0)
        .axis_soft_max(1)
        .with_target(queries.query(slo_queries.left(), "{{slo}}"))
    )
    return panels.with_limits(panel, [(None, "green"), (0, "red")])


def _burn(given: RuleSettings, tier: BurnTier) -> timeseries.Panel:
    """Both windows of a tier, for its alert wants both above the factor."""
    long, short = (given.scale.window(w) for w in (tier.long_window, tier.short_window))
    panel = (
        panels.graph(
            f"Burn over {long} and {short} ({tier.tier})",
            f"How many times faster than evenly the budget is spent, over {long} and, dashed, over "
            f"{short}. Above the line at {tier.factor:g} in both, {tier.alert} fires.",
            "suffix:x",
        )
        .fill_opacity(0)
        .with_target(queries.query(slo_queries.burning(tier.long_window), "{{slo}}"))
        .with_target(queries.query(slo_queries.burning(tier.short_window), "{{slo}}", "B"))
        .override_by_query("B", panels.companion())
        .decimals(2)
        .axis_soft_max(1.2 * tier.factor)
    )
    colour = TIER_COLOURS[tier.severity]
    panel = panels.with_limits(panel, [(None, "green"), (tier.factor, colour)])
    return led_to_runbooks(panel, given, tier.alert)


def _error_ratio() -> timeseries.Panel:
    return (
        panels.graph(
            "Error Ratio against the Objective",
            "Bad share of the events over an hour; dashed: the share that the objective allows.",
            "percentunit",
        )
        .fill_opacity(0)
        .with_target(queries.query(slo_queries.chosen(recorded.ERROR_RATIO[HOUR]), "{{slo}}"))
        .with_target(queries.query(slo_queries.budget(), "{{slo}}", "B"))
        .override_by_query("B", panels.companion())
    )


def _events(given: RuleSettings) -> timeseries.Panel:
    panel = panels.graph(
        "Events",
        "Events each second over 5 minutes that the indicator counts. A line that ends is an "
        f"indicator without data: {ABSENT_ALERT} fires.",
        "ops",
    ).with_target(
        queries.query(slo_queries.chosen(recorded.EVENT_RATE[slo_queries.BASE]), "{{slo}}")
    )
    return led_to_runbooks(panel.fill_opacity(0), given, ABSENT_ALERT)


def _burn_by_tool() -> bargauge.Panel:
    return (
        tiles.bars(
            "Burn by Tool",
            "What each tool's failed runs add to the burn of their objective, over the time range; "
            "together they are its burn. Tools without a failed run are left out.",
            "suffix:x",
            ((None, "blue"), (1, "red")),
        )
        .span(panels.THIRD)
        .decimals(2)
        .no_value(NO_FAILURE)
        .with_target(queries.latest(slo_queries.burn_by_tool(), "{{tool}}"))
    )


def _bad_by_tool() -> timeseries.Panel:
    panel = (
        panels.graph(
            "Failed Tool Runs (by tool)",
            "Failed runs each second over 5 minutes that spend the budget, on top of one another; "
            "tools without a failed run are left out.",
            "ops",
        )
        .span(panels.THIRD)
        .no_value(NO_FAILURE)
        .with_target(queries.query(slo_queries.failing_tools(), "{{tool}}"))
    )
    return panels.stacked(panel)
