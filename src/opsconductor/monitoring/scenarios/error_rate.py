"""Stories of AIExecutionErrorRateHigh: a service, or one of its tools, fails too often."""

from collections.abc import Iterator, Mapping, Sequence

from opsconductor.contract import AUTOMATION
from opsconductor.monitoring.scenario import Scenario, Series
from opsconductor.monitoring.scenarios.executions import TOOLS, runs
from opsconductor.monitoring.scenarios.figures import humanized_share, share, window
from opsconductor.monitoring.scenarios.ratio import (
    ABOVE,
    BELOW,
    Guard,
    Share,
    Stretch,
    Traffic,
    exceeding,
    traffic,
)
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import Clock, Events
from opsconductor.monitoring.scenarios.watch import Condition, Watch, checks
from opsconductor.objectives import MIN_REQUESTS_PER_TOOL, Threshold

ALERT = "AIExecutionErrorRateHigh"
PER_MINUTE = 30.0
OTHER = "another-service"
"""A second service that exposes the same families."""

Parts = Mapping[tuple[str, str], Traffic]
"""Traffic by service and tool."""


def stories(threshold: Threshold, runbook: str, clock: Clock) -> Iterator[Story]:
    """The service's cases, then those in which tools and services differ."""
    yield from Share(
        subject=ALERT,
        alert=ALERT,
        limit=threshold.limit,
        windows=(threshold.window,),
        hold=threshold.hold,
        guard=None,
        per_minute=PER_MINUTE,
        watching=lambda of: _watches(threshold, runbook, _parts(of)),
        exposing=runs,
        mistakes=True,
    ).stories(clock)
    apart = {
        "one tool of two": {
            (AUTOMATION, "ping"): (11.0, 4 * threshold.limit),
            (AUTOMATION, "echo"): (100.0, 0.0),
            (OTHER, "echo"): (30.0, 0.5 * threshold.limit),
        },
        "two services at once": {
            (AUTOMATION, "echo"): (30.0, 2 * threshold.limit),
            (OTHER, "echo"): (45.0, 3 * threshold.limit),
        },
        "too few runs of a tool": _few(threshold, BELOW),
        "just enough runs of a tool": _few(threshold, ABOVE),
    }
    for name, given in apart.items():
        yield _apart(threshold, runbook, name, given, clock)
    yield _balanced(threshold, clock)


def _few(threshold: Threshold, factor: float) -> dict[tuple[str, str], tuple[float, float]]:
    rate = MIN_REQUESTS_PER_TOOL * factor / (threshold.window / 60)
    return {(AUTOMATION, "ping"): (rate, 0.5), (AUTOMATION, "echo"): (100.0, 0.0)}


def _parts(of: Traffic) -> Parts:
    """A service's traffic, split among its tools."""

    def scaled(part: float) -> Traffic:
        failed, succeeded, mistaken = (
            type(one)((each * part for each in one.counts), one.clock)
            for one in (of.failed, of.succeeded, of.mistaken)
        )
        return Traffic(failed, succeeded, mistaken)

    return {(AUTOMATION, tool): scaled(part) for tool, part in TOOLS.items()}


def _apart(
    threshold: Threshold,
    runbook: str,
    name: str,
    given: Mapping[tuple[str, str], tuple[float, float]],
    clock: Clock,
) -> Story:
    """Each tool with its own (runs a minute, share that fails)."""
    minutes = threshold.window / 60 + threshold.hold / 60 + 3
    parts = {key: traffic([Stretch(minutes, *one)], clock) for key, one in given.items()}
    series: Series = {}
    for (service, tool), of in parts.items():
        series |= runs(of, service=service, tools={tool: 1.0})
    scenario = Scenario(
        name=f"{ALERT}: {name}",
        series=series,
        checks=checks([ALERT], _watches(threshold, runbook, parts), minutes, clock),
    )
    return Story(ALERT, Case.APART, scenario)


def _balanced(threshold: Threshold, clock: Clock) -> Story:
    """As many failures as the limit allows: the alert is for more than that."""
    minutes = 12
    of = traffic([Stretch(minutes, 64.0, threshold.limit)], clock)
    scenario = Scenario(
        name=f"{ALERT}: {Case.EXACTLY}",
        series=runs(of, plain=True),
        checks=checks([ALERT], [], minutes, clock),
    )
    return Story(ALERT, Case.EXACTLY, scenario)


def _watches(threshold: Threshold, runbook: str, parts: Parts) -> list[Watch]:
    windows, limit = (threshold.window,), threshold.limit
    guard = Guard(MIN_REQUESTS_PER_TOOL, threshold.window, failures=False)
    found = []
    for service in dict.fromkeys(service for service, _ in parts):
        together = [of for (one, _), of in parts.items() if one == service]
        whole = Traffic(
            _sum([of.failed for of in together]),
            _sum([of.succeeded for of in together]),
            _sum([of.mistaken for of in together]),
        )
        found.append(_watch(threshold, runbook, service, "", exceeding(whole, windows, limit)))
    for (service, tool), of in parts.items():
        condition = exceeding(of, windows, limit, guard)
        found.append(_watch(threshold, runbook, service, tool, condition))
    return found


def _sum(of: Sequence[Events]) -> Events:
    first, *rest = of
    for one in rest:
        first = first + one
    return first


def _watch(
    threshold: Threshold, runbook: str, service: str, tool: str, condition: Condition
) -> Watch:
    limit, over = share(threshold.limit), window(threshold.window)
    whose = f"{tool}'s runs" if tool else "the tool runs"
    told = Told(
        labels={
            "severity": threshold.severity,
            "service": service,
            **({"tool": tool} if tool else {}),
        },
        summary=f"{service}: {{value}} of {tool or 'tool'} runs fail",
        description=(
            f"{{value}} of {whose} of the last {over} failed for a reason that the service answers "
            f"for; the limit is {limit}"
            f"{f' from {MIN_REQUESTS_PER_TOOL} runs on' if tool else ''}."
        ),
        runbook_url=runbook,
    )
    return Watch(ALERT, condition, threshold.hold, lambda value: told.firing(humanized_share(value)))
