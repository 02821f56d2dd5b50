"""When an alert must fire, worked out from what happened, and at which instants to look."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from opsconductor.monitoring.scenario import Check, Firing
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock

LOOKS = 4
"""At so many instants, evenly spread, every alert is looked at besides the edges."""

Condition = Callable[[float], float | None]
"""At an instant (seconds): the value that the alert shows, or None where nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One alert with one set of labels; it must hold for `hold` seconds before it fires."""

    alert: str
    condition: Condition
    hold: float
    firing: Callable[[float], Firing]


def checks(
    alerts: Iterable[str], watches: Sequence[Watch], minutes: float, clock: Clock
) -> list[Check]:
    """What must be seen of the alerts: at each edge and just before it, and now and then."""
    instants = clock.instants(minutes)
    course = [_course(watch, instants) for watch in watches]
    found: list[Check] = []
    for alert in alerts:
        looks = {instants[(len(instants) - 1) * look // LOOKS] for look in range(1, LOOKS + 1)}
        for watch, values in zip(watches, course, strict=True):
            if watch.alert == alert:
                looks |= _edges(values, instants)
        found += [
            Check(at / MINUTE, alert, _at(alert, watches, course, at)) for at in sorted(looks)
        ]
    return found


def _course(watch: Watch, instants: Sequence[int]) -> Mapping[int, float]:
    """The instants at which the alert fires, with its value.

    It is pending from the first evaluation that finds something, and fires as soon as that is
    `hold` ago; one evaluation that finds nothing ends it.
    """
    firing: dict[int, float] = {}
    since: int | None = None
    for at in instants:
        value = watch.condition(at)
        if value is None:
            since = None
            continue
        since = at if since is None else since
        if at - since >= watch.hold:
            firing[at] = value
    return firing


def _edges(values: Mapping[int, float], instants: Sequence[int]) -> set[int]:
    """The first and last instants of each time of firing, and their neighbours outside."""
    found: set[int] = set()
    for before, after in pairwise(instants):
        if (before in values) != (after in values):
            found |= {before, after}
    return found


def _at(
    alert: str, watches: Sequence[Watch], course: Sequence[Mapping[int, float]], at: int
) -> tuple[Firing, ...]:
    return tuple(
        watch.firing(values[at])
        for watch, values in zip(watches, course, strict=True)
        if watch.alert == alert and at in values
    )
