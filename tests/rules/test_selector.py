"""The selector's alerts, told as database errors and evictions."""

from collections.abc import Callable, Sequence

from opsconductor.contract.families import SELECTOR_CACHE_EVICTIONS, SELECTOR_DB_ERRORS
from opsconductor.monitoring.scenario import (
    Check,
    Firing,
    Scenario,
    automation_labels,
    counter,
    named,
    restarted,
)

Play = Callable[..., None]

BURST, EVICTIONS = "SelectorErrorBurst", "SelectorCacheEvictionRateHigh"


def burst(about: int) -> tuple[Firing, ...]:
    """SelectorErrorBurst with about so many errors."""
    return (
        Firing(
            {"severity": "warning", "service": "automation-service"},
            {
                "summary": "The tool catalogue's database fails",
                "description": (
                    f"The catalogue's database failed or refused about {about} searches in the "
                    "last 5m. Answers that were known before are served as degraded; new searches "
                    "get 503."
                ),
                "runbook_url": f"http://127.0.0.1:3001/runbooks/{BURST}",
            },
        ),
    )


def scenario(name: str, family: str, values: str, checks: Sequence[Check]) -> Scenario:
    """One counter of the selector."""
    return Scenario(name=name, series={named(family, **automation_labels()): values}, checks=checks)


def test_one_database_error_fires_after_a_minute_and_resolves(play: Play) -> None:
    """A single error in a seeded counter fires a minute later and is over after five."""
    play(
        scenario(
            "one error",
            SELECTOR_DB_ERRORS.name,
            counter([(9.5, 0), (0.5, 2), (20, 0)]),
            [
                Check(9, BURST),
                Check(10.5, BURST),
                Check(11, BURST, burst(1)),
                Check(14, BURST, burst(1)),
                Check(16, BURST),
            ],
        )
    )


def test_no_database_error_is_silent(play: Play) -> None:
    """A counter that stands still, at 0 or after a restart, calls nobody."""
    checks = [Check(minute, BURST) for minute in (1, 10, 25)]
    play(
        scenario("at 0", SELECTOR_DB_ERRORS.name, counter([(30, 0)]), checks),
        scenario(
            "restarted",
            SELECTOR_DB_ERRORS.name,
            # Errors of long ago, then a new life of the process.
            "7x40 0x40",
            [Check(minute, BURST) for minute in (10, 19, 21, 25, 40)],
        ),
        scenario("absent", "selector_cache_entries", "1x60", checks),
    )


def test_evictions_are_silent_just_below_and_fire_just_above(play: Play) -> None:
    """9.9 evictions a second are silent; 11 fire after five minutes, and heal."""
    below, above = 9.9 * 60, 11.0 * 60
    play(
        scenario(
            "9.9/s",
            SELECTOR_CACHE_EVICTIONS.name,
            counter([(40, below)]),
            [Check(minute, EVICTIONS) for minute in (6, 20, 40)],
        ),
        scenario(
            "11/s",
            SELECTOR_CACHE_EVICTIONS.name,
            counter([(10, 0), (20, above), (15, 0)]),
            [
                # The rate over the window passes 10/s after 4 m 33 s, and has for 5 m at 20.
                Check(19.5, EVICTIONS),
                Check(
                    20.5,
                    EVICTIONS,
                    (
                        Firing(
                            {"severity": "info", "service": "automation-service"},
                            {
                                "summary": "The selector's cache is too small for its traffic",
                                "description": (
                                    "11.0 answers a second left the full cache over the last 5m; "
                                    "the limit is 10/s."
                                ),
                                "runbook_url": f"http://127.0.0.1:3001/runbooks/{EVICTIONS}",
                            },
                        ),
                    ),
                ),
                Check(31, EVICTIONS),
            ],
        ),
    )


def test_evictions_survive_a_restart(play: Play) -> None:
    """A counter that starts again from 0 is no burst."""
    lives = [[(10.0, 300.0)], [(10.0, 300.0)]]
    play(
        scenario(
            "restart",
            SELECTOR_CACHE_EVICTIONS.name,
            restarted(lives),
            [Check(minute, EVICTIONS) for minute in range(5, 20)],
        )
    )
