"""Events in windows, and how promtool is told of them."""

import pytest

from opsconductor.monitoring.scenarios.timeline import Clock, Events, counter, notation, steady

CLOCK = Clock()


def test_a_window_counts_what_its_samples_show() -> None:
    """Five minutes hold ten steps; nothing is counted before the beginning."""
    events = steady([(5, 2.0), (5, 4.0)], CLOCK)
    assert events.within(300, 300) == 10
    assert events.within(600, 300) == 20
    assert events.within(450, 300) == 5 + 10
    assert events.within(60, 300) == 2
    assert events.within(0, 300) == 0


def test_since_prometheus_3_the_first_sample_is_not_counted() -> None:
    """A range that is open on the left shows nine of ten steps, scaled up to ten."""
    events = steady([(10, 2.0), (5, 0.0)], Clock(left_open=True))
    assert events.within(600, 300) == pytest.approx(10)
    assert events.within(630, 300) == pytest.approx(8 * 10 / 9)
    assert steady([(10, 2.0), (5, 0.0)], CLOCK).within(630, 300) == 9


def test_long_windows_are_added_up_from_five_minute_rates() -> None:
    """An event counts in full once all ten evaluations that see it have passed."""
    day = 86_400
    events = Events([0.0, 1.0, *[0.0] * 30], CLOCK)
    assert events.within(60, day) == pytest.approx(0.1)
    assert events.within(300, day) == pytest.approx(0.9)
    assert events.within(900, day) == pytest.approx(1)


def test_a_counter_restarts_and_misses_a_scrape() -> None:
    """It begins anew from 0 with what happened since, and a missed scrape leaves a hole."""
    assert counter([1.0, 1.0, 2.0, 2.0], restarts=[3], missed=[1]) == "0 _x1 2+0x1 4"


def test_runs_of_equal_steps_are_written_short() -> None:
    """Promtool's notation, gaps and falls among it."""
    assert notation([0.0, 1.0, 2.0, None, None, 5.0, 4.0]) == "0+1x2 _x2 5-1x1"
    assert notation([7.0]) == "7"


def test_a_sum_of_steps_never_looks_like_a_restart() -> None:
    """Promtool adds step by step; a last digit too many would be a fall at the next run."""
    written = counter([0.1] * 7 + [0.0] * 3)
    first, second = written.split(" ")
    start, _, rest = first.partition("+")
    step, _, times = rest.partition("x")
    value = float(start)
    for _ in range(int(times)):
        value += float(step)
    assert value <= float(second.partition("+")[0])
