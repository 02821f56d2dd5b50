"""Every rule at once over the system as it is on an ordinary day."""

from collections.abc import Callable

from opsconductor.contract import PROBES, Status, families
from opsconductor.monitoring import alert_names
from opsconductor.monitoring.scenario import (
    Check,
    Phase,
    Scenario,
    Series,
    Value,
    automation_labels,
    counter,
    executions,
    gauge,
    histogram,
    named,
)
from opsconductor.monitoring.targets import JOBS
from opsconductor.objectives import WATCHDOG
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos

Play = Callable[..., None]
MINUTES = 45


def healthy() -> Series:
    """About a request a second with a few honest failures, every target up, a working canary."""
    series = executions([Phase(MINUTES, 40, failing=0.005, mistaken=0.05)], tool="echo")
    series |= executions([Phase(MINUTES, 20, failing=0.02)], tool="http_check")
    of = automation_labels()
    series |= histogram(
        families.AI_REQUEST_DURATION,
        [(MINUTES, {0.01: 57, 2.5: 2})],
        automation_labels(tool="echo"),
    )
    series |= histogram(families.SELECTOR_REQUEST_DURATION, [(MINUTES, {0.01: 20})], of)
    for status, load in (("ok", 20.0), ("error", 0.0)):
        searches = named(families.SELECTOR_REQUESTS.name, status=status, source="fresh", **of)
        series[searches] = counter([(MINUTES, load)])
    for reason in (families.SELECTOR_REQUEST_ERRORS.seeded or {})["reason"]:
        errors = named(families.SELECTOR_REQUEST_ERRORS.name, reason=reason, **of)
        series[errors] = counter([(MINUTES, 0)])
    for outcome, load in ((Status.SUCCESS, 30.0), (Status.ERROR, 0.1)):
        sentences = named(families.PIPELINE_REQUESTS.name, status=str(outcome))
        series[sentences] = counter([(MINUTES, load)])
    series[named(families.SELECTOR_DB_ERRORS.name, **of)] = counter([(MINUTES, 0)])
    series[named(families.SELECTOR_CACHE_EVICTIONS.name, **of)] = counter([(MINUTES, 6)])
    for probe in PROBES:
        for outcome, load in ((Status.SUCCESS, 12.0), (Status.ERROR, 0.0)):
            labels = {"probe": probe, "status": str(outcome), "service": "monitoring"}
            series[named(families.CANARY_REQUESTS.name, **labels)] = counter([(MINUTES, load)])
    for job, service in JOBS.items():
        target = {"job": job, "service": service, "instance": f"{job}:1"}
        series[named("up", **target)] = gauge([(0.5, None), (MINUTES, 1)])
        series[named("scrape_samples_scraped", **target)] = gauge([(MINUTES, 50)])
    series[named("prometheus_notifications_alertmanagers_discovered")] = gauge([(MINUTES, 1)])
    series[named("prometheus_notifications_dropped_total")] = counter([(0.5, 2)])
    disk = named(families.STACK_DISK_FREE_RATIO.name, path="state")
    series[disk] = gauge([(MINUTES, 0.5)])
    return series


def test_a_healthy_system_fires_nothing_but_the_watchdog(play: Play) -> None:
    """From the first minute on, with demo traffic and one alert dropped at the start."""
    others = [
        name
        for name in alert_names(Settings(), read_slos(Settings().alerting.slo_dir))
        if name != WATCHDOG
    ]
    play(
        Scenario(
            name="healthy",
            series=healthy(),
            checks=[Check(minute, name) for name in others for minute in (1, 3, 6, 12, 44)],
            values=[
                Value(
                    minute,
                    'count by (alertname) (ALERTS{alertstate="firing"})',
                    {f'{{alertname="{WATCHDOG}"}}': 1},
                )
                for minute in (2, 20, 44)
            ],
        ),
        every_rule=True,
    )


def test_a_monitoring_that_sees_nothing_says_so(play: Play) -> None:
    """Without a single series only the alerts about absence fire, and none of the ratios."""
    absent = "CanaryFailing|MetricsEndpointDown|NoRequestsReceived|SLOIndicatorAbsent"
    names = f"{absent}|SamplesNotLanding|Watchdog"
    play(
        Scenario(
            name="blind",
            series={},
            values=[
                Value(20, f'count(ALERTS{{alertstate="firing", alertname!~"{names}"}})', {}),
                Value(20, 'count(count by (alertname) (ALERTS{alertstate="firing"}))', {"{}": 6}),
            ],
        ),
        every_rule=True,
    )
