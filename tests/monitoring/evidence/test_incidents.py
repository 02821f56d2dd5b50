"""The library is broad, and each mark is what the stated policy says."""

from collections import Counter
from dataclasses import replace

import pytest

from opsconductor.monitoring.evidence.history import SCRAPE, history, most_failed, spent
from opsconductor.monitoring.evidence.incident import (
    Incident,
    Shape,
    Surge,
    Traffic,
    Worth,
)
from opsconductor.monitoring.evidence.incidents import INCIDENTS
from opsconductor.monitoring.evidence.signal import Piece
from opsconductor.monitoring.evidence.worth import POLICY
from opsconductor.objectives import DAY, HOUR, MINUTE


def outage(errors: Piece, **given: object) -> Incident:
    """An incident of one piece, with no error before it."""
    plain = Incident(
        key="x", shape=Shape.TOTAL, errors=(errors,), worth=Worth.PAGE, why="", baseline=0, quiet=0
    )
    return replace(plain, **given)  # type: ignore[arg-type]


def test_the_library_is_broad() -> None:
    """At least forty stories, each told once, of every shape and of every worth."""
    assert len({one.key for one in INCIDENTS}) == len(INCIDENTS) >= 40
    assert {one.shape for one in INCIDENTS} == set(Shape)
    assert min(Counter(one.worth for one in INCIDENTS).values()) >= 8
    assert all(one.why for one in INCIDENTS)


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda one: one.key)
def test_a_mark_is_what_the_policy_says(incident: Incident) -> None:
    """A mark made by hand agrees with the budget that the incident really spends."""
    assert POLICY.worth(incident, history(replace(incident, quiet=0))) is incident.worth


def test_the_budget_is_counted_in_requests() -> None:
    """432 minutes of total outage are all of 1 % of 30 days; a tenth of them is a tenth."""
    incident = outage(Piece(0, 43.2 * MINUTE, 1))
    assert spent(incident, history(incident), 0, incident.end) == pytest.approx(0.1, rel=0.01)


def test_a_night_is_the_worst_one() -> None:
    """Of two days of errors only eight hours count as a night."""
    counted = history(outage(Piece(0, 2 * DAY, 0.1)))
    assert most_failed(counted, 8 * HOUR) == pytest.approx(8 * HOUR * 50 * 0.1, rel=1e-3)


def test_rare_requests_are_whole_ones() -> None:
    """Of one request in ten minutes either all or nothing fails; counters hold no fractions."""
    counted = history(outage(Piece(0, 20 * MINUTE, 1), traffic=Traffic(per_second=6 / HOUR)))
    assert counted.errors[-1] == 2
    assert all(isinstance(count, int) for count in (*counted.errors, *counted.requests))


def test_chance_is_the_same_chance_every_time() -> None:
    """A seed makes a story that can be told again, and about as many errors as its probability."""
    incident = outage(Piece(0, DAY, 0.05), traffic=Traffic(per_second=1), seed=1)
    one, other = history(incident), history(incident)
    assert one == other
    assert one.errors[-1] == pytest.approx(DAY * 0.05, rel=0.1)


def test_traffic_swings_and_surges() -> None:
    """At its peak there is nine times the traffic of its trough, and a surge multiplies it."""
    traffic = Traffic(10, swing=0.8, peak=12 * HOUR, surge=Surge(0, SCRAPE, 5))
    assert traffic.at(12 * HOUR) == pytest.approx(18)
    assert traffic.at(0) == pytest.approx(5 * 2)
    assert traffic.at(DAY) == pytest.approx(2)
