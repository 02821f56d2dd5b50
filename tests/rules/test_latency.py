"""The latency alerts, told as how long tool runs and searches take."""

from collections.abc import Callable, Mapping

import pytest

from opsconductor.contract import Family
from opsconductor.contract.families import AI_REQUEST_DURATION, SELECTOR_REQUEST_DURATION
from opsconductor.monitoring.scenario import (
    Check,
    Firing,
    Scenario,
    Series,
    automation_labels,
    histogram,
)

Play = Callable[..., None]

P95, P99 = "AIExecutionLatencyP95High", "AIExecutionLatencyP99Critical"
SELECTOR = "SelectorLatencyHigh"

FAST: Mapping[float, float] = {0.1: 100}
"""A hundred observations a minute of 0.1 s."""


def fires(alert: str, summary: str, description: str) -> tuple[Firing, ...]:
    """The alert with its sentences."""
    severity = "critical" if alert == P99 else "warning"
    return (
        Firing(
            {"severity": severity, "service": "automation-service"},
            {
                "summary": f"automation-service: {summary}",
                "description": description,
                "runbook_url": f"http://127.0.0.1:3001/runbooks/{alert}",
            },
        ),
    )


def durations(
    family: Family, *phases: tuple[float, Mapping[float, float]], tool: str = ""
) -> Series:
    """automation-service's buckets of a family through phases of (minutes, load)."""
    return histogram(family, phases, automation_labels(**({"tool": tool} if tool else {})))


def test_p95_is_silent_just_below_and_fires_just_above(play: Play) -> None:
    """With 4 % of the runs slower than 1 s nobody is called; with 6 % somebody is, and then not."""
    below = {0.1: 96.0, 2.5: 4.0}
    above = {0.1: 94.0, 2.5: 6.0}
    play(
        Scenario(
            name="4 % slow",
            series=durations(AI_REQUEST_DURATION, (30, below), tool="echo"),
            checks=[Check(minute, P95) for minute in (5, 15, 30)],
        ),
        Scenario(
            name="6 % slow",
            series=durations(AI_REQUEST_DURATION, (10, FAST), (20, above), (15, FAST), tool="echo"),
            checks=[
                # 5 % of the window are slow 4 m 10 s after it begins, and for 2 m at minute 17.
                Check(16, P95),
                Check(
                    25,
                    P95,
                    fires(
                        P95,
                        "p95 of tool runs is 1.25s",
                        "95 % of the tool runs of the last 5m took up to 1.25s; the limit is 1 s.",
                    ),
                ),
                Check(37, P95),
            ],
        ),
    )


def test_p95_is_of_all_tools_together(play: Play) -> None:
    """A slow tool that is 2 % of the traffic does not make the service slow."""
    series = durations(AI_REQUEST_DURATION, (20, {0.1: 98}), tool="echo")
    series |= durations(AI_REQUEST_DURATION, (20, {10.0: 2}), tool="directory_size")
    play(Scenario(name="one slow tool", series=series, checks=[Check(15, P95)]))


def test_p99_is_silent_just_below_and_fires_just_above(play: Play) -> None:
    """0.8 % of the runs slower than 5 s are silent; 2 % page after 3 m, and heal."""
    below = {0.1: 496.0, 10.0: 4.0}
    above = {0.1: 490.0, 10.0: 10.0}
    healthy = {0.1: 500.0}
    play(
        Scenario(
            name="0.8 % slow",
            series=durations(AI_REQUEST_DURATION, (20, below), tool="echo"),
            checks=[Check(minute, P99) for minute in (5, 20)],
        ),
        Scenario(
            name="2 % slow",
            series=durations(
                AI_REQUEST_DURATION, (10, healthy), (20, above), (15, healthy), tool="echo"
            ),
            checks=[
                # 1 % of the window are slow after 2 m 30 s, and for 3 m at minute 16.
                Check(15, P99),
                Check(
                    25,
                    P99,
                    fires(
                        P99,
                        "p99 of tool runs is 7.5s",
                        "99 % of the tool runs of the last 5m took up to 7.5s; the limit is 5 s.",
                    ),
                ),
                Check(37, P99),
            ],
        ),
    )


def test_slow_searches_fire_after_five_minutes(play: Play) -> None:
    """Searches with a p95 of 0.75 s fire after 5 m; with 4 % slow ones they do not."""
    play(
        Scenario(
            name="4 % slow",
            series=durations(SELECTOR_REQUEST_DURATION, (30, {0.05: 96, 1.0: 4})),
            checks=[Check(minute, SELECTOR) for minute in (5, 30)],
        ),
        Scenario(
            name="10 % slow",
            series=durations(
                SELECTOR_REQUEST_DURATION,
                (10, {0.05: 100}),
                (20, {0.05: 90, 1.0: 10}),
                (15, {0.05: 100}),
            ),
            checks=[
                # 5 % of the window are slow after 2 m 30 s, and for 5 m at minute 18.
                Check(17, SELECTOR),
                Check(
                    25,
                    SELECTOR,
                    fires(
                        SELECTOR,
                        "p95 of searches is 750ms",
                        "95 % of the searches of the last 5m took up to 750ms; the limit is 0.5 s.",
                    ),
                ),
                Check(39, SELECTOR),
            ],
        ),
    )


@pytest.mark.parametrize("alert", [P95, P99, SELECTOR])
def test_no_traffic_has_no_latency(play: Play, alert: str) -> None:
    """Buckets that do not move give NaN, and absent buckets give nothing: neither fires."""
    still = durations(AI_REQUEST_DURATION, (20, {}), tool="echo")
    still |= durations(SELECTOR_REQUEST_DURATION, (20, {}))
    checks = [Check(10, alert), Check(20, alert)]
    play(
        Scenario(name="still", series=still, checks=checks),
        Scenario(name="absent", series={}, checks=checks),
    )
