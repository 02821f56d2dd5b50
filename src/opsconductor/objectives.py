"""When the system calls somebody: burn tiers, thresholds, severities and their receivers.

What it promises, the objectives themselves, is in `slo/*.yaml`.

Every figure carries its source. Thresholds and windows here are the defaults; `settings` may
replace a threshold, and drills scale the windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Severity(StrEnum):
    """How loudly an alert calls."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    NONE = "none"


class Receiver(StrEnum):
    """Where a severity is delivered."""

    PAGERDUTY = "pagerduty"
    SLACK = "slack"
    EMAIL = "email"
    WATCHDOG = "watchdog"


RECEIVERS: Mapping[Severity, Receiver] = {
    Severity.CRITICAL: Receiver.PAGERDUTY,
    Severity.WARNING: Receiver.SLACK,
    Severity.INFO: Receiver.EMAIL,
    Severity.NONE: Receiver.WATCHDOG,
}


PERIOD = 30 * DAY
"""The period that the factors of `BURN_TIERS` are for."""


@dataclass(frozen=True, slots=True)
class BurnTier:
    """One multi-window burn-rate alert: windows and `hold` (the rule's `for`) in seconds.

    `factor` is how many times faster than evenly the error budget is spent; `tier` is the short
    name that the `slo_tier` label and the documents use.
    """

    alert: str
    factor: float
    long_window: int
    short_window: int
    hold: int
    severity: Severity
    tier: str

    @property
    def budget_share(self) -> float:
        """The share of a 30 days' budget that is spent in the long window at the factor."""
        return self.factor * self.long_window / PERIOD


BURN_TIERS: tuple[BurnTier, ...] = (
    BurnTier("SLOBurnRateFast", 14.4, HOUR, 5 * MINUTE, 2 * MINUTE, Severity.CRITICAL, "fast"),
    BurnTier("SLOBurnRateSlow", 6, 6 * HOUR, 30 * MINUTE, 15 * MINUTE, Severity.WARNING, "slow"),
    BurnTier("SLOBurnRateTicket", 3, DAY, 2 * HOUR, HOUR, Severity.INFO, "ticket"),
    BurnTier("SLOBudgetTrend", 1, 3 * DAY, 6 * HOUR, HOUR, Severity.INFO, "trend"),
)
"""For a period of 30 days: 2 %, 5 %, 10 % and 10 % of the budget spent in the long window. For
another period the factor is that share times the period over the long window.

Source: Google SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts" (factors and windows
of the first, second and fourth); the third lies between them, as in Sloth and kubernetes-mixin. The
holds are ours.
"""


class Unit(StrEnum):
    """What an alert's limit counts."""

    SHARE = "a share, 0 to 1"
    RATIO = "a ratio"
    SECONDS = "seconds"
    EVENTS = "events in the window"
    PER_SECOND = "events a second"
    BURN = "a burn rate; at 1 the error budget lasts exactly its period"
    STATE = "0 or 1; there is nothing to set"


@dataclass(frozen=True, slots=True)
class Threshold:
    """When an alert fires: `limit` in its `unit`, `window` and `hold` in seconds.

    `condition` says it in a sentence with `{limit}` and `{window}` in place of the figures, for
    the documents; `source` says where the figures come from.
    """

    alert: str
    limit: float
    window: int
    hold: int
    severity: Severity
    unit: Unit
    condition: str
    source: str


_WARNING, _CRITICAL, _INFO = Severity.WARNING, Severity.CRITICAL, Severity.INFO
_SHARE, _RATIO, _SECONDS = Unit.SHARE, Unit.RATIO, Unit.SECONDS
_EVENTS, _PER_SECOND, _STATE = Unit.EVENTS, Unit.PER_SECOND, Unit.STATE

_PROMISED = "promised to the system's users; a change of it is told in the changelog"
_ANY = "the first one counts: each is something that ought never to happen"

