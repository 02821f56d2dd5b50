"""Endpoints, the canary and users' silence, told as what goes away."""

from collections.abc import Callable

import pytest

from opsconductor.contract import PROBES, Status
from opsconductor.contract.families import CANARY_REQUESTS
from opsconductor.monitoring.rules.availability import PROBED
from opsconductor.monitoring.scenario import (
    Check,
    Firing,
    Phase,
    Scenario,
    Series,
    counter,
    executions,
    gauge,
    named,
)

Play = Callable[..., None]

DOWN, CANARY, SILENCE = "MetricsEndpointDown", "CanaryFailing", "NoRequestsReceived"
JOBS = {
    "automation-service": "automation-service",
    "ai-pipeline": "ai-pipeline",
    "canary": "monitoring",
    "supervisor": "monitoring",
    "console": "monitoring",
    "prometheus": "monitoring",
    "alertmanager": "monitoring",
}


def up(**values: str) -> Series:
    """`up` of every job: 1 for half an hour unless `values` says otherwise (`_` for `-`)."""
    return {
        named("up", job=job, service=service, instance=f"{job}:1"): values.get(
            job.replace("-", "_"), gauge([(30, 1)])
        )
        for job, service in JOBS.items()
        if values.get(job.replace("-", "_")) != ""
    }


def down(job: str, *, vanished: bool = False) -> Firing:
    """MetricsEndpointDown of a job."""
    instance = {} if vanished else {"instance": f"{job}:1"}
    where = ": no such target" if vanished else f" at {job}:1"
    return Firing(
        {"severity": "critical", "service": JOBS[job], "job": job, **instance},
        {
            "summary": f"{job}: the metrics endpoint is down",
            "description": (
                f"Prometheus cannot scrape {job}{where}. What this endpoint would tell is unknown "
                "until it answers."
            ),
            "runbook_url": f"http://127.0.0.1:3001/runbooks/{DOWN}",
        },
    )


@pytest.mark.parametrize("job", JOBS)
def test_a_target_that_is_down_fires_after_a_minute_and_resolves(play: Play, job: str) -> None:
    """Every target has the alert, under its own service."""
    values = {job.replace("-", "_"): gauge([(10, 1), (5, 0), (15, 1)])}
    play(
        Scenario(
            name=f"{job} down",
            series=up(**values),
            checks=[
                Check(10.5, DOWN),
                Check(11, DOWN, (down(job),)),
                Check(14.5, DOWN, (down(job),)),
                Check(16, DOWN),
            ],
        )
    )


def test_a_target_that_vanished_fires(play: Play) -> None:
    """A service that is no longer among the targets is as bad as one that is down."""
    play(
        Scenario(
            name="pipeline vanished",
            series=up(ai_pipeline=f"{gauge([(10, 1)])} stale"),
            checks=[
                Check(10.5, DOWN),
                Check(11.5, DOWN, (down("ai-pipeline", vanished=True),)),
                Check(29, DOWN, (down("ai-pipeline", vanished=True),)),
            ],
        ),
        Scenario(
            name="automation was never there",
            series=up(automation_service=""),
            checks=[
                Check(0.5, DOWN),
                Check(2, DOWN, (down("automation-service", vanished=True),)),
            ],
        ),
    )


def test_a_start_is_silent(play: Play) -> None:
    """Half a minute in which nothing was scraped yet calls nobody."""
    late = gauge([(0.5, None), (29.5, 1)])
    series = up(**{job.replace("-", "_"): late for job in JOBS})
    play(Scenario(name="start", series=series, checks=[Check(m / 2, DOWN) for m in range(20)]))


def probes(minutes: float, *phases: tuple[float, float], probe: str = "execute") -> Series:
    """Every probe 12 times a minute; `probe` fails in shares through phases (minutes, share)."""
    series = {}
    for one in PROBES:
        shares = phases if one == probe else ((minutes, 0.0),)
        for status in Status:
            load = [
                (length, 12 * (share if status == Status.ERROR else 1 - share))
                for length, share in shares
            ]
            labels = {"probe": one, "status": str(status), "service": "monitoring", "job": "canary"}
            series[named(CANARY_REQUESTS.name, **labels)] = counter(load)
    return series


