"""Every story of the system's own alerts, made from contract, objectives, OpenSLO and settings."""

from collections.abc import Iterator, Mapping, Sequence

from opsconductor.contract.families import AI_REQUEST_DURATION, SELECTOR_REQUEST_DURATION
from opsconductor.monitoring.mutation.error import ProofError
from opsconductor.monitoring.rules.rule_settings import RuleSettings, rule_settings
from opsconductor.monitoring.rules.slos import EXECUTION_SUCCESS, options
from opsconductor.monitoring.scenarios import (
    availability,
    burn,
    error_rate,
    indicator_absent,
    own,
    recorded_values,
    samples,
)
from opsconductor.monitoring.scenarios.indicator import NAMES, Durations, Streams, exposed
from opsconductor.monitoring.scenarios.quantile import Slow
from opsconductor.monitoring.scenarios.story import Story
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.monitoring.slo.compiler import compiled
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.monitoring.targets import JOBS, series_budget
from opsconductor.objectives import WATCHDOG
from opsconductor.settings import Settings

Shown = Sequence[tuple[Promise, Streams | Durations]]


def stories(
    settings: Settings, slo_texts: Mapping[str, str], *, left_open: bool = False
) -> tuple[Story, ...]:
    """Every story, in the order of the alerts; see `Clock` for `left_open`.

    `slo_texts` are the OpenSLO files, name to content. An objective of a kind whose traffic cannot
    be made gets no story, and so its alerts count as unproven. Raises `ProofError` for rules whose
    windows are scaled for a drill.
    """
    if settings.alerting.time_scale != 1:
        raise ProofError(
            f"alerting.time_scale is {settings.alerting.time_scale:g}: rules for a drill are not "
            "those that are promised; prove them with a scale of 1"
        )
    interval = round(settings.prometheus.rule_interval_seconds)
    clock = Clock(step=30, interval=interval, left_open=left_open, meant=interval)
    return tuple(_all(rule_settings(settings), slo_texts, clock))


def _all(given: RuleSettings, texts: Mapping[str, str], clock: Clock) -> Iterator[Story]:
    promises = compiled(texts, options(given)).promises
    shown = [(one, shows) for one in promises if (shows := exposed(one)) is not None]
    yield from recorded_values.stories(shown, clock)
    yield from _objectives(given, shown, clock)
    yield from _thresholds(given, clock)
    yield from own.watchdog(given.runbook_url(WATCHDOG), clock)


def _objectives(given: RuleSettings, shown: Shown, clock: Clock) -> Iterator[Story]:
    yield from burn.stories(shown, clock)
    for promise, shows in shown:
        if promise.slo == EXECUTION_SUCCESS and isinstance(shows, Streams):
            alert = error_rate.ALERT
            threshold, runbook = given.threshold(alert), given.runbook_url(alert)
            told = error_rate.ErrorRate(threshold, promise.service, shows, runbook)
            yield from told.stories(clock)
            yield told.others(shown, clock)
    yield from indicator_absent.stories(given.threshold(indicator_absent.ALERT), shown, clock)


def _thresholds(given: RuleSettings, clock: Clock) -> Iterator[Story]:
    for alert, quantile, family, what, tools in (
        ("AIExecutionLatencyP95High", 0.95, AI_REQUEST_DURATION, "tool runs", NAMES["tool"]),
        ("AIExecutionLatencyP99Critical", 0.99, AI_REQUEST_DURATION, "tool runs", NAMES["tool"]),
        ("SelectorLatencyHigh", 0.95, SELECTOR_REQUEST_DURATION, "searches", ()),
    ):
        slow = Slow(given.threshold(alert), quantile, family, what, tools, given.runbook_url(alert))
        yield from slow.stories(clock)
    for alert, tell in (
        ("SelectorErrorBurst", availability.database_errors),
        ("SelectorCacheEvictionRateHigh", availability.evictions),
        ("CanaryFailing", availability.probes_failing),
        ("CanaryFailing", availability.canary_stops),
        ("NoRequestsReceived", availability.no_requests),
        ("RuleEvaluationFailing", own.rules_failing),
        ("SamplesNotLanding", samples.stories),
        ("NotificationsFailing", own.alerts_lost),
        ("NotificationsFailing", own.messages_lost),
        ("NotificationsFailing", own.nobody_to_tell),
        ("LabelOverflow", own.values_overflow),
        ("DiskNearlyFull", own.disk_full),
    ):
        yield from tell(given.threshold(alert), given.runbook_url(alert), clock)
    down, cardinality = "MetricsEndpointDown", "CardinalityOverBudget"
    yield from availability.targets_down(
        given.threshold(down), JOBS, given.runbook_url(down), clock
    )
    for job, service in JOBS.items():
        budget = series_budget(job)
        if budget is not None:
            threshold, runbook = given.threshold(cardinality), given.runbook_url(cardinality)
            yield from own.too_many_series(threshold, job, service, budget, runbook, clock)
