"""Stories of AIExecutionErrorRateHigh: tool runs fail too often, all together or of one tool."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from opsconductor.contract import recorded
from opsconductor.monitoring.scenario import Scenario, Series, Value, named
from opsconductor.monitoring.scenarios.figures import humanized_share, share, window
from opsconductor.monitoring.scenarios.indicator import Durations, Side, Streams
from opsconductor.monitoring.scenarios.ratio import (
    ABOVE,
    BELOW,
    Guard,
    Share,
    Stretch,
    Traffic,
    exceeding,
    off_balance,
    traffic,
)
from opsconductor.monitoring.scenarios.story import Case, Story, Told
from opsconductor.monitoring.scenarios.timeline import MINUTE, Clock, Events
from opsconductor.monitoring.scenarios.watch import Condition, Watch, checks
from opsconductor.monitoring.slo.promise import Promise
from opsconductor.objectives import MIN_REQUESTS_PER_TOOL, Threshold

ALERT = "AIExecutionErrorRateHigh"
PER_MINUTE = 30.0
TOOL = "tool"

Shown = Sequence[tuple[Promise, Streams | Durations]]
Given = Mapping[str, tuple[float, float]]
"""By tool: runs a minute, and the share of them that fails."""


class ErrorRate:
    """The alert over the runs of one service, as its execution SLO counts them."""

    def __init__(self, threshold: Threshold, service: str, runs: Streams, runbook: str) -> None:
        self._threshold = threshold
        self._service = service
        self._runs = runs
        self._runbook = runbook

    def stories(self, clock: Clock) -> Iterator[Story]:
        """The service's cases, then those in which tools differ."""
        threshold = self._threshold
        yield from Share(
            subject=ALERT,
            alert=ALERT,
            limit=threshold.limit,
            windows=(threshold.window,),
            hold=threshold.hold,
            guard=None,
            per_minute=PER_MINUTE,
            watching=lambda of: self._watches(of, self._split(of)),
            exposing=self._runs.expose,
            mistakes=True,
        ).stories(clock)
        limit = threshold.limit
        yield self._apart(
            "one tool of two", {"ping": (11.0, 4 * limit), "echo": (100.0, 0.0)}, clock
        )
        yield self._apart(
            "each tool in its own way",
            {"ping": (21.0, 2 * limit), "echo": (35.0, 3 * limit)},
            clock,
        )
        yield self._apart("too few runs of a tool", self._few(BELOW), clock)
        yield self._apart("just enough runs of a tool", self._few(ABOVE), clock)
        if not clock.left_open:
            yield self._balanced(clock)
        yield self._just_enough(clock)

    def _few(self, factor: float) -> Given:
        rate = MIN_REQUESTS_PER_TOOL * factor / (self._threshold.window / MINUTE)
        return {"ping": (rate, 0.5), "echo": (100.0, 0.0)}

    def _split(self, of: Traffic) -> Mapping[str, Traffic]:
        """The traffic of each tool, as the streams share it out."""
        return {
            tool: Traffic(
                _scaled(of.failed, parts[Side.BAD]),
                _scaled(of.succeeded, parts[Side.GOOD]),
                _scaled(of.mistaken, parts[Side.NEITHER]),
            )
            for tool, parts in self._runs.by(TOOL).items()
        }

    def _apart(self, name: str, given: Given, clock: Clock) -> Story:
        return off_balance(lambda nudge: self._once(name, given, nudge, clock))

    def _once(self, name: str, given: Given, nudge: float, clock: Clock) -> Story:
        minutes = (self._threshold.window + self._threshold.hold) / MINUTE + 3
        parts = {
            tool: traffic([Stretch(minutes, *one).nudged(nudge)], clock)
            for tool, one in given.items()
        }
        series: Series = {}
        for tool, of in parts.items():
            series |= self._runs.of(TOOL, tool).expose(of)
        first, *rest = parts.values()
        whole = first
        for of in rest:
            whole = Traffic(
                whole.failed + of.failed,
                whole.succeeded + of.succeeded,
                whole.mistaken + of.mistaken,
            )
        look = checks([ALERT], self._watches(whole, parts), minutes, clock)
        scenario = Scenario(name=f"{ALERT}: {name}", series=series, checks=look)
        return Story(ALERT, Case.APART, scenario)

    def _balanced(self, clock: Clock) -> Story:
        """As many failures as the limit allows: the alert is for more than that.

        Whole numbers of runs in one series a side, so that the share comes out as the very limit.
        """
        minutes = 12.0
        share = Fraction(self._threshold.limit).limit_denominator(1000)
        runs = share.denominator * self._multiple(share, clock) * MINUTE / clock.step
        of = traffic([Stretch(minutes, runs, share.numerator / share.denominator)], clock)
        scenario = Scenario(
            name=f"{ALERT}: {Case.EXACTLY}",
            series=self._runs.expose(of, plain=True),
            checks=checks([ALERT], [], minutes, clock),
        )
        return Story(ALERT, Case.EXACTLY, scenario)

    def _multiple(self, share: Fraction, clock: Clock) -> int:
        """Times as many runs, so that the quotient of the rates is the limit to the bit."""
        steps, a_second = self._threshold.window // clock.step, 1 / self._threshold.window
        for multiple in range(1, 80):
            bad = share.numerator * multiple * steps * a_second
            good = (share.denominator - share.numerator) * multiple * steps * a_second
            if bad / (good + bad) == self._threshold.limit:
                return multiple
        return 1

    def _just_enough(self, clock: Clock) -> Story:
        """A tool with just as many runs as are wanted, half of which fail, is judged."""
        minutes = (self._threshold.window + self._threshold.hold) / MINUTE + 3
        rate = MIN_REQUESTS_PER_TOOL / (self._threshold.window / MINUTE)
        of = traffic([Stretch(minutes, rate, 0.5)], clock)
        windows, limit = (self._threshold.window,), self._threshold.limit
        # Between one run less and so many: no figure is at its limit.
        guard = Guard(MIN_REQUESTS_PER_TOOL - 0.5, self._threshold.window, failures=False)
        watches = [
            self._watch("", exceeding(of, windows, limit)),
            self._watch("echo", exceeding(of, windows, limit, guard)),
        ]
        scenario = Scenario(
            name=f"{ALERT}: just {MIN_REQUESTS_PER_TOOL} runs of a tool",
            series=self._runs.expose(of, plain=True),
            checks=checks([ALERT], watches, minutes, clock),
        )
        return Story(ALERT, Case.LOW, scenario)

    def others(self, shown: Shown, clock: Clock) -> Story:
        """Every other objective of every service fails: it is not about tool runs."""
        minutes = (self._threshold.window + self._threshold.hold) / MINUTE + 3
        window = recorded.ERROR_RATIO[self._threshold.window]
        series: Series = {}
        values: list[Value] = []
        for promise, shows in shown:
            ours = shows is self._runs
            failing = 0.0 if ours else 0.5
            series |= shows.expose(traffic([Stretch(minutes, 30.0, failing)], clock))
            sample = {named(window.name, **promise.labels): failing}
            values.append(Value(minutes, promise.selected(window.name), sample))
        scenario = Scenario(
            name=f"{ALERT}: other objectives fail",
            series=series,
            checks=checks([ALERT], [], minutes, clock),
            values=values,
        )
        return Story(ALERT, Case.APART, scenario)

    def _watches(self, whole: Traffic, parts: Mapping[str, Traffic]) -> list[Watch]:
        windows, limit = (self._threshold.window,), self._threshold.limit
        guard = Guard(MIN_REQUESTS_PER_TOOL, self._threshold.window, failures=False)
        return [
            self._watch("", exceeding(whole, windows, limit)),
            *(
                self._watch(tool, exceeding(of, windows, limit, guard))
                for tool, of in parts.items()
            ),
        ]

    def _watch(self, tool: str, condition: Condition) -> Watch:
        limit, over = share(self._threshold.limit), window(self._threshold.window)
        whose = f"{tool}'s runs" if tool else "the tool runs"
        told = Told(
            labels={
                "severity": self._threshold.severity,
                "service": self._service,
                **({TOOL: tool} if tool else {}),
            },
            summary=f"{self._service}: {{value}} of {tool or 'tool'} runs fail",
            description=(
                f"{{value}} of {whose} of the last {over} failed for a reason that the service "
                f"answers for; the limit is {limit}"
                f"{f' from {MIN_REQUESTS_PER_TOOL} runs on' if tool else ''}."
            ),
            runbook_url=self._runbook,
        )
        return Watch(
            ALERT,
            condition,
            self._threshold.hold,
            lambda value: told.firing(humanized_share(value)),
        )


def _scaled(events: Events, part: float) -> Events:
    return Events((each * part for each in events.counts), events.clock)
