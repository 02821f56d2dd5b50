"""Alerts from a cause in the running system to the message that a person would receive.

Windows and holds are divided, so that minutes become seconds; everything else is as it runs.
"""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from tests.stack.conftest import MakeSystem
from tests.stack.postgres import Postgres
from tests.stack.system import Sections, System, eventually

pytestmark = pytest.mark.stack

FAST: Sections = {
    "alerting": {"time_scale": 100},
    "prometheus": {
        "scrape_interval_seconds": 0.25,
        "automation_scrape_interval_seconds": 0.25,
        "evaluation_interval_seconds": 0.25,
        "rule_interval_seconds": 0.25,
    },
    "alertmanager": {"group_wait_seconds": 0.1, "group_interval_seconds": 0.5},
}
ENOUGH_REQUESTS = 300
"""What demo traffic of one a second makes in the windows of five minutes."""
SECONDS = 60
"""More than any step needs; reaching it fails the test."""


def run_tool(system: System, name: str, **params: Any) -> bool:
    """Run a tool as a user does; returns whether it succeeded."""
    answer = httpx.post(
        system.url("automation", "/ai/tools/execute"),
        json={"name": name, "params": params},
        trust_env=False,
    )
    success: bool = answer.raise_for_status().json()["success"]
    return success


def search(system: System, query: str) -> httpx.Response:
    """Search for a tool."""
    return httpx.get(
        system.url("automation", "/api/selector/search"), params={"query": query}, trust_env=False
    )


def message(
    system: System, receiver: str, alert: str, status: str
) -> Callable[[], Mapping[str, Any] | None]:
    """Looks for the receiver's message about the alert."""

    def look() -> Mapping[str, Any] | None:
        return next(
            (
                each
                for each in system.inbox(receiver)
                if each["status"] == status and alert in each["alerts"]
            ),
            None,
        )

    return look


def was_pending(system: System, alert: str) -> bool:
    """Whether the alert was pending before it fired."""
    query = f'count_over_time(ALERTS{{alertname="{alert}",alertstate="pending"}}[5m])'
    return bool(query_vector(system, query))


def query_vector(system: System, query: str) -> list[dict[str, Any]]:
    """An instant query's result."""
    answer = httpx.get(
        system.url("prometheus", "/api/v1/query"), params={"query": query}, trust_env=False
    )
    found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
    return found


def test_failing_requests_reach_slack_and_healing_resolves_them(make_system: MakeSystem) -> None:
    """Real failures: pending, firing, a Slack message; then success: a resolved message."""
    alert = "AIExecutionErrorRateHigh"
    system = make_system(FAST)
    system.up()

    def fail_until_told() -> Mapping[str, Any] | None:
        # Nobody listens on port 1: the connection is refused.
        assert not run_tool(system, "tcp_check", host="127.0.0.1", port=1)
        return message(system, "slack", alert, "firing")()

    fired = eventually(fail_until_told, SECONDS, "a Slack message about the failures")
    assert "automation-service" in f"{fired['title']} {fired['body']}"
    assert was_pending(system, alert)

    def heal_until_told() -> Mapping[str, Any] | None:
        assert run_tool(system, "echo", text="ping")
        return message(system, "slack", alert, "resolved")()

    eventually(heal_until_told, SECONDS, "a resolved Slack message")
    assert alert not in system.alerts()


def test_a_stopped_database_is_answered_around_told_and_recovered_from(
    make_system: MakeSystem, postgres: Postgres
) -> None:
    """PostgreSQL goes: the last known answer is served and told; it returns: fresh and resolved."""
    alert = "SelectorErrorBurst"
    system = make_system(
        {
            **FAST,
            "automation": {"database_url": postgres.url},
            "selector": {"cache_ttl_seconds": 1},
        }
    )
    system.up()
    known = search(system, "disk space").raise_for_status().json()
    assert known["results"]
    postgres.stop()
    try:
        eventually(lambda: search(system, "disk space").json().get("degraded"), SECONDS, "degraded")
        degraded = search(system, "disk space").json()
        assert degraded["results"] == known["results"]
        unknown = search(system, "something never asked")
        assert (unknown.status_code, unknown.headers["retry-after"]) == (503, "30")
        numbers = itertools.count()

        def miss_until_told() -> Mapping[str, Any] | None:
            search(system, f"new question {next(numbers)}")
            return message(system, "slack", alert, "firing")()

        eventually(miss_until_told, SECONDS, "a Slack message about the database")
        assert was_pending(system, alert)
    finally:
        postgres.start()
    eventually(lambda: search(system, "after recovery").status_code == 200, SECONDS, "fresh again")
    assert search(system, "disk space").json()["degraded"] is False
    eventually(message(system, "slack", alert, "resolved"), SECONDS, "a resolved message")


def test_a_dead_service_pages(make_system: MakeSystem) -> None:
    """A service that is not started again: its endpoint is down, and PagerDuty is told."""
    alert = "MetricsEndpointDown"
    system = make_system(FAST)
    system.up("--no-restart", "ai-pipeline")
    system.kill("ai-pipeline")
    paged = eventually(message(system, "pagerduty", alert, "firing"), SECONDS, "a page")
    assert "ai-pipeline" in str(paged["raw"])
    assert was_pending(system, alert)


@pytest.mark.alone
def test_a_healthy_system_under_demo_traffic_fires_nothing_but_the_watchdog(
    make_system: MakeSystem,
) -> None:
    """Ordinary traffic, its honest failures included, calls nobody.

    Windows are a tenth, traffic is tenfold: as many requests in a window as on a real system.
    """
    system = make_system(
        {
            **FAST,
            "alerting": {"time_scale": 10},
            "demo": {"enabled": True, "requests_per_second": 10},
        }
    )
    system.up()

    def enough_traffic() -> bool:
        found = query_vector(system, "sum(ai_requests_total)")
        return bool(found) and float(found[0]["value"][1]) > ENOUGH_REQUESTS

    eventually(enough_traffic, 3 * SECONDS, "more requests than a window holds")
    fired = query_vector(
        system, 'count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[10m]))'
    )
    assert {each["metric"]["alertname"] for each in fired} == {"Watchdog"}


def test_check_finds_a_whole_system_well(make_system: MakeSystem) -> None:
    """Every line of `opsconductor check` is ok, and nobody was paged."""
    system = make_system()
    system.up()
    done = system.cli("check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    assert {each["alerts"][0] for each in system.inbox("pagerduty")} == {"OpsConductorDrill"}
