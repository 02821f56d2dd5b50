"""How the objectives stand, worked out from what the compiler's rules have recorded.

Everything is read from recorded series, so it is cheap, and works for every SLO that a Prometheus
has, whoever compiled it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from opsconductor.contract import recorded
from opsconductor.monitoring.durations import seconds_of

RATIO_PREFIX = f"{recorded.ERROR_RATIO[300].name.removesuffix('5m')}"
QUERIES: Mapping[str, str] = {
    "objective": recorded.OBJECTIVE.name,
    "period": recorded.PERIOD.name,
    "covered": recorded.COVERED.name,
    "errors": recorded.PERIOD_ERRORS.name,
    "events": recorded.PERIOD_EVENTS.name,
    "left": recorded.BUDGET_LEFT.name,
    "ratios": f'{{__name__=~"{RATIO_PREFIX}[0-9]+[a-z]+"}}',
}
"""What to ask for an answer: a name to an instant query."""
FORECAST = ("6h", "1d")
"""The windows whose burn is taken to go on."""

Labels = Mapping[str, str]
Key = tuple[str, str, str]
"""SLO, service and objective."""
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class Standing:
    """One objective. Times are in seconds, shares between 0 and 1; None is unknown, never well.

    `achieved` and what is left of the budget are over `covered` seconds of the period: what is
    recorded of it. `errors_left` are bad events that may still happen among as many events as were
    seen; `seconds_left` is the time of a total outage that would use the budget of a whole period
    up. `exhausted_in` is, by window, when the budget of a period is used up if the window's burn
    goes on and nothing is given back: infinite where nothing burns, 0 where it is used up.
    """

    slo: str
    service: str
    objective: str
    target: float
    period: float
    covered: float = 0
    achieved: float | None = None
    events: float | None = None
    errors: float | None = None
    budget_left: float | None = None
    errors_left: float | None = None
    seconds_left: float | None = None
    burn: Mapping[str, float] = field(default_factory=dict)
    exhausted_in: Mapping[str, float] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there is any event to judge by."""
        return self.achieved is not None

    def document(self) -> dict[str, Any]:
        """As JSON has it, where there is no infinity: what never ends is null."""
        document = asdict(self)
        document["exhausted_in"] = {
            window: None if math.isinf(seconds) else seconds
            for window, seconds in self.exhausted_in.items()
        }
        return document


def missing(name: str) -> Standing:
    """An SLO that is asked about and that nothing is recorded of."""
    return Standing(name, "", "", math.nan, math.nan)


def standings(answers: Mapping[str, Iterable[Sample]]) -> list[Standing]:
    """Every objective that is recorded, in the order of names; `answers` are those of `QUERIES`."""
    by_kind = {
        kind: {_key(labels): value for labels, value in answers[kind]}
        for kind in QUERIES
        if kind != "ratios"
    }
    burning: dict[Key, dict[str, float]] = {}
    for labels, ratio in answers["ratios"]:
        window = labels.get("__name__", "").removeprefix(RATIO_PREFIX)
        burning.setdefault(_key(labels), {})[window] = ratio
    return [
        _standing(key, {kind: found.get(key) for kind, found in by_kind.items()}, burning.get(key))
        for key in sorted(by_kind["objective"])
    ]


def _key(labels: Labels) -> Key:
    return (labels.get("slo", ""), labels.get("service", ""), labels.get("objective", ""))


def _standing(
    key: Key, found: Mapping[str, float | None], ratios: Mapping[str, float] | None
) -> Standing:
    target, period = found["objective"] or 0.0, found["period"] or 0.0
    covered, events, errors = found["covered"] or 0.0, found["events"], found["errors"]
    plain = Standing(*key, target=target, period=period, covered=covered)
    if not events or errors is None or not 0 < target < 1:
        return plain
    budget = round(1 - target, 12)
    left = 1 - errors / events / budget
    whole = 1 - (1 - left) * min(1, covered / period if period else 1)
    burn = {
        window: ratio / budget
        for window, ratio in sorted((ratios or {}).items(), key=lambda one: _length(one[0]))
    }
    return Standing(
        *key,
        target=target,
        period=period,
        covered=covered,
        achieved=1 - errors / events,
        events=events,
        errors=errors,
        budget_left=left,
        errors_left=left * budget * events,
        seconds_left=whole * budget * period,
        burn=burn,
        exhausted_in={w: _exhausted(whole, period, burn[w]) for w in FORECAST if w in burn},
    )


def _exhausted(left: float, period: float, burn: float) -> float:
    """Seconds until the rest of a period's budget is used up at a burn: 1 lasts the period."""
    if left <= 0:
        return 0
    return math.inf if burn <= 0 else left * period / burn


def _length(window: str) -> float:
    try:
        return seconds_of(window)
    except ValueError:
        return math.inf
