"""Stories of what is there and what is not: targets, the canary's path, users, the selector."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from opsconductor.contract import AUTOMATION, MONITORING, PIPELINE, Status
from opsconductor.contract.families import (
    AI_REQUESTS,
    CANARY_REQUESTS,
    SELECTOR_CACHE_EVICTIONS,
    SELECTOR_DB_ERRORS,
)
from opsconductor.monitoring.scenario import Scenario, Series, named
from opsconductor.monitoring.scenarios.counts import Counted, Silent
from opsconductor.monitoring.scenarios.figures import humanized_share, number, share, window
from opsconductor.monitoring.scenarios.gauges import Level
from opsconductor.monitoring.scenarios.ratio import Share, Stretch, Traffic, exceeding, traffic
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, counter, notation
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.objectives import Threshold

ONE, TWO = (("a:3004", 1.0),), (("a:3004", 0.75), ("b:3004", 0.25))
"""Canaries, and their shares of the probes, which are added up."""
ASKS: Mapping[str, str] = {"pipeline": PIPELINE, "execute": AUTOMATION, "selector": AUTOMATION}
"""Whom each of the canary's probes asks."""
PROBES_A_MINUTE = 12.0


def target(service: str = AUTOMATION) -> dict[str, str]:
    """The labels that a scrape of a service adds."""
    return {"service": service, "job": service, "instance": f"{service}:3003"}


def targets_down(
    threshold: Threshold, jobs: Mapping[str, str], runbook: str, clock: Clock
) -> Iterator[Story]:
    """Each scrape job in turn, all the others being up."""
    for job, service in jobs.items():
        instance = f"{job}:1"

        def others(minutes: float, job: str = job) -> Series:
            count = round(minutes * MINUTE / clock.step) + 1
            return {
                named("up", job=one, service=of, instance=f"{one}:1"): notation([1.0] * count)
                for one, of in jobs.items()
                if one != job
            }

        def told(where: str, labels: Mapping[str, str], job: str = job) -> Told:
            return Told(
                labels={"severity": threshold.severity, **labels},
                summary=f"{job}: the metrics endpoint is down",
                description=(
                    f"Prometheus cannot scrape {job}{where}. What this endpoint would tell is "
                    "unknown until it answers."
                ),
                runbook_url=runbook,
            )

        known = {"service": service, "job": job}
        yield from Level(
            subject=f"{threshold.alert} {job}",
            threshold=threshold,
            name="up",
            labels={**known, "instance": instance},
            beside=({**known, "instance": f"{job}:2"},) if job == PIPELINE else (),
            well=1.0,
            below=1.0,
            exactly=None,
            above=0.0,
            told=told(f" at {instance}", {**known, "instance": instance}),
            absent=told(": no such target", known),
            around=others,
        ).stories(clock)


