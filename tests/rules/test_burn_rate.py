"""The burn tiers, told as outages against an objective of 99 % over 30 days."""

from collections.abc import Callable, Sequence

import pytest

from opsconductor.monitoring.scenario import Check, Firing, Phase, Scenario, executions
from opsconductor.settings import Settings
from opsconductor.settings.model import Alerting, Prometheus

Play = Callable[..., None]

FAST, SLOW = "SLOBurnRateFast", "SLOBurnRateSlow"
TICKET, TREND = "SLOBurnRateTicket", "SLOBudgetTrend"
TIERS = (FAST, SLOW, TICKET, TREND)
HOUR = 60
"""In minutes, as scenarios count."""
COARSE = 240
"""Seconds between samples and between evaluations in the scenarios that last days."""

LIMITS = {
    FAST: ("critical", "1h", "5m", "14.4", "85.6 %"),
    SLOW: ("warning", "6h", "30m", "6", "94 %"),
    TICKET: ("info", "1d", "2h", "3", "97 %"),
    TREND: ("info", "3d", "6h", "1", "99 %"),
}
"""What the tiers promise: severity, long window, short window, burn, success."""


TIER_OF = {FAST: "fast", SLOW: "slow", TICKET: "ticket", TREND: "trend"}
"""The label by which a stranger's Alertmanager may inhibit."""


def fires(alert: str, burn: str) -> tuple[Firing, ...]:
    """The tier's alert while the budget burns `burn` times too fast."""
    severity, long, short, factor, success = LIMITS[alert]
    return (
        Firing(
            {
                "severity": severity,
                "service": "automation-service",
                "slo": "execution-success",
                "slo_tier": TIER_OF[alert],
            },
            {
                "summary": (
                    "automation-service: the error budget of execution-success is spent "
                    f"{burn} times too fast"
                ),
                "description": (
                    f"Over {long} the burn rate is {burn}, and over {short} still above {factor} "
                    f"(success below {success}); at a burn rate of 1 the budget of 1 % lasts "
                    "exactly its period."
                ),
                "runbook_url": f"http://127.0.0.1:3001/runbooks/{alert}",
            },
        ),
    )


def every(seconds: int) -> Settings:
    """Settings whose rules are evaluated as often as the scenario has samples."""
    return Settings(prometheus=Prometheus(rule_interval_seconds=seconds))


def outage(name: str, phases: Sequence[Phase], *checks: Check, step: int = 30) -> Scenario:
    """A scenario of one tool's traffic."""
    return Scenario(name=name, series=executions(phases, step=step), checks=checks, step=step)


def silent(alert: str, *minutes: float) -> list[Check]:
    """Nothing fires under this name at these minutes."""
    return [Check(minute, alert) for minute in minutes]


def test_success_just_under_the_target_is_no_fast_burn(play: Play) -> None:
    """98.9 % is a burn of 1.1: it must not page."""
    play(outage("98.9 %", [Phase(120, 60, failing=0.011)], *silent(FAST, 10, 60, 119)))


def test_fast_burn_is_silent_just_below_and_fires_just_above(play: Play) -> None:
    """14.3 % failing spends 14.3 times too fast and is silent; 14.5 % pages."""
    play(
        outage("14.3", [Phase(90, 200, failing=0.143)], *silent(FAST, 5, 45, 90)),
        outage("14.5", [Phase(90, 200, failing=0.145)], Check(30, FAST, fires(FAST, "14.5"))),
    )


def test_fast_burn_sees_a_total_outage_after_nine_minutes(play: Play) -> None:
    """From health to a total outage: beyond 14.4 after 9 m, firing 2 m later, not later still."""
    start = 2 * HOUR
    play(
        outage(
            "total outage",
            [Phase(start, 60), Phase(20, 60, failing=1), Phase(30, 60)],
            Check(start + 10.5, FAST),
            Check(start + 11, FAST, fires(FAST, "18.3")),
            Check(start + 23, FAST, fires(FAST, "33.3")),
            # Five minutes after the repair the short window is clean.
            *silent(FAST, start + 25, start + 50),
        )
    )


def test_a_minute_of_outage_in_a_healthy_system_is_silent(play: Play) -> None:
    """A blip spends 1.7 % of an hour and calls nobody."""
    phases = [Phase(90, 60), Phase(1, 60, failing=1), Phase(29, 60)]
    checks = [check for tier in TIERS for check in silent(tier, 92, 95, 120)]
    play(outage("blip", phases, *checks))


def test_a_real_outage_in_a_young_system_fires(play: Play) -> None:
    """A system that fails from its first request on pages within three minutes."""
    play(
        outage(
            "born broken",
            [Phase(10, 60, failing=1)],
            Check(1.5, FAST),
            Check(3, FAST, fires(FAST, "100.0")),
        )
    )


