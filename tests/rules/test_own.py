"""The monitoring's own alerts: it no longer judges, stores, tells, or has room."""

from collections.abc import Callable

import pytest

from opsconductor.contract import EXPOSED
from opsconductor.contract.families import STACK_DISK_FREE_RATIO
from opsconductor.monitoring import documents
from opsconductor.monitoring.scenario import (
    Check,
    Firing,
    Scenario,
    Series,
    counter,
    gauge,
    named,
)
from opsconductor.settings import Settings
from opsconductor.settings.model import Alerting
from opsconductor.stack.slo_files import read_slos

Play = Callable[..., None]

RULES, SAMPLES, NOTIFICATIONS = (
    "RuleEvaluationFailing",
    "SamplesNotLanding",
    "NotificationsFailing",
)
CARDINALITY, DISK, WATCHDOG = "CardinalityOverBudget", "DiskNearlyFull", "Watchdog"
OVERFLOW = "LabelOverflow"
PROMETHEUS = {"service": "monitoring", "job": "prometheus", "instance": "127.0.0.1:9090"}
ALERTMANAGER = {"service": "monitoring", "job": "alertmanager", "instance": "127.0.0.1:9093"}


def fires(
    alert: str, summary: str, description: str, severity: str = "warning", **labels: str
) -> tuple[Firing, ...]:
    """The alert with its labels and sentences."""
    return (
        Firing(
            {"severity": severity, "service": "monitoring", **labels},
            {
                "summary": summary,
                "description": description,
                "runbook_url": f"http://127.0.0.1:3001/runbooks/{alert}",
            },
        ),
    )


def test_failing_rules_fire_after_five_minutes_and_resolve(play: Play) -> None:
    """A group that fails at every evaluation is named; one failure alone is forgiven."""
    group = "rules.yml;opsconductor-selector"
    failing = named("prometheus_rule_evaluation_failures_total", rule_group=group, **PROMETHEUS)
    play(
        Scenario(
            name="one failure",
            series={failing: counter([(9.5, 0), (0.5, 2), (20, 0)])},
            checks=[Check(minute, RULES) for minute in (11, 15, 16, 25)],
        ),
        Scenario(
            name="every evaluation",
            series={failing: counter([(10, 0), (20, 2), (15, 0)])},
            checks=[
                Check(15, RULES),
                Check(
                    20,
                    RULES,
                    fires(
                        RULES,
                        "Prometheus cannot evaluate some rules",
                        f"About 10 evaluations of the group {group} failed in the last 5m; "
                        "its alerts may be silent.",
                        rule_group=group,
                    ),
                ),
                Check(36, RULES),
            ],
        ),
    )


def late(age: str) -> tuple[Firing, ...]:
    """SamplesNotLanding at this age."""
    return fires(
        SAMPLES,
        "Prometheus stores no new samples",
        f"The newest sample is {age} old or older; the limit is 2m. Rules judge old data, and "
        "most alerts will fall silent.",
    )


def test_samples_that_stop_landing_fire_and_keep_firing(play: Play) -> None:
    """Two minutes without a sample, then one to be sure; beyond five minutes it still fires."""
    play(
        Scenario(
            name="disk full",
            series={named("up", **PROMETHEUS): gauge([(10, 1), (20, None), (10, 1)])},
            checks=[
                Check(5, SAMPLES),
                # The last sample is at 9.5: late from 12 on, firing at 13.
                Check(12.5, SAMPLES),
                Check(13, SAMPLES, late("3m 30s")),
                Check(14, SAMPLES, late("4m 30s")),
                # An old sample is shown for five minutes; after that it is absent.
                Check(15, SAMPLES, late("5m 0s")),
                Check(29, SAMPLES, late("5m 0s")),
                Check(31, SAMPLES),
            ],
        )
    )


def test_a_start_without_samples_is_silent_for_a_minute(play: Play) -> None:
    """Before the first scrape nothing can have landed."""
    play(
        Scenario(
            name="start",
            series={named("up", **PROMETHEUS): gauge([(0.5, None), (10, 1)])},
            checks=[Check(minute / 2, SAMPLES) for minute in range(20)],
        )
    )


