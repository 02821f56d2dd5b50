"""Stories of the monitoring's own alerts: it no longer judges, stores, tells, or has room."""

from collections.abc import Iterator

from opsconductor.contract import AUTOMATION, MONITORING
from opsconductor.contract.families import LABEL_OVERFLOW, STACK_DISK_FREE_RATIO
from opsconductor.monitoring.scenario import Scenario, Series, named
from opsconductor.monitoring.scenarios.counts import Counted
from opsconductor.monitoring.scenarios.figures import (
    humanized_share,
    share,
    window,
)
from opsconductor.monitoring.scenarios.gauges import Level
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, notation
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.objectives import WATCHDOG, Severity, Threshold

PROMETHEUS = {"service": MONITORING, "job": "prometheus", "instance": "prometheus:1"}
ALERTMANAGER = {"service": MONITORING, "job": "alertmanager", "instance": "alertmanager:1"}
SUPERVISOR = {"service": MONITORING, "job": "supervisor", "instance": "supervisor:1"}


def _told(
    threshold: Threshold, summary: str, description: str, runbook: str, **labels: str
) -> Told:
    return Told(
        labels={"severity": threshold.severity, "service": MONITORING, **labels},
        summary=summary,
        description=description,
        runbook_url=runbook,
    )


def rules_failing(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Evaluations that fail, by group of rules."""
    name = "prometheus_rule_evaluation_failures_total"
    yield from Counted(
        subject=threshold.alert,
        threshold=threshold,
        groups=[
            (
                [
                    (name, {"rule_group": group, **PROMETHEUS}),
                    (name, {"rule_group": group, **PROMETHEUS, "instance": "prometheus:2"}),
                ],
                _told(
                    threshold,
                    "Prometheus cannot evaluate some rules",
                    f"About {{value}} evaluations of the group {group} failed in the last "
                    f"{window(threshold.window)}; its alerts may be silent.",
                    runbook,
                    rule_group=group,
                ),
            )
            for group in ("rules.yml;first", "rules.yml;second")
        ],
        shown=lambda value: f"{value:.0f}",
    ).stories(clock)


def alerts_lost(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Alerts that do not get from Prometheus to Alertmanager."""
    over = window(threshold.window)
    told = _told(
        threshold,
        "Prometheus cannot hand alerts to Alertmanager",
        "About {value} alerts were refused or dropped on the way from Prometheus to Alertmanager "
        f"in the last {over}.",
        runbook,
        step="handover",
    )
    errors = {**PROMETHEUS, "alertmanager": "http://127.0.0.1:9093/api/v2/alerts"}
    yield from Counted(
        subject=f"{threshold.alert} handover",
        threshold=threshold,
        groups=[
            (
                [
                    ("prometheus_notifications_errors_total", errors),
                    ("prometheus_notifications_dropped_total", PROMETHEUS),
                ],
                told,
            )
        ],
        shown=lambda value: f"{value:.0f}",
    ).stories(clock)


def messages_lost(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Messages that Alertmanager cannot deliver, by integration."""
    name, over = "alertmanager_notifications_failed_total", window(threshold.window)
    yield from Counted(
        subject=f"{threshold.alert} delivery",
        threshold=threshold,
        groups=[
            (
                [
                    (name, {"integration": integration, **ALERTMANAGER}),
                    (
                        name,
                        {"integration": integration, **ALERTMANAGER, "instance": "another:9093"},
                    ),
                ],
                _told(
                    threshold,
                    f"Alertmanager cannot deliver to {integration}",
                    f"About {{value}} messages to {integration} failed in the last {over}.",
                    runbook,
                    step="delivery",
                    integration=integration,
                ),
            )
            for integration in ("slack", "email")
        ],
        shown=lambda value: f"{value:.0f}",
    ).stories(clock)


def nobody_to_tell(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Prometheus without an Alertmanager; another Prometheus has one."""
    name = "prometheus_notifications_alertmanagers_discovered"
    told = _told(
        threshold,
        "Prometheus knows no Alertmanager",
        "Prometheus knows no Alertmanager to send to: no alert reaches anybody.",
        runbook,
        step="discovery",
    )
    yield _one_knows(threshold, name, clock)
    yield from Level(
        subject=f"{threshold.alert} discovery",
        threshold=threshold,
        name=name,
        labels=PROMETHEUS,
        well=2,
        below=1,
        exactly=None,
        above=0,
        told=told,
    ).stories(clock)


def _one_knows(threshold: Threshold, name: str, clock: Clock) -> Story:
    """Of two Prometheus servers one knows an Alertmanager, and that is enough."""
    minutes = threshold.hold / MINUTE + 3
    count = round(minutes * MINUTE / clock.step) + 1
    other = {**PROMETHEUS, "instance": "prometheus:2"}
    scenario = Scenario(
        name=f"{threshold.alert} discovery: one of two knows it",
        series={
            named(name, **PROMETHEUS): notation([0.0] * count),
            named(name, **other): notation([1.0] * count),
        },
        checks=checks([threshold.alert], [], minutes, clock),
    )
    return Story(f"{threshold.alert} discovery", Case.APART, scenario)


def too_many_series(  # noqa: PLR0913, PLR0917  a budget has an owner
    threshold: Threshold, job: str, service: str, budget: int, runbook: str, clock: Clock
) -> Iterator[Story]:
    """A target that exposes more than the contract allows it."""
    of = {"service": service, "job": job, "instance": f"{job}:1"}
    limit = threshold.limit
    told = Told(
        labels={"severity": threshold.severity, **of},
        summary=f"{job}: more series than the contract allows",
        description=(
            f"{job} at {job}:1 exposes {{value}} of its budget of {budget} series; the limit is "
            f"{share(limit)}."
        ),
        runbook_url=runbook,
    )
    yield from Level(
        subject=f"{threshold.alert} {job}",
        threshold=threshold,
        name="scrape_samples_scraped",
        labels=of,
        beside=[{**of, "instance": f"{job}:2"}],
        around=lambda minutes: _foreign(10 * budget, minutes, clock),
        well=round(budget * limit / 2),
        below=round(budget * limit * 0.98),
        exactly=budget * limit,
        above=round(budget * limit * 1.02),
        told=told,
        shown=lambda value: humanized_share(value / budget),
    ).stories(clock)


def _foreign(value: float, minutes: float, clock: Clock) -> Series:
    """A target that is none of ours exposes as much as it likes."""
    name = named("scrape_samples_scraped", job="another", service="another", instance="another:1")
    return {name: notation([value] * (round(minutes * MINUTE / clock.step) + 1))}


def values_overflow(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Values that no policy admits, by process, family and label."""
    over = window(threshold.window)

    runs, durations = "ai_requests_total", "ai_request_duration_seconds"
    told = [
        Told(
            labels={"severity": threshold.severity, **of},
            summary=f"{of['job']}: values of {of['label']} are recorded as 'other'",
            description=(
                f"About {{value}} times in the last {over} the policy of the label {of['label']} "
                f"of {of['family']} did not admit a value. Nothing is lost, but these values can "
                "no longer be told apart."
            ),
            runbook_url=runbook,
        )
        for of in (
            {"service": AUTOMATION, "job": AUTOMATION, "family": runs, "label": "tool"},
            {"service": AUTOMATION, "job": AUTOMATION, "family": runs, "label": "status"},
            {"service": AUTOMATION, "job": AUTOMATION, "family": durations, "label": "tool"},
            {"service": MONITORING, "job": "supervisor", "family": "up", "label": "process"},
        )
    ]
    yield from Counted(
        subject=threshold.alert,
        threshold=threshold,
        groups=[
            (
                [
                    (LABEL_OVERFLOW.name, {**_identity(one), "instance": f"{place}:1"})
                    for place in ("here", "there")
                ],
                one,
            )
            for one in told
        ],
        shown=lambda value: f"{value:.0f}",
    ).stories(clock)


def _identity(told: Told) -> dict[str, str]:
    return {label: value for label, value in told.labels.items() if label != "severity"}


def disk_full(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Each disk in turn; the other, and the same one seen by another supervisor, have room."""
    limit = threshold.limit
    for path, other in (("state", "prometheus"), ("prometheus", "state")):
        told = _told(
            threshold,
            f"The disk of {path} is nearly full",
            f"{{value}} of the file system that holds {path} is free; the limit is {share(limit)}. "
            "On a full disk no sample lands and no execution is stored.",
            runbook,
            path=path,
        )
        yield from Level(
            subject=f"{threshold.alert} {path}",
            threshold=threshold,
            name=STACK_DISK_FREE_RATIO.name,
            labels={"path": path, **SUPERVISOR},
            beside=[
                {"path": other, **SUPERVISOR},
                {"path": path, **SUPERVISOR, "instance": "supervisor:2"},
            ],
            well=0.5,
            below=limit * 1.02,
            exactly=limit,
            above=limit * 0.98,
            told=told,
            shown=humanized_share,
        ).stories(clock)


def watchdog(runbook: str, clock: Clock) -> Iterator[Story]:
    """Always, with or without any series, and from the first evaluation on."""
    told = Told(
        labels={"severity": Severity.NONE, "service": MONITORING},
        summary="Alerts are evaluated and delivered",
        description=(
            "Always firing. Its receiver raises the alarm when it stops hearing this alert, for "
            "then rules are not evaluated or messages are not delivered."
        ),
        runbook_url=runbook,
    )
    watch = Watch(WATCHDOG, lambda _: 1.0, 0, lambda _: told.firing())
    scenario = Scenario(
        name=f"{WATCHDOG}: {Case.ALWAYS}",
        series={},
        checks=[
            *checks([WATCHDOG], [watch], 0, clock),
            *checks([WATCHDOG], [watch], 10, clock),
        ],
    )
    yield Story(WATCHDOG, Case.ALWAYS, scenario)
