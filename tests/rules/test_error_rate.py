"""AIExecutionErrorRateHigh, told as traffic: 5 % of a service's or a tool's runs fail."""

from collections.abc import Callable

from opsconductor.contract.families import AI_REQUEST_ERRORS, AI_REQUESTS
from opsconductor.monitoring.scenario import (
    Check,
    Firing,
    Phase,
    Scenario,
    Value,
    automation_labels,
    counter,
    executions,
    named,
    restarted,
)
from opsconductor.settings import Settings
from opsconductor.settings.model import Alerting

Play = Callable[..., None]
ALERT = "AIExecutionErrorRateHigh"
RUNBOOK = f"http://127.0.0.1:3001/runbooks/{ALERT}"


def service_fires(share: str) -> Firing:
    """The service's alert while `share` of all runs fail."""
    return Firing(
        {"severity": "warning", "service": "automation-service"},
        {
            "summary": f"automation-service: {share} of tool runs fail",
            "description": (
                f"{share} of the tool runs of the last 5m failed for a reason that the service "
                "answers for; the limit is 5 %."
            ),
            "runbook_url": RUNBOOK,
        },
    )


def tool_fires(tool: str, share: str) -> Firing:
    """One tool's alert while `share` of its runs fail."""
    return Firing(
        {"severity": "warning", "service": "automation-service", "tool": tool},
        {
            "summary": f"automation-service: {share} of {tool} runs fail",
            "description": (
                f"{share} of {tool}'s runs of the last 5m failed for a reason that the service "
                "answers for; the limit is 5 % from 20 runs on."
            ),
            "runbook_url": RUNBOOK,
        },
    )


def test_just_below_five_percent_is_silent(play: Play) -> None:
    """A service that fails 4.9 % of its runs for half an hour calls nobody."""
    play(
        Scenario(
            name="4.9 %",
            series=executions([Phase(10, 200), Phase(30, 200, failing=0.049)]),
            checks=[Check(minute, ALERT) for minute in (12, 15, 20, 40)],
        )
    )


def test_just_above_five_percent_fires_after_two_minutes_and_resolves(play: Play) -> None:
    """6 % over five minutes has held for 2 m at minute 17, and ends when the window heals."""
    above = (service_fires("6%"), tool_fires("echo", "6%"))
    play(
        Scenario(
            name="6 %",
            # The window's share passes 5 % within 4 to 4.5 minutes of failing.
            series=executions([Phase(10, 200), Phase(20, 200, failing=0.06), Phase(15, 200)]),
            checks=[
                Check(16, ALERT),
                Check(17, ALERT, (service_fires("6%"), tool_fires("echo", "6%"))),
                Check(30, ALERT, above),
                Check(36, ALERT),
            ],
        )
    )


def test_only_the_failing_tool_is_named(play: Play) -> None:
    """A tool that fails among many that work fires for itself, not for the service."""
    series = executions([Phase(20, 10, failing=0.2)], tool="ping")
    series |= executions([Phase(20, 100)], tool="echo")
    play(
        Scenario(
            name="one tool of two",
            series=series,
            checks=[Check(15, ALERT, (tool_fires("ping", "20%"),))],
        )
    )


def test_a_tool_with_little_traffic_is_not_judged(play: Play) -> None:
    """With 15 runs in five minutes a tool is silent; with 25 it fires."""
    busy = executions([Phase(20, 200)], tool="echo")
    few = executions([Phase(20, 3, failing=0.5)], tool="ping")
    enough = executions([Phase(20, 5, failing=0.5)], tool="ping")
    play(
        Scenario(name="15 runs", series=busy | few, checks=[Check(15, ALERT)]),
        Scenario(
            name="25 runs",
            series=busy | enough,
            checks=[Check(15, ALERT, (tool_fires("ping", "50%"),))],
        ),
    )