def test_a_slow_scrape_is_never_late() -> None:
    """With a scrape every minute the limit is four scrapes, not two minutes."""
    settings = Settings.model_validate({"prometheus": {"scrape_interval_seconds": 60}})
    rules = documents(settings, read_slos(settings.alerting.slo_dir), grafana=False)[
        "prometheus/rules.yml"
    ]
    assert "time() - max(timestamp(up)) > 240" in rules


def handover(about: int) -> tuple[Firing, ...]:
    """NotificationsFailing between Prometheus and Alertmanager."""
    return fires(
        NOTIFICATIONS,
        "Prometheus cannot hand alerts to Alertmanager",
        f"About {about} alerts were refused or dropped on the way from Prometheus to "
        "Alertmanager in the last 5m.",
        step="handover",
    )


@pytest.mark.parametrize("kind", ["errors", "dropped"])
def test_alerts_lost_on_the_way_fire_and_resolve(play: Play, kind: str) -> None:
    """Alerts that Alertmanager refuses, or that are dropped, are noticed after five minutes."""
    name = f"prometheus_notifications_{kind}_total"
    of = {"alertmanager": "http://127.0.0.1:9093/api/v2/alerts"} if kind == "errors" else {}
    play(
        Scenario(
            name=kind,
            series={named(name, **of, **PROMETHEUS): counter([(10, 0), (20, 4), (15, 0)])},
            checks=[
                Check(15, NOTIFICATIONS),
                Check(20, NOTIFICATIONS, handover(20)),
                Check(36, NOTIFICATIONS),
            ],
        ),
        Scenario(
            name=f"one {kind}",
            series={named(name, **of, **PROMETHEUS): counter([(9.5, 0), (0.5, 2), (20, 0)])},
            checks=[Check(minute, NOTIFICATIONS) for minute in (11, 15, 16, 25)],
        ),
    )


def test_no_alertmanager_fires_and_resolves(play: Play) -> None:
    """Prometheus without an Alertmanager tells nobody anything."""
    known = named("prometheus_notifications_alertmanagers_discovered", **PROMETHEUS)
    play(
        Scenario(
            name="no Alertmanager",
            series={known: gauge([(10, 1), (15, 0), (15, 1)])},
            checks=[
                Check(14.5, NOTIFICATIONS),
                Check(
                    15,
                    NOTIFICATIONS,
                    fires(
                        NOTIFICATIONS,
                        "Prometheus knows no Alertmanager",
                        "Prometheus knows no Alertmanager to send to: no alert reaches anybody.",
                        step="discovery",
                    ),
                ),
                Check(26, NOTIFICATIONS),
            ],
        )
    )


def test_failed_messages_name_the_receiver(play: Play) -> None:
    """A Slack that refuses every message is named; the other integrations are not."""
    name = "alertmanager_notifications_failed_total"
    play(
        Scenario(
            name="slack",
            series={
                named(name, integration="slack", **ALERTMANAGER): counter(
                    [(10, 0), (20, 2), (15, 0)]
                ),
                named(name, integration="email", **ALERTMANAGER): counter([(45, 0)]),
            },
            checks=[
                Check(15, NOTIFICATIONS),
                Check(
                    20,
                    NOTIFICATIONS,
                    fires(
                        NOTIFICATIONS,
                        "Alertmanager cannot deliver to slack",
                        "About 10 messages to slack failed in the last 5m.",
                        step="delivery",
                        integration="slack",
                    ),
                ),
                Check(36, NOTIFICATIONS),
            ],
        )
    )


