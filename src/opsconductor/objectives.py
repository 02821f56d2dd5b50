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


@dataclass(frozen=True, slots=True)
class Threshold:
    """When an alert fires: `limit` in the unit of its signal, `window` and `hold` in seconds."""

    alert: str
    limit: float
    window: int
    hold: int
    severity: Severity


_WARNING, _CRITICAL, _INFO = Severity.WARNING, Severity.CRITICAL, Severity.INFO

THRESHOLDS: Mapping[str, Threshold] = {
    threshold.alert: threshold
    for threshold in (
        Threshold("AIExecutionErrorRateHigh", 0.05, 5 * MINUTE, 2 * MINUTE, _WARNING),
        Threshold("AIExecutionLatencyP95High", 1, 5 * MINUTE, 2 * MINUTE, _WARNING),
        Threshold("AIExecutionLatencyP99Critical", 5, 5 * MINUTE, 3 * MINUTE, _CRITICAL),
        Threshold("SelectorErrorBurst", 0, 5 * MINUTE, MINUTE, _WARNING),
        Threshold("SelectorLatencyHigh", 0.5, 5 * MINUTE, 5 * MINUTE, _WARNING),
        Threshold("SelectorCacheEvictionRateHigh", 10, 5 * MINUTE, 5 * MINUTE, _INFO),
        Threshold("MetricsEndpointDown", 1, 0, MINUTE, _CRITICAL),
        Threshold("CanaryFailing", 0.5, 2 * MINUTE, 2 * MINUTE, _CRITICAL),
        Threshold("NoRequestsReceived", 0, 10 * MINUTE, 10 * MINUTE, _INFO),
        Threshold("SLOIndicatorAbsent", 0, 5 * MINUTE, 10 * MINUTE, _WARNING),
        Threshold("RuleEvaluationFailing", 0, 5 * MINUTE, 5 * MINUTE, _WARNING),
        Threshold("SamplesNotLanding", 2 * MINUTE, 0, MINUTE, _WARNING),
        Threshold("NotificationsFailing", 0, 5 * MINUTE, 5 * MINUTE, _WARNING),
        Threshold("CardinalityOverBudget", 1, 0, 10 * MINUTE, _WARNING),
        Threshold("LabelOverflow", 0, HOUR, MINUTE, _INFO),
        Threshold("DiskNearlyFull", 0.1, 0, 5 * MINUTE, _WARNING),
    )
}
"""Limits and holds of the first nine are promised to the system's users (see
docs/architecture.md); those of the monitoring's own alerts are ours:

- SLOIndicatorAbsent: ten minutes without any sample are longer than a restart takes, and shorter
  than the windows that would go blind.
- SamplesNotLanding: eight scrapes of 15 s without a stored sample are no hiccup any more.
- CardinalityOverBudget: the limit is a ratio to the contract's worst case for the target.
- LabelOverflow: nobody loses a sample, but a tool or a reason is seen only together with others;
  an hour, so that what comes now and then is one message and not one each time.
- DiskNearlyFull: at a tenth free there is still time; a full disk stores no sample, and says so
  nowhere but in the age of the newest one.
"""

MIN_REQUESTS_PER_TOOL = 20
"""A tool's error ratio is judged from this many requests in the window on: below it, one
error is more than 5 % and would fire by itself."""
MIN_ERRORS_FOR_BURN = 5
"""A burn tier wants this many errors in its long window: at six requests an hour a single error is
a burn of 16.7 against 99 %, and would page by itself."""

BYTES_PER_SAMPLE = 2.0
"""What a sample takes in Prometheus's blocks. Measured with Prometheus 2.42 at a scrape every 10 s:
1.95 to 2.02 bytes for 500 to 5,000 series; the write-ahead log and the head come on top."""

WATCHDOG = "Watchdog"

ALERTS: tuple[str, ...] = (
    *THRESHOLDS,
    *(tier.alert for tier in BURN_TIERS),
    WATCHDOG,
)
