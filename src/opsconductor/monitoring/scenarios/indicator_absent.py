"""Stories of SLOIndicatorAbsent: what an objective is measured by does not exist."""

from collections.abc import Iterator, Sequence

from opsconductor.contract import recorded
from opsconductor.monitoring.scenario import Scenario, Series, Value, named
from opsconductor.monitoring.scenarios.indicator import Durations, Streams
from opsconductor.monitoring.scenarios.ratio import Stretch, traffic
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import BASE_WINDOW, MINUTE, Clock
from opsconductor.monitoring.scenarios.watch import Watch, checks
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.objectives import Threshold

ALERT = "SLOIndicatorAbsent"
BEFORE, AFTER = 6.0, 3.0

Shown = Sequence[tuple[Promise, Streams | Durations]]


def stories(threshold: Threshold, shown: Shown, clock: Clock) -> Iterator[Story]:
    """All of them absent from the start; each in turn while the others stay; none at all."""
    watched = [(one, shows) for one, shows in shown if one.watch_absence]
    unwatched = [(one, shows) for one, shows in shown if not one.watch_absence]
    gone = (BASE_WINDOW + threshold.hold) / MINUTE + AFTER
    yield _story(threshold, Case.ABSENT, "everything", watched, [], gone, clock)
    for one, _ in watched:
        others = [each for each in watched if each[0] is not one] + unwatched
        yield _story(threshold, Case.ABOVE, one.title, watched, others, gone, clock)
    # A restart is no reason: five minutes without samples are bridged by the window.
    yield _story(threshold, Case.BELOW, "a restart", watched, [], threshold.hold / MINUTE, clock)
    yield _story(threshold, Case.NAN, "no traffic", watched, watched, gone, clock)


def _story(  # noqa: PLR0913, PLR0917  what differs between the stories
    threshold: Threshold,
    case: Case,
    what: str,
    watched: Shown,
    staying: Shown,
    gone: float,
    clock: Clock,
) -> Story:
    """`staying` objectives keep their series; the others lose them for `gone` minutes."""
    before = 0.0 if case is Case.ABSENT else BEFORE
    minutes = before + gone + AFTER
    first, last = (round(each * MINUTE / clock.step) for each in (before, before + gone))
    lost = range(first, last + 1) if before else range(round(minutes * MINUTE / clock.step) + 1)
    still = traffic([Stretch(minutes, 0.0)], clock)
    series: Series = {}
    watches: list[Watch] = []
    values: list[Value] = []
    events = recorded.EVENT_RATE[BASE_WINDOW].name
    for promise, shows in staying:
        series |= shows.expose(still)
        sample = {named(events, **promise.labels): 0.0}
        values.append(Value(minutes, promise.selected(events), sample))
    for promise, shows in watched:
        if not any(promise is each for each, _ in staying):
            if before:
                series |= shows.expose(still, missed=lost)
            watches.append(_watch(threshold, promise, set(lost), clock))
    scenario = Scenario(
        name=f"{ALERT}: {what}",
        series=series,
        checks=checks([ALERT], watches, minutes, clock),
        values=values,
    )
    return Story(ALERT, case, scenario)


def _watch(threshold: Threshold, promise: Promise, lost: set[int], clock: Clock) -> Watch:
    told = Told(
        labels={"severity": threshold.severity, **promise.labels},
        summary=f"{promise.service}: the indicator of {promise.title} gives no data",
        description=(
            f"No series of the indicator of {promise.title} exists: whether the promise is kept is "
            "unknown, and no burn-rate alert of it can fire."
        ),
        runbook_url=promise.runbook or f"{promise.options.runbooks.rstrip('/')}/{ALERT}",
    )

    def condition(at: float) -> float | None:
        """A rate over the base window needs two samples."""
        begin = max(at - BASE_WINDOW, 0)
        first = int(-(-begin // clock.step))
        if clock.left_open and first * clock.step == at - BASE_WINDOW:
            first += 1
        seen = [each for each in range(first, int(at // clock.step) + 1) if each not in lost]
        return 1.0 if len(seen) < 2 else None  # noqa: PLR2004  two samples

    return Watch(ALERT, condition, threshold.hold, lambda _: told.firing())
