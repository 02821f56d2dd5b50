"""The monitoring's own alerts: it must notice when it no longer sees or no longer tells."""

from opsconductor.contract import MONITORING
from opsconductor.contract.families import LABEL_OVERFLOW, STACK_DISK_FREE_RATIO
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.numbers import percent
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.monitoring.rules.signal import Signal
from opsconductor.monitoring.targets import JOBS, series_budget

RULES, SAMPLES, NOTIFICATIONS = (
    "RuleEvaluationFailing",
    "SamplesNotLanding",
    "NotificationsFailing",
)
CARDINALITY, OVERFLOW, DISK = "CardinalityOverBudget", "LabelOverflow", "DiskNearlyFull"
LOOKBACK = 300
"""How long Prometheus still shows an old sample to an instant query (its default)."""
SCRAPES_MISSED = 4
"""The newest sample is never called late before this many scrape intervals."""


def alerts(given: RuleSettings) -> tuple[AlertingRule, ...]:
    """Every alert about the monitoring itself except the Watchdog."""
    return (
        _rules(given),
        _samples(given),
        *_notifications(given),
        *(
            _cardinality(given, job, budget)
            for job in JOBS
            if (budget := series_budget(job)) is not None
        ),
        _overflow(given),
        _disk(given),
    )


def rule_failures(given: RuleSettings) -> Signal:
    """Failed evaluations in the window, of each group."""
    failures = f"increase(prometheus_rule_evaluation_failures_total[{given.window(RULES)}])"
    return Signal(RULES, f"sum by (rule_group) ({failures})", ">", given.threshold(RULES).limit)


def sample_age(given: RuleSettings) -> Signal:
    """The age of the newest sample of all targets, in seconds.

    A full disk leaves `up` at 1 and readiness at 200; only the samples' age tells.
    """
    slowest = given.settings.prometheus.scrape_interval_seconds
    late = max(given.scale.hold(given.threshold(SAMPLES).limit), SCRAPES_MISSED * slowest)
    return Signal(SAMPLES, "time() - max(timestamp(up))", ">", late)


def handover(given: RuleSettings) -> Signal:
    """Alerts in the window that Prometheus could not hand to Alertmanager."""
    window = given.window(NOTIFICATIONS)
    lost = (
        f"increase(prometheus_notifications_errors_total[{window}])\n  or\n"
        f"  increase(prometheus_notifications_dropped_total[{window}])"
    )
    limit = given.threshold(NOTIFICATIONS).limit
    return Signal(NOTIFICATIONS, f"sum(\n  {lost}\n)", ">", limit)


def discovered() -> Signal:
    """Alertmanagers that Prometheus knows; with none no alert reaches anybody."""
    known = "max(prometheus_notifications_alertmanagers_discovered)"
    return Signal(NOTIFICATIONS, known, "<", 1)


def delivery(given: RuleSettings) -> Signal:
    """Messages in the window that could not be delivered, by integration."""
    window = given.window(NOTIFICATIONS)
    failed = f"increase(alertmanager_notifications_failed_total[{window}])"
    limit = given.threshold(NOTIFICATIONS).limit
    return Signal(NOTIFICATIONS, f"sum by (integration) ({failed})", ">", limit)


def cardinality(given: RuleSettings, job: str, budget: int) -> Signal:
    """A target's series as a share of what the contract allows its process."""
    share = f'scrape_samples_scraped{{job="{job}"}} / {budget}'
    return Signal(CARDINALITY, share, ">", given.threshold(CARDINALITY).limit)


def label_overflow(given: RuleSettings) -> Signal:
    """Values in the window that a label's policy did not admit, by process, family and label."""
    values = f"increase({LABEL_OVERFLOW.name}[{given.window(OVERFLOW)}])"
    expression = f"sum by (service, job, family, label) ({values})"
    return Signal(OVERFLOW, expression, ">", given.threshold(OVERFLOW).limit)


