"""Stories of SamplesNotLanding: nothing new is stored, and nothing else says so."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from opsconductor.contract import MONITORING
from opsconductor.monitoring.scenario import Scenario, named
from opsconductor.monitoring.scenarios.figures import humanized_seconds, window
from opsconductor.monitoring.scenarios.own import ALERTMANAGER, PROMETHEUS, SUPERVISOR
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, notation
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.objectives import Threshold

SHOWN_FOR = 300
"""Seconds for which Prometheus still shows a sample after which no other came."""


def stories(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """Samples that stop landing, all at once; of one target alone is another alert's matter."""
    told = Told(
        labels={"severity": threshold.severity, "service": MONITORING},
        summary="Prometheus stores no new samples",
        description=(
            "The newest sample is {value} old or older; the limit is "
            f"{window(threshold.limit)}. Rules judge old data, and most alerts will fall silent."
        ),
        runbook_url=runbook,
    )
    late = threshold.limit / MINUTE
    cases: Mapping[Case, tuple[float, float]] = {
        # Minutes without a sample, and for how long samples are back then.
        Case.ABOVE: (20, 10),
        Case.BELOW: (late + threshold.hold / MINUTE, 5),
        Case.ABSENT: (30, 0),
        Case.MISSED: (1, 10),
    }
    for case, (missing, back) in cases.items():
        before = 0.0 if case is Case.ABSENT else 10.0
        yield _samples(threshold, told, case, (before, missing, back), clock)
    # Samples that do not fall together with evaluations: an age of 130 s is seen.
    yield _samples(threshold, told, Case.EXACTLY, (10, 20, 10), replace(clock, step=10))


def _samples(
    threshold: Threshold, told: Told, case: Case, minutes: tuple[float, float, float], clock: Clock
) -> Story:
    before, missing, back = (round(each * MINUTE / clock.step) for each in minutes)
    landed = [True] * before + [False] * missing + [True] * back
    values = [1.0 if one else None for one in landed]

    def condition(at: float) -> float | None:
        until = int(at // clock.step) + 1
        newest = max((i for i, one in enumerate(landed[:until]) if one), default=None)
        age = None if newest is None else at - newest * clock.step
        if age is None or age > SHOWN_FOR or (age == SHOWN_FOR and clock.left_open):
            return SHOWN_FOR
        return age if age > threshold.limit else None

    series = {named("up", **PROMETHEUS): notation(values)}
    if case is not Case.ABSENT:
        # A target that went away before is no reason: the newest sample of all counts.
        series[named("up", **ALERTMANAGER)] = notation([1.0, 1.0, *(None for _ in values[2:])])
        series[named("up", **SUPERVISOR)] = notation(values)
    watch = Watch(
        threshold.alert,
        condition,
        threshold.hold,
        lambda value: told.firing(humanized_seconds(value)),
    )
    end = (len(values) - 1) * clock.step / MINUTE
    scenario = Scenario(
        name=f"{threshold.alert}: {case}",
        series=series,
        step=clock.step,
        checks=checks([threshold.alert], [watch], end, clock),
    )
    return Story(threshold.alert, case, scenario)
