"""When an alert must fire, and when it is looked at."""

import pytest

from opsconductor.monitoring.scenario import Firing
from opsconductor.monitoring.scenarios.ratio import (
    BalanceError,
    Guard,
    Stretch,
    Traffic,
    exceeding,
    off_balance,
    traffic,
)
from opsconductor.monitoring.scenarios.story import Case, Story
from opsconductor.monitoring.scenarios.timeline import Clock
from opsconductor.monitoring.scenarios.watch import Watch, checks

CLOCK = Clock()
FIRING = Firing({"severity": "info"}, {})


def bad_between(begin: float, end: float) -> Watch:
    """Wrong from one second to another, and firing after two minutes of it."""
    return Watch("A", lambda at: 1.0 if begin <= at < end else None, 120, lambda _: FIRING)


def seen(watch: Watch) -> dict[float, bool]:
    """By minute whether the alert must fire."""
    return {check.minute: bool(check.firing) for check in checks(["A"], [watch], 20, CLOCK)}


def test_an_alert_is_silent_before_its_hold_and_fires_after() -> None:
    """Wrong from minute 5 to 10: firing from 7 on, and no longer at 10."""
    found = seen(bad_between(300, 600))
    assert {minute: found[minute] for minute in (6.5, 7, 9.5, 10)} == {
        6.5: False, 7: True, 9.5: True, 10: False,
    }  # fmt: skip


def test_what_ends_before_its_hold_never_fires() -> None:
    """Two minutes less one evaluation are not two minutes."""
    assert not any(seen(bad_between(300, 420)).values())
    assert any(seen(bad_between(300, 421)).values())


def outage(*stretches: Stretch) -> Traffic:
    """Ten minutes of health, and then what is told."""
    return traffic([Stretch(10, 60), *stretches], CLOCK)


def test_both_windows_must_exceed() -> None:
    """Ten minutes are slow to notice, two quick to forget."""
    condition = exceeding(outage(Stretch(5, 60, 1), Stretch(5, 60)), (600, 120), 0.3)
    assert condition(12 * 60) is None
    assert condition(14 * 60) == pytest.approx(0.4)
    assert condition(18 * 60) is None


def test_few_events_are_not_judged() -> None:
    """The guard holds back until there are enough failures, or enough requests."""
    of = outage(Stretch(5, 2, 1))
    assert exceeding(of, (60,), 0.5, Guard(7, 600, failures=True))(13 * 60) is None
    assert exceeding(of, (60,), 0.5, Guard(7, 600, failures=True))(14 * 60) == 1
    assert exceeding(of, (60,), 0.5, Guard(5000, 600, failures=False))(14 * 60) is None


def test_a_story_at_the_limit_is_told_with_other_numbers() -> None:
    """Where rounding would decide, there is nothing to be expected."""
    half = outage(Stretch(5, 60, 0.5))
    with pytest.raises(BalanceError):
        exceeding(half, (60,), 0.5)(14 * 60)

    def tell(nudge: float) -> Story:
        condition = exceeding(outage(Stretch(5, 60, 0.5).nudged(nudge)), (60,), 0.5)
        watch = Watch("A", condition, 0, lambda _: FIRING)
        checks(["A"], [watch], 15, CLOCK)
        return Story(f"{nudge}", Case.EXACTLY, None)  # type: ignore[arg-type]

    assert off_balance(tell).subject != "1.0"