# One row an alert: the figures, where they come from, what they mean.
# fmt: off
THRESHOLDS: Mapping[str, Threshold] = {
    threshold.alert: threshold
    for threshold in (
        Threshold(
            "AIExecutionErrorRateHigh", 0.05, 5 * MINUTE, 2 * MINUTE, _WARNING, _SHARE,
            "More than {limit} of the tool runs of the last {window} failed for a reason that the"
            " service answers for, of all runs or of one tool's.",
            _PROMISED,
        ),
        Threshold(
            "AIExecutionLatencyP95High", 1, 5 * MINUTE, 2 * MINUTE, _WARNING, _SECONDS,
            "One tool run in twenty took longer than {limit} over the last {window}.",
            _PROMISED,
        ),
        Threshold(
            "AIExecutionLatencyP99Critical", 5, 5 * MINUTE, 3 * MINUTE, _CRITICAL, _SECONDS,
            "One tool run in a hundred took longer than {limit} over the last {window}.",
            _PROMISED,
        ),
        Threshold(
            "SelectorErrorBurst", 0, 5 * MINUTE, MINUTE, _WARNING, _EVENTS,
            "More than {limit} searches failed in the catalogue's database in the last {window}.",
            _PROMISED,
        ),
        Threshold(
            "SelectorLatencyHigh", 0.5, 5 * MINUTE, 5 * MINUTE, _WARNING, _SECONDS,
            "One search for a tool in twenty took longer than {limit} over the last {window}.",
            _PROMISED,
        ),
        Threshold(
            "SelectorCacheEvictionRateHigh", 10, 5 * MINUTE, 5 * MINUTE, _INFO, _PER_SECOND,
            "More than {limit} answers a second left the selector's cache because it was full, "
            "over the last {window}.",
            _PROMISED,
        ),
        Threshold(
            "MetricsEndpointDown", 1, 0, MINUTE, _CRITICAL, _STATE,
            "Prometheus cannot scrape a target, or the target is not there at all.",
            _PROMISED,
        ),
        Threshold(
            "CanaryFailing", 0.5, 2 * MINUTE, 2 * MINUTE, _CRITICAL, _SHARE,
            "More than {limit} of one probe's requests of the last {window} failed, or the canary"
            " no longer probes.",
            _PROMISED,
        ),
        Threshold(
            "NoRequestsReceived", 0, 10 * MINUTE, 10 * MINUTE, _INFO, _EVENTS,
            "No more than {limit} tool runs were asked for by users in the last {window}, or "
            "their counter is missing.",
            _PROMISED,
        ),
        Threshold(
            "SLOIndicatorAbsent", 0, 5 * MINUTE, 10 * MINUTE, _WARNING, _STATE,
            "No series of an objective's indicator exists.",
            "longer than a restart takes, and shorter than the windows that would go blind",
        ),
        Threshold(
            "RuleEvaluationFailing", 0, 5 * MINUTE, 5 * MINUTE, _WARNING, _EVENTS,
            "More than {limit} evaluations of one group's rules failed in the last {window}.",
            _ANY,
        ),
        Threshold(
            "SamplesNotLanding", 2 * MINUTE, 0, MINUTE, _WARNING, _SECONDS,
            "The newest sample in Prometheus is older than {limit}.",
            "eight scrapes of 15 s without a stored sample are no hiccup any more",
        ),
        Threshold(
            "NotificationsFailing", 0, 5 * MINUTE, 5 * MINUTE, _WARNING, _EVENTS,
            "More than {limit} messages were lost on the way to Alertmanager, or from there to "
            "one receiver, in the last {window}; or Prometheus knows no Alertmanager.",
            _ANY,
        ),
        Threshold(
            "CardinalityOverBudget", 1, 0, 10 * MINUTE, _WARNING, _RATIO,
            "A process exposes more than {limit} of the series that the contract allows it.",
            "the contract's own worst case for the target, see src/opsconductor/contract",
        ),
        Threshold(
            "LabelOverflow", 0, HOUR, MINUTE, _INFO, _EVENTS,
            "More than {limit} values of one label were recorded as `other` in the last {window}.",
            "what is in `other` cannot be told apart any more; over an hour, so that what comes now"
            " and then is one message and not one each time",
        ),
        Threshold(
            "DiskNearlyFull", 0.1, 0, 5 * MINUTE, _WARNING, _SHARE,
            "Less than {limit} of a file system that holds the system's data is free.",
            "at a tenth there is still time; a full disk stores no sample, and says so nowhere "
            "but in the age of the newest one",
        ),
    )
}
# fmt: on
"""The alerts that compare a signal with a limit, those of the services first, then the monitoring's
own. A limit of 0 means that the first event fires."""

MIN_REQUESTS_PER_TOOL = 20
"""A tool's error ratio is judged from this many requests in the window on: below it, one
error is more than 5 % and would fire by itself."""
MIN_ERRORS_FOR_BURN = 5
"""A burn tier wants this many errors in its long window: at six requests an hour a single error is
a burn of 16.7 against 99 %, and would page by itself."""

WATCHDOG = "Watchdog"

ALERTS: tuple[str, ...] = (
    *THRESHOLDS,
    *(tier.alert for tier in BURN_TIERS),
    WATCHDOG,
)