@pytest.mark.parametrize("job", EXPOSED)
def test_more_series_than_the_contract_allows_fire(play: Play, job: str) -> None:
    """Exactly the budget is silent; one tenth more fires after ten minutes, and resolves."""
    budget = sum(family.budget for family in EXPOSED[job])
    service = job if job in {"automation-service", "ai-pipeline"} else "monitoring"
    of = {"service": service, "job": job, "instance": "here:1"}
    series = named("scrape_samples_scraped", **of)
    more = round(budget * 1.1)
    share = f"{more / budget * 100:.4g}%"
    play(
        Scenario(
            name=job,
            series={series: gauge([(30, budget), (20, more), (10, budget)])},
            checks=[
                Check(29, CARDINALITY),
                Check(39, CARDINALITY),
                Check(
                    40,
                    CARDINALITY,
                    fires(
                        CARDINALITY,
                        f"{job}: more series than the contract allows",
                        f"{job} at here:1 exposes {share} of its budget of {budget} series; "
                        "the limit is 100 %.",
                        **of,
                    ),
                ),
                Check(51, CARDINALITY),
            ],
        )
    )


def test_the_first_overflow_fires_after_a_minute_and_resolves(play: Play) -> None:
    """One value in a counter that stood at 0 is told with its family and label, for an hour."""
    of = {"family": "ai_requests_total", "label": "tool"}
    at = {"service": "automation-service", "job": "automation-service"}
    told = fires(
        OVERFLOW,
        "automation-service: values of tool are recorded as 'other'",
        "About 1 times in the last 1h the policy of the label tool of ai_requests_total did not "
        "admit a value. Nothing is lost, but these values can no longer be told apart.",
        severity="info",
        **of,
        **at,
    )
    series = named("telemetry_label_overflow_total", **of, **at, instance="here:1")
    quiet = {**of, "label": "status"}
    play(
        Scenario(
            name="one overflow",
            series={
                series: counter([(9.5, 0), (0.5, 2), (80, 0)]),
                named("telemetry_label_overflow_total", **quiet, **at, instance="here:1"): "0x180",
            },
            checks=[
                Check(9.5, OVERFLOW),
                Check(10.5, OVERFLOW),
                Check(11, OVERFLOW, told),
                Check(68, OVERFLOW, told),
                Check(71, OVERFLOW),
            ],
        )
    )


def disk(phases: list[tuple[float, float | None]]) -> Series:
    """Free share of the state folder's file system."""
    of = {"service": "monitoring", "job": "supervisor", "instance": "127.0.0.1:3005"}
    return {named(STACK_DISK_FREE_RATIO.name, path="state", **of): gauge(phases)}


def test_a_disk_that_fills_up_fires_after_five_minutes_and_resolves(play: Play) -> None:
    """10.1 % free is silent, 9 % fires."""
    play(
        Scenario(
            name="disk",
            series=disk([(20, 0.101), (15, 0.09), (10, 0.3)]),
            checks=[
                Check(19, DISK),
                Check(24.5, DISK),
                Check(
                    25,
                    DISK,
                    fires(
                        DISK,
                        "The disk of state is nearly full",
                        "9% of the file system that holds state is free; the limit is 10 %. "
                        "On a full disk no sample lands and no execution is stored.",
                        path="state",
                    ),
                ),
                Check(36, DISK),
            ],
        )
    )


def test_a_threshold_from_the_settings_replaces_the_default(play: Play) -> None:
    """With a limit of 40 % free, 30 % fires."""
    play(
        Scenario(
            name="stricter",
            series=disk([(20, 0.3)]),
            checks=[
                Check(
                    10,
                    DISK,
                    fires(
                        DISK,
                        "The disk of state is nearly full",
                        "30% of the file system that holds state is free; the limit is 40 %. "
                        "On a full disk no sample lands and no execution is stored.",
                        path="state",
                    ),
                )
            ],
        ),
        settings=Settings(alerting=Alerting(thresholds={DISK: 0.4})),
    )


def test_the_watchdog_always_fires(play: Play) -> None:
    """With or without any series, from the first evaluation on."""
    watchdog = fires(
        WATCHDOG,
        "Alerts are evaluated and delivered",
        "Always firing. Its receiver raises the alarm when it stops hearing this alert, for then "
        "rules are not evaluated or messages are not delivered.",
        severity="none",
    )
    play(
        Scenario(
            name="nothing at all",
            series={},
            checks=[Check(minute, WATCHDOG, watchdog) for minute in (0, 1, 30)],
        )
    )
