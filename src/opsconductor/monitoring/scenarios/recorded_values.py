"""Stories of the recorded series: what the contract says each of them is, as a number."""

from collections.abc import Callable, Iterator, Mapping

from opsconductor.contract import AUTOMATION, Recorded, recorded
from opsconductor.monitoring.scenario import Scenario, Series, Value, named
from opsconductor.monitoring.scenarios.executions import TOOLS, runs
from opsconductor.monitoring.scenarios.ratio import Stretch, Traffic, traffic
from opsconductor.monitoring.scenarios.story import Case, Story
from opsconductor.monitoring.scenarios.timeline import Clock

SUBJECT = "recorded series"
OTHER = "another-service"
MINUTES = 12

Figure = Callable[[Traffic, int], float]
"""A figure of a traffic over a window that ends at its end."""


def stories(clock: Clock) -> Iterator[Story]:
    """Rates and shares of two busy services, of one that is idle, and of one that never failed."""
    ours = [Stretch(8, 40.0, 0.15, 0.2), Stretch(MINUTES - 8, 25.0, 0.4, 0.1)]
    theirs = [Stretch(MINUTES, 75.0, 0.05, 0.3)]
    services = {AUTOMATION: traffic(ours, clock), OTHER: traffic(theirs, clock)}
    series: Series = {}
    for service, of in services.items():
        series |= runs(of, service=service)
    yield _story("busy", Case.APART, series, services)
    idle = traffic([Stretch(MINUTES, 0)], clock)
    yield _story("idle", Case.NAN, runs(idle), {AUTOMATION: idle})
    well = traffic([Stretch(MINUTES, 30.0)], clock)
    succeeded = {name: at for name, at in runs(well).items() if 'status="success"' in name}
    yield _story("never failed", Case.ABSENT, succeeded, {AUTOMATION: well}, errors=False)
    # The first failure comes before the first success: there is no series of successes.
    broken = traffic([Stretch(MINUTES, 30.0, 1.0)], clock)
    failed = {name: at for name, at in runs(broken).items() if 'status="success"' not in name}
    yield _story("never succeeded", Case.ABSENT, failed, {AUTOMATION: broken})


def _story(
    what: str, case: Case, series: Series, services: Mapping[str, Traffic], *, errors: bool = True
) -> Story:
    values = [
        *_by_service(services, errors=errors),
        *_by_tool(services, errors=errors),
    ]
    scenario = Scenario(name=f"{SUBJECT}: {what}", series=series, values=values)
    return Story(SUBJECT, case, scenario)


def _by_service(services: Mapping[str, Traffic], *, errors: bool) -> Iterator[Value]:
    labelled = {(("service", service),): of for service, of in services.items()}
    for window in recorded.RECORDED_WINDOWS:
        if errors:
            yield _value(recorded.ERROR_RATE[window], labelled, _failed)
        yield _value(recorded.REQUEST_RATE[window], labelled, _counted)
        yield _value(recorded.ERROR_RATIO[window], labelled, _share)


def _by_tool(services: Mapping[str, Traffic], *, errors: bool) -> Iterator[Value]:
    for one, figure in (
        *([(recorded.TOOL_ERROR_RATE, _failed)] if errors else []),
        (recorded.TOOL_REQUEST_RATE, _counted),
        (recorded.TOOL_ERROR_RATIO, _share),
    ):
        samples = {}
        for service, of in services.items():
            for tool, part in TOOLS.items():
                whole = 1.0 if figure is _share else part
                name = named(one.name, service=service, tool=tool)
                samples[name] = figure(of, one.window) * whole
        yield Value(MINUTES, one.name, samples)


def _value(
    one: Recorded, labelled: Mapping[tuple[tuple[str, str], ...], Traffic], figure: Figure
) -> Value:
    return Value(
        MINUTES,
        one.name,
        {named(one.name, **dict(labels)): figure(of, one.window) for labels, of in labelled.items()},
    )


def _failed(of: Traffic, window: int) -> float:
    return of.failed.within(MINUTES * 60, window) / window


def _counted(of: Traffic, window: int) -> float:
    return of.counted.within(MINUTES * 60, window) / window


def _share(of: Traffic, window: int) -> float:
    counted = of.counted.within(MINUTES * 60, window)
    return of.failed.within(MINUTES * 60, window) / counted if counted else 0.0
