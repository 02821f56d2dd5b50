"""How much of an objective's error budget an incident had spent when an alert told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.monitoring.rules.slos import options
from opsconductor.monitoring.slo.compiler import compiled
from opsconductor.monitoring.slo.indicator import Events
from opsconductor.settings import Settings


@dataclass(frozen=True, slots=True)
class Budget:
    """An objective: `budget` is the share of `events` that may be bad in `period` seconds."""

    budget: float
    period: float
    events: Events

    def spent(self, since: float, known: float) -> str:
        """PromQL for the share of the period's budget that the last `since` seconds have spent.

        The period's events are those of the last `known` seconds, at the same rate for the whole
        period: failures / (budget * events). Source: Google SRE Workbook, chapter 5, where the
        budget spent at detection is burn rate * alerting window / period; this is the same for
        traffic that is not even.
        """
        window, history = duration(max(1, round(since))), duration(max(1, round(known)))
        failed = self.events.errors(window, f"({self.events.events(window)})")
        events = f"({self.events.events(history)}) * {self.period:g}"
        return f"(({failed}) * {round(since)}) / ({self.budget:g} * ({events} > 0))"


def budgets(settings: Settings, slo_texts: Mapping[str, str]) -> dict[str, Budget]:
    """The objectives whose budget can be counted in events, by their `slo` label.

    An SLO of several objectives has as many budgets, and none is told apart by that label alone.
    """
    promises = compiled(slo_texts, options(rule_settings(settings))).promises
    return {
        one.slo: Budget(one.budget, one.period.seconds, one.indicator)
        for one in promises
        if isinstance(one.indicator, Events) and not one.sampled and not one.objective
    }


def of(slos: Iterable[tuple[str, str]], known: Mapping[str, Budget]) -> Budget | None:
    """The budget of an alert with these labels; None where it is not an objective's alert."""
    return known.get(dict(slos).get("slo", ""))