def probe_fails(probe: str, share: str) -> Firing:
    """CanaryFailing of one probe."""
    service = PROBED[probe]
    return Firing(
        {"severity": "critical", "service": service, "probe": probe},
        {
            "summary": f"{service}: the canary's {probe} probe fails",
            "description": (
                f"{share} of the {probe} probes of the last 2m failed; the limit is 50 %. "
                "A user's request would fail too."
            ),
            "runbook_url": f"http://127.0.0.1:3001/runbooks/{CANARY}",
        },
    )


@pytest.mark.parametrize("probe", PROBES)
def test_a_failing_probe_fires_after_two_minutes_and_resolves(play: Play, probe: str) -> None:
    """A path that is broken for more than half of two minutes pages two minutes later."""
    play(
        Scenario(
            name=f"{probe} fails",
            series=probes(30, (10, 0), (10, 1), (10, 0), probe=probe),
            checks=[
                # More than half of the window has failed at 11.5.
                Check(13, CANARY),
                Check(13.5, CANARY, (probe_fails(probe, "100%"),)),
                Check(20, CANARY, (probe_fails(probe, "100%"),)),
                Check(22, CANARY),
            ],
        )
    )


def test_half_of_the_probes_failing_is_silent(play: Play) -> None:
    """49 % of failing probes do not page."""
    play(
        Scenario(
            name="49 %",
            series=probes(30, (30, 0.49)),
            checks=[Check(minute, CANARY) for minute in (3, 10, 30)],
        )
    )


def test_a_canary_that_does_not_probe_fires(play: Play) -> None:
    """A canary that hangs, or whose series are absent, is itself an alert."""
    silence = Firing(
        {"severity": "critical", "service": "monitoring", "job": "canary"},
        {
            "summary": "The canary does not probe",
            "description": (
                "No probe ended in the last 2m: nobody checks the running path from outside."
            ),
            "runbook_url": f"http://127.0.0.1:3001/runbooks/{CANARY}",
        },
    )
    still = {
        name: f"{values.split(' ')[0]} {'0x60' if 'error' in name else '_x60'}"
        for name, values in probes(30, (30, 0)).items()
    }
    play(
        Scenario(
            name="hangs",
            series=still,
            checks=[Check(1, CANARY), Check(5, CANARY, (silence,))],
        ),
        Scenario(
            name="absent",
            series=up(),
            checks=[Check(1.5, CANARY), Check(2.5, CANARY, (silence,))],
        ),
    )


NOBODY = (
    Firing(
        {"severity": "info", "service": "automation-service"},
        {
            "summary": "automation-service: no user request arrives",
            "description": (
                "No user asked for a tool run in the last 10m; the canary's probes are not "
                "counted. Idle users, or a request path that is broken before the service."
            ),
            "runbook_url": f"http://127.0.0.1:3001/runbooks/{SILENCE}",
        },
    ),
)


def test_ten_minutes_without_a_user_are_noticed_and_end_with_one(play: Play) -> None:
    """The window is empty 10 m after the last request, and has been for 10 m at 20."""
    play(
        Scenario(
            name="users leave",
            series=executions([Phase(20, 1), Phase(30, 0), Phase(10, 1)]) | probes(60, (60, 0)),
            checks=[
                Check(20, SILENCE),
                Check(39, SILENCE),
                Check(41, SILENCE, NOBODY),
                Check(50, SILENCE, NOBODY),
                Check(51, SILENCE),
            ],
        )
    )


def test_one_request_in_ten_minutes_is_enough(play: Play) -> None:
    """A user who asks every nine minutes, even only wrongly, is a user."""
    play(
        Scenario(
            name="rare users",
            series=executions([*[Phase(8.5, 0), Phase(0.5, 2, mistaken=1)] * 6]),
            checks=[Check(minute, SILENCE) for minute in range(0, 54, 3)],
        )
    )


def test_a_fresh_system_has_ten_minutes(play: Play) -> None:
    """Without a request since the start it is said after ten minutes, not at once."""
    play(
        Scenario(
            name="fresh",
            series=executions([Phase(30, 0)]),
            checks=[Check(9, SILENCE), Check(11, SILENCE, NOBODY)],
        ),
        Scenario(
            name="fresh, series absent",
            series=up(),
            checks=[Check(9, SILENCE), Check(11, SILENCE, NOBODY)],
        ),
    )
