"""Two sets of rules side by side: which firings only one has, and which both, how far apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsconductor.monitoring.backtest.alert_state import Episode
from opsconductor.monitoring.backtest.outcome import Labels, Outcome

SEVERITY = "severity"
"""Left out of what makes two alerts the same: a changed severity is worth comparing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A firing of one alert in both sets; positive where the second is later or longer, in ms."""

    first: Episode
    second: Episode

    @property
    def later(self) -> int:
        """By how much the second fires later."""
        return (self.second.fired or 0) - (self.first.fired or 0)

    @property
    def longer(self) -> int | None:
        """By how much the second fires longer; None where one of them still fires."""
        if self.first.ended is None or self.second.ended is None:
            return None
        return self.second.ended - self.first.ended - self.later


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertComparison:
    """One alert, by name and labels without the severity, in both sets."""

    alert: str
    labels: Labels
    only_first: tuple[Episode, ...]
    only_second: tuple[Episode, ...]
    both: tuple[Pair, ...]


def compare(first: Outcome, second: Outcome) -> tuple[AlertComparison, ...]:
    """Every alert that fires in either set, in the order of their names."""
    left, right = _firings(first), _firings(second)
    return tuple(
        _compared(alert, labels, left.get((alert, labels), ()), right.get((alert, labels), ()))
        for alert, labels in sorted({*left, *right})
    )


def _firings(outcome: Outcome) -> dict[tuple[str, Labels], tuple[Episode, ...]]:
    found: dict[tuple[str, Labels], tuple[Episode, ...]] = {}
    for rule in outcome.proven:
        for alert in rule.alerts:
            key = (rule.rule.name, tuple(one for one in alert.labels if one[0] != SEVERITY))
            if alert.firings:
                found[key] = tuple(
                    sorted((*found.get(key, ()), *alert.firings), key=lambda one: one.fired or 0)
                )
    return found


def _compared(
    alert: str, labels: Labels, first: Sequence[Episode], second: Sequence[Episode]
) -> AlertComparison:
    """Pair each firing with the first unpaired one of the other set that overlaps it."""
    rest = list(second)
    both, only = [], []
    for one in first:
        partner = next((other for other in rest if _overlap(one, other)), None)
        if partner is None:
            only.append(one)
        else:
            rest.remove(partner)
            both.append(Pair(one, partner))
    return AlertComparison(
        alert=alert,
        labels=labels,
        only_first=tuple(only),
        only_second=tuple(rest),
        both=tuple(both),
    )


def _overlap(one: Episode, other: Episode) -> bool:
    return _begins_within(one, other) or _begins_within(other, one)


def _begins_within(one: Episode, other: Episode) -> bool:
    if one.fired is None or other.fired is None:
        return False
    return one.fired >= other.fired and (other.ended is None or one.fired <= other.ended)


def disagreements(found: Iterable[AlertComparison]) -> int:
    """Firings that only one of the sets has."""
    return sum(len(one.only_first) + len(one.only_second) for one in found)