def disk_free(given: RuleSettings) -> Signal:
    """The free share of the file system that holds a path."""
    free = f"min by (path) ({STACK_DISK_FREE_RATIO.name})"
    return Signal(DISK, free, "<", given.threshold(DISK).limit)


def _rules(given: RuleSettings) -> AlertingRule:
    window = given.window(RULES)
    return given.alert(
        RULES,
        expr=rule_failures(given).condition,
        service=MONITORING,
        summary="Prometheus cannot evaluate some rules",
        description=(
            f'About {{{{ $value | printf "%.0f" }}}} evaluations of the group '
            f"{{{{ $labels.rule_group }}}} failed in the last {window}; its alerts may be silent."
        ),
    )


def _samples(given: RuleSettings) -> AlertingRule:
    """An old sample is visible for `LOOKBACK`, and after that `absent` takes over."""
    age = sample_age(given)
    return given.alert(
        SAMPLES,
        expr=f"{age.condition}\nor\nabsent(up) * {LOOKBACK}",
        service=MONITORING,
        summary="Prometheus stores no new samples",
        description=(
            "The newest sample is {{ $value | humanizeDuration }} old or older; the limit is "
            f"{duration(age.limit)}. Rules judge old data, and most alerts will fall silent."
        ),
    )


def _notifications(given: RuleSettings) -> tuple[AlertingRule, ...]:
    window = given.window(NOTIFICATIONS)
    return (
        given.alert(
            NOTIFICATIONS,
            expr=handover(given).condition,
            service=MONITORING,
            step="handover",
            summary="Prometheus cannot hand alerts to Alertmanager",
            description=(
                f'About {{{{ $value | printf "%.0f" }}}} alerts were refused or dropped on the '
                f"way from Prometheus to Alertmanager in the last {window}."
            ),
        ),
        given.alert(
            NOTIFICATIONS,
            expr=discovered().condition,
            service=MONITORING,
            step="discovery",
            summary="Prometheus knows no Alertmanager",
            description="Prometheus knows no Alertmanager to send to: no alert reaches anybody.",
        ),
        given.alert(
            NOTIFICATIONS,
            expr=delivery(given).condition,
            service=MONITORING,
            step="delivery",
            summary="Alertmanager cannot deliver to {{ $labels.integration }}",
            description=(
                f'About {{{{ $value | printf "%.0f" }}}} messages to {{{{ $labels.integration }}}} '
                f"failed in the last {window}."
            ),
        ),
    )


def _cardinality(given: RuleSettings, job: str, budget: int) -> AlertingRule:
    limit = percent(given.threshold(CARDINALITY).limit)
    return given.alert(
        CARDINALITY,
        expr=cardinality(given, job, budget).condition,
        service=JOBS[job],
        job=job,
        summary=f"{job}: more series than the contract allows",
        description=(
            f"{job} at {{{{ $labels.instance }}}} exposes {{{{ $value | humanizePercentage }}}} "
            f"of its budget of {budget} series; the limit is {limit}."
        ),
    )


def _overflow(given: RuleSettings) -> AlertingRule:
    window = given.window(OVERFLOW)
    return given.alert(
        OVERFLOW,
        expr=label_overflow(given).condition,
        service="{{ $labels.service }}",
        summary="{{ $labels.job }}: values of {{ $labels.label }} are recorded as 'other'",
        description=(
            f'About {{{{ $value | printf "%.0f" }}}} times in the last {window} the policy of the '
            "label {{ $labels.label }} of {{ $labels.family }} did not admit a value. Nothing is "
            "lost, but these values can no longer be told apart."
        ),
    )


def _disk(given: RuleSettings) -> AlertingRule:
    return given.alert(
        DISK,
        expr=disk_free(given).condition,
        service=MONITORING,
        summary="The disk of {{ $labels.path }} is nearly full",
        description=(
            "{{ $value | humanizePercentage }} of the file system that holds {{ $labels.path }} "
            f"is free; the limit is {percent(given.threshold(DISK).limit)}. "
            "On a full disk no sample lands and no execution is stored."
        ),
    )
