"""An alert fires over a history when Prometheus would make it fire."""

import pytest

from opsconductor.monitoring.evidence.approaches import Action, BurnAlert
from opsconductor.monitoring.evidence.firing import SCRAPES, Watched
from opsconductor.monitoring.evidence.history import SCRAPE, WARM_UP, History, history
from opsconductor.monitoring.evidence.incident import Incident, Shape, Traffic, Worth
from opsconductor.monitoring.evidence.judging import joined
from opsconductor.monitoring.evidence.rate import Sample, increase
from opsconductor.monitoring.evidence.signal import Piece
from opsconductor.objectives import HOUR, MINUTE


def watched(*errors: Piece, traffic: Traffic | None = None, baseline: float = 0) -> Watched:
    """What is seen of the errors until two hours after their end."""
    incident = Incident(
        key="x",
        shape=Shape.PARTIAL,
        errors=errors,
        worth=Worth.PAGE,
        why="",
        traffic=traffic or Traffic(),
        baseline=baseline,
        quiet=2 * HOUR,
    )
    return Watched(history(incident), incident.end + incident.quiet)


def by_hand(counted: History, at: int, window: int) -> float:
    """The error ratio from the samples that lie in the window, one by one."""
    times = [(n * SCRAPE - WARM_UP) * 1000 for n in range(len(counted.errors))]
    inside = [n for n, time in enumerate(times) if at - window * 1000 <= time <= at]
    first, last, edges = inside[0], inside[-1], (at - window * 1000, at)
    failed, total = (
        increase(
            Sample(times[first], values[first]),
            Sample(times[last], values[last]),
            SCRAPES.step,
            edges,
        )
        for values in (counted.errors, counted.requests)
    )
    return failed / total


@pytest.mark.parametrize("window", [MINUTE, 10 * MINUTE, HOUR])
@pytest.mark.parametrize("baseline", [0, 0.0002])
def test_a_ratio_is_that_of_the_samples_in_the_window(window: int, baseline: float) -> None:
    """The shortcut over the grid sees what a look at every sample sees, first errors included."""
    seen = watched(Piece(MINUTE, 5 * MINUTE, 0.3), baseline=baseline)
    ratios = seen.ratios(window)
    for n in (0, 1, 3, 5, 10, 21, 40, 150):
        assert ratios[n] == pytest.approx(by_hand(seen.counted, seen.times[n], window), rel=1e-9)


def test_without_requests_nothing_holds() -> None:
    """No traffic is no ratio, not a bad one and not a good one."""
    seen = watched(Piece(0, HOUR, 1), traffic=Traffic(per_second=0))
    assert set(seen.ratios(MINUTE)) == {-1}
    assert seen.firing(BurnAlert((MINUTE,), 1)) == []


def test_both_windows_must_burn() -> None:
    """The short window ends the alert when the long one would go on for most of an hour."""
    seen = watched(Piece(0, 10 * MINUTE, 1))
    ((start, end),) = seen.firing(BurnAlert((HOUR, 5 * MINUTE), 14.4))
    ((_, long_end),) = seen.firing(BurnAlert((HOUR,), 14.4))
    assert start == pytest.approx(0.144 * HOUR, abs=60)
    assert end == pytest.approx(10 * MINUTE + 0.856 * 5 * MINUTE, abs=60)
    assert long_end == pytest.approx(10 * MINUTE + 0.856 * HOUR, abs=60)


def test_a_hold_is_waited_for_and_begins_anew() -> None:
    """Four minutes of errors do not outlast a hold of five; twelve do, five minutes late."""
    alert = BurnAlert((MINUTE,), 1, hold=5 * MINUTE)
    assert watched(Piece(0, 4 * MINUTE, 1), Piece(8 * MINUTE, 12 * MINUTE, 1)).firing(alert) == []
    ((start, end),) = watched(Piece(0, 12 * MINUTE, 1)).firing(alert)
    assert start == pytest.approx(5 * MINUTE, abs=45)
    assert end == pytest.approx(13 * MINUTE, abs=45)


def test_few_errors_are_not_enough() -> None:
    """With a least number of errors a rare failure stays silent, and an outage does not."""
    rare = Traffic(per_second=6 / HOUR)
    alert = BurnAlert((HOUR,), 14.4, Action.PAGE, least_errors=5)
    assert watched(Piece(0, 20 * MINUTE, 1), traffic=rare).firing(alert) == []
    assert watched(Piece(0, 20 * MINUTE, 1), traffic=rare).firing(BurnAlert((HOUR,), 14.4)) != []
    assert watched(Piece(0, 2 * HOUR, 1), traffic=rare).firing(alert) != []


def test_what_fires_at_the_end_ends_there() -> None:
    """An alert that nobody saw ending is not lost."""
    seen = watched(Piece(0, 10 * MINUTE, 1))
    seen.until = 10 * MINUTE
    ((_, end),) = seen.firing(BurnAlert((MINUTE,), 1))
    assert end == pytest.approx(10 * MINUTE, abs=30)


def test_pages_close_together_are_one_call() -> None:
    """What returns within five minutes is the same call; six minutes later it is another."""
    assert joined([(0, 60), (300, 400), (30, 90)]) == [(0, 400)]
    assert joined([(0, 60), (420, 500)]) == [(0, 60), (420, 500)]
