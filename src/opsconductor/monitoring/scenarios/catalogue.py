"""Every story of the system's own alerts, made from contract, objectives and settings."""

from collections.abc import Iterator

from opsconductor.contract.families import AI_REQUEST_DURATION, SELECTOR_REQUEST_DURATION
from opsconductor.monitoring.rules.limits import limits
from opsconductor.monitoring.scenarios import availability, error_rate, own, recorded_values
from opsconductor.monitoring.scenarios.burn import Indicator, tier_stories
from opsconductor.monitoring.scenarios.executions import TOOLS, runs
from opsconductor.monitoring.scenarios.quantile import Slow
from opsconductor.monitoring.scenarios.story import Story
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.monitoring.targets import JOBS, series_budget
from opsconductor.objectives import OBJECTIVES, WATCHDOG
from opsconductor.settings import Settings


def stories(settings: Settings, *, left_open: bool = False) -> tuple[Story, ...]:
    """Every story, in the order of the alerts; see `Clock` for `left_open`."""
    interval = round(settings.prometheus.rule_interval_seconds)
    clock = Clock(step=30, interval=interval, left_open=left_open)
    return tuple(_all(settings, clock))


def _all(settings: Settings, clock: Clock) -> Iterator[Story]:
    given = limits(settings)
    of = given.thresholds

    def runbook(alert: str) -> str:
        local = f"http://127.0.0.1:{settings.console.port}/runbooks"
        return f"{(settings.alerting.runbook_base_url or local).rstrip('/')}/{alert}"

    def told(alert: str) -> tuple[str, Clock]:
        return runbook(alert), clock

    yield from recorded_values.stories(clock)
    yield from error_rate.stories(of[error_rate.ALERT], *told(error_rate.ALERT))
    for objective in OBJECTIVES:
        for tier in given.tiers:
            indicator = Indicator(exposing=runs, mistakes=not settings.alerting.count_caller_mistakes)
            yield from tier_stories(objective, tier, indicator, runbook(tier.alert), clock)
    for alert, quantile, family, what, tools in (
        ("AIExecutionLatencyP95High", 0.95, AI_REQUEST_DURATION, "tool runs", tuple(TOOLS)),
        ("AIExecutionLatencyP99Critical", 0.99, AI_REQUEST_DURATION, "tool runs", tuple(TOOLS)),
        ("SelectorLatencyHigh", 0.95, SELECTOR_REQUEST_DURATION, "searches", ()),
    ):
        yield from Slow(of[alert], quantile, family, what, tools, runbook(alert)).stories(clock)
    for alert, tell in (
        ("SelectorErrorBurst", availability.database_errors),
        ("SelectorCacheEvictionRateHigh", availability.evictions),
        ("CanaryFailing", availability.probes_failing),
        ("CanaryFailing", availability.canary_stops),
        ("NoRequestsReceived", availability.no_requests),
        ("RuleEvaluationFailing", own.rules_failing),
        ("SamplesNotLanding", own.samples_missing),
        ("NotificationsFailing", own.alerts_lost),
        ("NotificationsFailing", own.messages_lost),
        ("NotificationsFailing", own.nobody_to_tell),
        ("DiskNearlyFull", own.disk_full),
    ):
        yield from tell(of[alert], *told(alert))
    down = "MetricsEndpointDown"
    yield from availability.targets_down(of[down], JOBS, *told(down))
    cardinality = "CardinalityOverBudget"
    for job, service in JOBS.items():
        budget = series_budget(job)
        if budget is not None:
            yield from own.too_many_series(
                of[cardinality], job, service, budget, *told(cardinality)
            )
    yield from own.watchdog(*told(WATCHDOG))
