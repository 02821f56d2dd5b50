"""How much of an objective's error budget an incident had spent when an alert told of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.rules.success_ratio import SuccessRatio
from opsconductor.objectives import OBJECTIVES
from opsconductor.settings import Settings

Rate = Callable[[str], str]
"""PromQL for events a second, over a window such as `5m`."""


@dataclass(frozen=True, slots=True)
class Budget:
    """An objective: `slo` as its alerts' label has it, `budget` the share of events that may fail.

    `period` is in seconds; `failed` and `counted` give rates per series.
    """

    slo: str
    service: str
    budget: float
    period: float
    failed: Rate
    counted: Rate

    def spent(self, since: float, known: float) -> str:
        """PromQL for the share of the period's budget that the last `since` seconds have spent.

        The period's events are those of the last `known` seconds, at the same rate for the whole
        period: failures / (budget * events). Source: Google SRE Workbook, chapter 5, where the
        budget spent at detection is burn rate * alerting window / period; this is the same for
        traffic that is not even.
        """
        window, history = duration(max(1, round(since))), duration(max(1, round(known)))
        failed = f"sum by (service) ({self.failed(window)}) * {round(since)}"
        events = f"sum by (service) ({self.counted(history)}) * {self.period:g}"
        return f"({failed}) / ({self.budget:g} * ({events} > 0))"


def budgets(settings: Settings) -> dict[str, Budget]:
    """The objectives whose budget can be counted, by their `slo` label."""
    ratio = SuccessRatio(settings.alerting.count_caller_mistakes)
    return {
        one.name: Budget(one.name, one.service, one.budget, one.period, ratio.failed, ratio.counted)
        for one in OBJECTIVES
    }


def of(slos: Iterable[tuple[str, str]], known: Mapping[str, Budget]) -> Budget | None:
    """The budget of an alert with these labels; None where it is not an objective's alert."""
    return known.get(dict(slos).get("slo", ""))