@pytest.mark.parametrize(("errors", "expected"), [(1, ()), (4, ()), (5, fires(FAST, "50.0"))])
def test_few_requests_need_five_errors(
    play: Play, errors: int, expected: tuple[Firing, ...]
) -> None:
    """At ten requests an hour one error is a burn of 10, four are 40: only five page."""
    request, pause = Phase(1, 1), Phase(5, 0)
    failed = Phase(1, 1, failing=1)
    hour = [request, pause] * (10 - errors) + [failed, pause] * errors
    play(outage(f"{errors} of 10", [*hour, *hour], Check(118, FAST, expected)))


def test_slow_burn_is_silent_just_below(play: Play) -> None:
    """5.9 % failing for seven hours stays below a burn of 6."""
    play(
        outage("5.9", [Phase(7 * HOUR, 60, failing=0.059)], *silent(SLOW, 30, 200, 420), step=60),
        settings=every(60),
    )


def test_slow_burn_fires_just_above_and_resolves(play: Play) -> None:
    """20 % failing takes 108 m to fill 6 % of six hours, and 15 m more to be sure."""
    start = 6 * HOUR
    play(
        outage(
            "20 %",
            [Phase(start, 60), Phase(130, 60, failing=0.2), Phase(40, 60)],
            Check(start + 123, SLOW),
            Check(start + 126, SLOW, fires(SLOW, "7.0")),
            Check(start + 156, SLOW),
            step=60,
        ),
        settings=every(60),
    )


def test_ticket_is_silent_just_below(play: Play) -> None:
    """2.9 % failing for a day and more stays below a burn of 3."""
    play(
        outage(
            "2.9",
            [Phase(28 * HOUR, 60, failing=0.029)],
            *silent(TICKET, 120, 1440, 1680),
            step=COARSE,
        ),
        settings=every(COARSE),
    )


def test_ticket_fires_just_above_and_resolves(play: Play) -> None:
    """30 % failing fills 3 % of a day in 148 m, and has held for an hour at 208 m."""
    start = 24 * HOUR
    play(
        outage(
            "30 %",
            [Phase(start, 60), Phase(216, 60, failing=0.3), Phase(160, 60)],
            Check(start + 204, TICKET),
            Check(start + 216, TICKET, fires(TICKET, "4.5")),
            Check(start + 360, TICKET),
            step=COARSE,
        ),
        settings=every(COARSE),
    )


@pytest.mark.parametrize(("errors", "expected"), [(4, ()), (6, fires(TICKET, "6.9"))])
def test_few_requests_a_day_need_five_errors(
    play: Play, errors: int, expected: tuple[Firing, ...]
) -> None:
    """Of the first 85 runs of a day, four that fail open no ticket; six do.

    It says 6.9 and not 7.1, for `rate()` never extrapolates a counter to below 0, and so counts
    a counter's first increase a little low.
    """
    request, failed = Phase(4, 0.25), Phase(4, 0.25, failing=1)
    day = [*[request] * 60, *[failed] * errors, *[request] * (40 - errors)]
    play(
        outage(f"{errors} of 85", day, Check(340, TICKET, expected), step=COARSE),
        settings=every(COARSE),
    )


def test_trend_is_silent_just_below_fires_just_above_and_resolves(play: Play) -> None:
    """0.9 % for three days is within budget; 5 % on top passes 1 % at 108 m, fires at 168 m."""
    start = 72 * HOUR
    play(
        outage(
            "0.9 % and then 5 %",
            [Phase(start, 60, failing=0.009), Phase(200, 60, failing=0.05), Phase(320, 60)],
            *silent(TREND, 600, 2000, start, start + 164),
            Check(start + 180, TREND, fires(TREND, "1.1")),
            Check(start + 512, TREND),
            step=COARSE,
        ),
        settings=every(COARSE),
    )


def test_trend_judges_a_young_system_by_what_it_has_seen(play: Play) -> None:
    """Two hours old and 2 % failing throughout: a burn of 2, though three days are not over."""
    play(
        outage(
            "young",
            [Phase(120, 60, failing=0.02)],
            Check(56, TREND),
            Check(100, TREND, fires(TREND, "2.0")),
            step=COARSE,
        ),
        settings=every(COARSE),
    )


def test_a_tiers_factor_is_a_setting(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fast burn of 10, 12 % failing pages."""
    monkeypatch.setitem(LIMITS, FAST, ("critical", "1h", "5m", "10", "90 %"))
    play(
        outage("12 %", [Phase(30, 60, failing=0.12)], Check(20, FAST, fires(FAST, "12.0"))),
        settings=Settings(alerting=Alerting(thresholds={FAST: 10})),
    )
