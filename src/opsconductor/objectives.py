"""What the system promises and when it calls somebody: objectives, tiers, thresholds, severities.

Every figure carries its source. Thresholds and windows here are the defaults; `settings` may
replace a threshold, and drills scale the windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from opsconductor.contract import AUTOMATION

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


@dataclass(frozen=True, slots=True)
class BurnTier:
    """One multi-window burn-rate alert: windows and `hold` (the rule's `for`) in seconds.

    `factor` is how many times faster than evenly the error budget is spent.
    """

    alert: str
    factor: float
    long_window: int
    short_window: int
    hold: int
    severity: Severity


BURN_TIERS: tuple[BurnTier, ...] = (
    BurnTier("SLOBurnRateFast", 14.4, HOUR, 5 * MINUTE, 2 * MINUTE, Severity.CRITICAL),
    BurnTier("SLOBurnRateSlow", 6, 6 * HOUR, 30 * MINUTE, 15 * MINUTE, Severity.WARNING),
    BurnTier("SLOBurnRateTicket", 3, DAY, 2 * HOUR, HOUR, Severity.INFO),
    BurnTier("SLOBudgetTrend", 1, 3 * DAY, 6 * HOUR, HOUR, Severity.INFO),
)
"""For a period of 30 days: 2 %, 5 %, 10 % and 10 % of the budget spent in the long window.

Source: Google SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts" (factors and windows
of the first, second and fourth); the third lies between them, as in Sloth and kubernetes-mixin. The
holds are ours.
"""


@dataclass(frozen=True, slots=True)
class Objective:
    """A service level objective over `period` seconds; `target` is the good share, 0 to 1."""

    name: str
    service: str
    target: float
    period: int
    description: str

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            raise ValueError(f"objective {self.name}: the target {self.target} is not in (0, 1)")
        for tier in BURN_TIERS:
            if tier.factor * self.budget >= 1:
                raise ValueError(
                    f"objective {self.name}: {tier.alert} can never fire, for {tier.factor} times "
                    f"a budget of {self.budget:.3g} is an error ratio of 1 or more; raise the "
                    "target or drop the tier"
                )

    @property
    def budget(self) -> float:
        """The share of requests that may fail, without the noise of a binary fraction."""
        return round(1 - self.target, 12)


OBJECTIVES: tuple[Objective, ...] = (
    Objective(
        name="execution-success",
        service=AUTOMATION,
        target=0.99,
        period=30 * DAY,
        description="Tool runs that the service, not the caller, is answerable for succeed.",
    ),
)


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
        Threshold("RuleEvaluationFailing", 0, 5 * MINUTE, 5 * MINUTE, _WARNING),
        Threshold("SamplesNotLanding", 2 * MINUTE, 0, MINUTE, _WARNING),
        Threshold("NotificationsFailing", 0, 5 * MINUTE, 5 * MINUTE, _WARNING),
        Threshold("CardinalityOverBudget", 1, 0, 10 * MINUTE, _WARNING),
        Threshold("DiskNearlyFull", 0.1, 0, 5 * MINUTE, _WARNING),
    )
}
"""Limits and holds of the first nine are promised to the system's users (see
docs/architecture.md); those of the monitoring's own alerts are ours:

- SamplesNotLanding: eight scrapes of 15 s without a stored sample are no hiccup any more.
- CardinalityOverBudget: the limit is a ratio to the contract's worst case for the target.
- DiskNearlyFull: at a tenth free there is still time; a full disk stores no sample, and says so
  nowhere but in the age of the newest one.
"""

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