def test_the_callers_mistakes_alone_never_fire(play: Play) -> None:
    """A caller who sends only mistakes, or mostly mistakes, is not the service's failure."""
    checks = [
        Check(minute, alert) for minute in (10, 20, 40) for alert in (ALERT, "SLOBurnRateFast")
    ]
    play(
        Scenario(
            name="only mistakes",
            series=executions([Phase(5, 60), Phase(40, 60, mistaken=1)]),
            checks=checks,
        ),
        Scenario(
            name="mistakes from the first request on",
            series=executions([Phase(45, 60, mistaken=0.9)]),
            checks=checks,
        ),
    )


def test_mistakes_do_not_hide_the_services_failures(play: Play) -> None:
    """The share is of the runs that the service answers for: 3 of 30, not 3 of 60."""
    play(
        Scenario(
            name="half mistakes",
            series=executions([Phase(30, 60, failing=0.05, mistaken=0.5)]),
            checks=[Check(20, ALERT, (service_fires("10%"), tool_fires("echo", "10%")))],
        )
    )


def test_mistakes_count_when_the_setting_says_so(play: Play) -> None:
    """With count_caller_mistakes the same mistakes fire."""
    play(
        Scenario(
            name="counted mistakes",
            series=executions([Phase(30, 60, mistaken=0.1)]),
            checks=[Check(20, ALERT, (service_fires("10%"), tool_fires("echo", "10%")))],
        ),
        settings=Settings(alerting=Alerting(count_caller_mistakes=True)),
    )


def test_total_failure_without_any_success_series_fires(play: Play) -> None:
    """Everything fails and no success was ever counted: the ratio is 1, not absent."""
    of = automation_labels(tool="echo")
    play(
        Scenario(
            name="no success series",
            series={
                named(AI_REQUESTS.name, status="error", **of): counter([(20, 60)]),
                named(AI_REQUEST_ERRORS.name, reason="internal", **of): counter([(20, 60)]),
            },
            checks=[Check(10, ALERT, (service_fires("100%"), tool_fires("echo", "100%")))],
        )
    )


def test_silence_is_a_ratio_of_zero(play: Play) -> None:
    """Seeded series without traffic record 0, not NaN and not nothing, and fire nothing."""
    ratio = "slo:sli_errors_per_sli_events:ratio_rate5m"
    of = 'slo="execution-success"'
    play(
        Scenario(
            name="no traffic",
            series=executions([Phase(60, 0)]),
            checks=[Check(50, ALERT), Check(50, "SLOBurnRateFast")],
            values=[
                Value(
                    50,
                    f"{ratio}{{{of}}}",
                    {f'{ratio}{{service="automation-service", {of}}}': 0},
                )
            ],
        )
    )


def test_absent_series_fire_nothing(play: Play) -> None:
    """Before the first scrape there is nothing to judge."""
    play(Scenario(name="nothing", series={}, checks=[Check(30, ALERT)]))


def test_a_restart_is_not_an_error_burst(play: Play) -> None:
    """Counters that start again from 0 do not change a share of 4 %."""
    of = automation_labels(tool="echo")
    lives = [(10, 100.0)], [(10, 100.0)], [(10, 100.0)]
    failed = [[(minutes, rate * 0.04) for minutes, rate in life] for life in lives]
    succeeded = [[(minutes, rate * 0.96) for minutes, rate in life] for life in lives]
    play(
        Scenario(
            name="two restarts",
            series={
                named(AI_REQUESTS.name, status="success", **of): restarted(succeeded),
                named(AI_REQUESTS.name, status="error", **of): restarted(failed),
                named(AI_REQUEST_ERRORS.name, reason="internal", **of): restarted(failed),
            },
            checks=[Check(minute, ALERT) for minute in range(2, 30)],
        )
    )


def test_the_first_error_ever_is_seen(play: Play) -> None:
    """A seeded counter's first increase counts: one failing minute after a quiet hour fires."""
    play(
        Scenario(
            name="first errors",
            series=executions([Phase(60, 30), Phase(1, 30, failing=1), Phase(9, 30)]),
            checks=[Check(64, ALERT, (service_fires("20%"), tool_fires("echo", "20%")))],
        )
    )