def probes_failing(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Each probe in turn, all the others working."""
    over, limit = window(threshold.window), share(threshold.limit)
    silent = canary_silent(threshold, runbook)
    for probe, service in ASKS.items():
        told = Told(
            labels={"severity": threshold.severity, "service": service, "probe": probe},
            summary=f"{service}: the canary's {probe} probe fails",
            description=(
                f"{{value}} of the {probe} probes of the last {over} failed; the limit is {limit}. "
                "A user's request would fail too."
            ),
            runbook_url=runbook,
        )
        yield from Share(
            subject=f"{threshold.alert} {probe}",
            alert=threshold.alert,
            limit=threshold.limit,
            windows=(threshold.window,),
            hold=threshold.hold,
            guard=None,
            per_minute=PROBES_A_MINUTE,
            watching=_watching(threshold, told),
            exposing=_exposing(probe),
            absent=[
                Watch(threshold.alert, lambda _: 1.0, threshold.hold, lambda _: silent.firing())
            ],
        ).stories(clock)
        if not clock.left_open:
            yield _half(probe, threshold, clock)


def _half(probe: str, threshold: Threshold, clock: Clock) -> Story:
    """Just as large a share as the limit allows fails, and that is not more.

    One canary: a sum of two rates is the same in either order, to the bit, and one of four is not.
    """
    minutes = (threshold.window + threshold.hold) / MINUTE + 3
    of = traffic([Stretch(minutes, 16.0, threshold.limit)], clock)
    scenario = Scenario(
        name=f"{threshold.alert} {probe}: {Case.EXACTLY}",
        series=_exposing(probe)(of, plain=True),
        checks=checks([threshold.alert], [], minutes, clock),
    )
    return Story(f"{threshold.alert} {probe}", Case.EXACTLY, scenario)


def _watching(threshold: Threshold, told: Told) -> Callable[[Traffic], Sequence[Watch]]:
    def watching(of: Traffic) -> Sequence[Watch]:
        return [
            Watch(
                threshold.alert,
                exceeding(of, (threshold.window,), threshold.limit),
                threshold.hold,
                lambda value: told.firing(humanized_share(value)),
            )
        ]

    return watching


def _exposing(probe: str) -> Callable[..., Series]:
    def exposing(
        of: Traffic,
        restarts: Sequence[int] = (),
        missed: Sequence[int] = (),
        plain: bool = False,  # noqa: FBT001, FBT002  as every indicator takes it
    ) -> Series:
        series: Series = {}
        for one in ASKS:
            working = [PROBES_A_MINUTE * of.failed.clock.step / MINUTE for _ in of.failed.counts]
            failed = of.failed.counts if one == probe else [0.0 for _ in working]
            succeeded = of.succeeded.counts if one == probe else working
            for status, counts in ((Status.ERROR, failed), (Status.SUCCESS, succeeded)):
                for instance, part in ONE if plain else TWO:
                    labels = {"probe": one, "status": str(status), **CANARY, "instance": instance}
                    name = named(CANARY_REQUESTS.name, **labels)
                    parts = [each * part for each in counts]
                    series[name] = counter(parts, restarts=restarts, missed=missed)
        return series

    return exposing


CANARY = {"service": MONITORING, "job": "canary"}


def canary_silent(threshold: Threshold, runbook: str) -> Told:
    """What it tells that nobody probes."""
    return Told(
        labels={"severity": threshold.severity, **CANARY},
        summary="The canary does not probe",
        description=(
            f"No probe ended in the last {window(threshold.window)}: nobody checks the running "
            "path from outside."
        ),
        runbook_url=runbook,
    )


def canary_stops(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """A canary that hangs or vanishes."""
    yield from Silent(
        subject=f"{threshold.alert} canary",
        threshold=threshold,
        names=[
            (CANARY_REQUESTS.name, {"probe": probe, "status": str(Status.SUCCESS), **CANARY})
            for probe in ASKS
        ],
        told=canary_silent(threshold, runbook),
    ).stories(clock)


def no_requests(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Users who no longer ask for anything."""
    over = window(threshold.window)
    yield from Silent(
        subject=threshold.alert,
        threshold=threshold,
        names=[
            (AI_REQUESTS.name, {"status": str(status), "tool": tool, **target()})
            for tool in ("echo", "ping")
            for status in Status
        ],
        told=Told(
            labels={"severity": threshold.severity, "service": AUTOMATION},
            summary=f"{AUTOMATION}: no user request arrives",
            description=(
                f"No user asked for a tool run in the last {over}; the canary's probes are not "
                "counted. Idle users, or a request path that is broken before the service."
            ),
            runbook_url=runbook,
        ),
    ).stories(clock)


def _selector(name: str) -> list[tuple[str, Mapping[str, str]]]:
    other = {**target(), "instance": "another:3003"}
    return [(name, target()), (name, other)]


def database_errors(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Searches that the catalogue's database fails."""
    told = Told(
        labels={"severity": threshold.severity, "service": AUTOMATION},
        summary="The tool catalogue's database fails",
        description=(
            "The catalogue's database failed or refused about {value} searches in the last "
            f"{window(threshold.window)}. Answers that were known before are served as degraded; "
            "new searches get 503."
        ),
        runbook_url=runbook,
    )
    yield from Counted(
        subject=threshold.alert,
        threshold=threshold,
        groups=[(_selector(SELECTOR_DB_ERRORS.name), told)],
        shown=lambda value: f"{value:.0f}",
    ).stories(clock)


def evictions(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """A cache that is too small."""
    told = Told(
        labels={"severity": threshold.severity, "service": AUTOMATION},
        summary="The selector's cache is too small for its traffic",
        description=(
            f"{{value}} answers a second left the full cache over the last "
            f"{window(threshold.window)}; the limit is {number(threshold.limit)}/s."
        ),
        runbook_url=runbook,
    )
    yield from Counted(
        subject=threshold.alert,
        threshold=threshold,
        groups=[(_selector(SELECTOR_CACHE_EVICTIONS.name), told)],
        shown=lambda value: f"{value:.1f}",
        a_second=True,
    ).stories(clock)
