"""An alert's life follows from when its expression yields it."""

import pytest

from opsconductor.monitoring.backtest.alert_state import episodes, runs

STEP = 30


def lived(
    *instants: int, hold: int = 0, keep: int = 0, last: int = 3000
) -> list[tuple[int, int | None, int | None]]:
    """The episodes as (pending, fired, ended)."""
    found = episodes(runs(instants, STEP), interval=STEP, hold=hold, keep=keep, last=last)
    return [(one.pending, one.fired, one.ended) for one in found]


def test_without_a_hold_it_fires_at_once_and_resolves_at_the_next_evaluation() -> None:
    """`for: 0s`: the first evaluation that yields it fires it."""
    assert lived(60, 90) == [(60, 60, 120)]


def test_it_fires_at_the_first_evaluation_that_reaches_the_hold() -> None:
    """A hold of 45 s between evaluations of 30 s is reached at the second one after."""
    assert lived(0, 30, 60, 90, hold=45) == [(0, 60, 120)]
    assert lived(0, 30, 60, 90, hold=60) == [(0, 60, 120)]


def test_one_missing_evaluation_starts_the_hold_again() -> None:
    """Pending alerts are forgotten, not remembered: each run waits for itself."""
    assert lived(0, 30, 90, 120, hold=60) == [(0, None, 60), (90, None, 150)]


def test_keep_firing_for_bridges_a_pause_that_is_shorter() -> None:
    """An alert that comes back before its time is over never resolved."""
    assert lived(0, 30, 120, keep=90) == [(0, 0, 240)]


def test_an_alert_that_returns_at_the_very_end_of_its_keep_goes_on() -> None:
    """At that evaluation it is yielded, so nothing asks whether its time is over."""
    assert lived(0, 120, keep=90) == [(0, 0, 240)]
    assert lived(0, 150, keep=90) == [(0, 0, 120), (150, 150, 270)]


def test_keep_firing_for_keeps_no_pending_alert() -> None:
    """Only what fired is kept."""
    assert lived(0, hold=60, keep=300) == [(0, None, 30)]


def test_a_history_that_ends_first_leaves_the_end_open() -> None:
    """What the history does not show is not said."""
    assert lived(0, 30, 60, last=60) == [(0, 0, None)]
    assert lived(0, 30, keep=90, last=120) == [(0, 0, None)]


@pytest.mark.parametrize("hold", [0, 30, 300])
def test_an_alert_that_is_never_yielded_has_no_episode(hold: int) -> None:
    """Nothing comes of nothing."""
    assert episodes([], interval=STEP, hold=hold, keep=0, last=300) == []


def test_runs_end_where_an_evaluation_is_missing() -> None:
    """Neighbours are an interval apart."""
    assert runs([0, 30, 60, 120, 150], STEP) == [(0, 60), (120, 150)]
