"""One objective, checked and ready to be compiled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsconductor.monitoring.durations import TimeScale, duration
from opsconductor.monitoring.slo.indicator import Events, Ratio, Threshold
from opsconductor.monitoring.slo.references import PlacedCondition
from opsconductor.monitoring.slo.selector_text import quoted
from opsconductor.monitoring.slo.windows import Period
from opsconductor.objectives import BurnTier


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the documents leave to whoever runs the rules.

    `interval` is the seconds between evaluations, `retention` the seconds that samples are kept,
    None where that is not known. `factors` replaces burn factors by alert name, for 30 days.
    `runbooks` is where an alert's page is found, its name to be appended.
    """

    interval: float = 30
    retention: float | None = None
    scale: TimeScale = field(default_factory=TimeScale)
    factors: Mapping[str, float] = field(default_factory=dict)
    runbooks: str = ""
    count_caller_mistakes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An objective of an SLO: what is measured, how much of it must be good, and who is called.

    With `sampled` time is counted and not events: by slices of `slices` seconds, or without them
    by moments, one at each evaluation. A slice is bad when its bad share is above `slice_limit`, or
    weighs its share where that is None. `kept` is the part of the period in seconds that the
    samples last for. `runbook` is a page of the SLO's own, or empty.
    """

    slo: str
    service: str
    objective: str
    target: float
    period: Period
    kept: int
    indicator: Events | Ratio | Threshold
    sampled: bool
    slices: int | None
    slice_limit: float | None
    tiers: tuple[BurnTier, ...]
    conditions: tuple[PlacedCondition, ...]
    breakdown: str
    watch_absence: bool
    runbook: str
    options: Options

    @property
    def budget(self) -> float:
        """The share that may be bad, without the noise of a binary fraction."""
        return round(1 - self.target, 12)

    @property
    def labels(self) -> Mapping[str, str]:
        """What every series and alert of the objective carries."""
        named = {"service": self.service, "slo": self.slo}
        return {**named, "objective": self.objective} if self.objective else named

    @property
    def title(self) -> str:
        """The SLO's name, and the objective's where there are several."""
        return f"{self.slo} ({self.objective})" if self.objective else self.slo

    @property
    def group(self) -> str:
        """The name of its rule group."""
        return f"slo-{self.slo}-{self.objective}" if self.objective else f"slo-{self.slo}"

    def selected(self, series: str) -> str:
        """The objective's own series of a recorded name."""
        objective = f', objective="{self.objective}"' if self.objective else ""
        return f"{series}{{slo={quoted(self.slo)}{objective}}}"

    @property
    def sample_seconds(self) -> float:
        """Between two samples of the recorded base."""
        if self.slices is None:
            return self.options.interval
        return self.options.scale.seconds(self.slices)

    def name(self, window: float) -> str:
        """A window as names spell it: nominal, whatever the scale."""
        return duration(window)

    @property
    def windows(self) -> tuple[int, ...]:
        """Every window that something reads, in seconds, shortest first."""
        used = {window for tier in self.tiers for window in (tier.short_window, tier.long_window)}
        used |= {one.condition.lookback_window.seconds for one in self.conditions}
        standing = {window for window in STANDING if window >= least_window(self.slices)}
        return tuple(sorted(used | standing))


def least_window(slices: int | None) -> int:
    """The shortest window that always holds a slice, in seconds."""
    return 0 if slices is None else SLICES_IN_A_WINDOW * slices


SLICES_IN_A_WINDOW = 2
"""One would now and then be none, for evaluations are not exactly on time."""
BASE_WINDOW = 300
"""The recorded rate that longer windows are added up from."""
STANDING = (BASE_WINDOW, 1800, 3600, 7200, 21_600, 86_400, 259_200)
"""Recorded whatever the tiers are, so that every SLO is reported and drawn alike."""
RAW_WINDOW_LIMIT = 21_600
"""Longer windows are added up from recorded rates; up to six hours raw series are cheap and exact.
A window added up from five-minute rates lags: a total outage showed at 11 minutes instead of 9."""
