"""A backtest from its sources to its outcome: what rules would have fired over a history."""

import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.outcome import (
    Outcome,
    Span,
)
from opsconductor.monitoring.backtest.plan import LOOKBACK, Plan, plan
from opsconductor.monitoring.backtest.rule_file import RuleGroup
from opsconductor.proof.coverage import coverage
from opsconductor.proof.evaluation import Evaluation, GroupKey, Progress
from opsconductor.proof.history import Blocks, import_openmetrics, link_snapshot
from opsconductor.proof.judging import Times, rule_outcome
from opsconductor.proof.range_query import RangeQueries
from opsconductor.proof.remote_read import remote_read_without
from opsconductor.proof.series_counts import series_counts
from opsconductor.proof.stored_evaluations import stored_phases
from opsconductor.proof.temporary_prometheus import temporary_prometheus
from opsconductor.stack.programs import Programs


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules to judge, with the name that they have in the output."""

    name: str
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The time to judge, in milliseconds; the last `length` of the history where it is not set."""

    length: int
    first: int | None = None
    last: int | None = None

    def span(self, end: int) -> Span:
        """From and to, for a history that ends at `end`."""
        last = end if self.last is None else self.last
        return (last - self.length if self.first is None else self.first, last)


@dataclass(slots=True)
class Backtest:
    """A set of rules over a history; the server stays up for further questions."""

    server: RangeQueries
    plan: Plan
    outcome: Outcome
    evaluation: Evaluation
    evaluated_from: int


class History:
    """Blocks to judge by. Each set of rules gets a server of its own over the same blocks."""

    def __init__(self, programs: Programs, blocks: Blocks, folder: Path) -> None:
        self._programs = programs
        self._blocks = blocks
        self._folder = folder

    @asynccontextmanager
    async def backtest(
        self, rules: RuleSet, asked: Asked, progress: Progress
    ) -> AsyncIterator[Backtest]:
        """Judge a set of rules. Raises `BacktestError`, `TemporaryPrometheusError`."""
        blocks = self._blocks
        known = (blocks.first, blocks.last)
        span = asked.span(blocks.last)
        judged = _common(span, known)
        with tempfile.TemporaryDirectory(prefix="rules-", dir=self._folder) as folder:
            data = Path(folder) / "data"
            link_snapshot(blocks.folder, data)
            async with AsyncExitStack() as stack:
                url = await stack.enter_async_context(
                    temporary_prometheus(self._programs.prometheus, data)
                )
                server = await stack.enter_async_context(RangeQueries(url, compressed=False))
                await _require_blocks(server, blocks.count)
                planned = await _planned(server, rules, judged[1])
                phases = await stored_phases(server, rules.groups, known)
                await server.delete(*sorted(planned.recorded))
                begin = max(blocks.first, judged[0] - planned.warm_up)
                times = Times(span, judged, begin)
                notes = (*blocks.notes, *_recorded_note(planned))
                yield await _judge(server, rules.name, planned, times, phases, progress, notes)


class Live:
    """A running Prometheus, asked and never written to. Recorded series are taken as stored."""

    def __init__(self, url: str) -> None:
        self._url = url

    @asynccontextmanager
    async def backtest(
        self, rules: RuleSet, asked: Asked, progress: Progress
    ) -> AsyncIterator[Backtest]:
        """Judge a set of rules. Raises `BacktestError` and `UpstreamError`."""
        async with RangeQueries(self._url) as server:
            recorded = _recorded_names(rules)
            planned = await _planned(server, rules, asked.span(_now())[1], recorded)
            times, phases = await _live_times(server, planned, rules, asked)
            notes = _stored_note(recorded)
            yield await _judge(server, rules.name, planned, times, phases, progress, notes)


class Recomputed:
    """A running Prometheus's raw series; recorded ones are computed anew, beside it."""

    def __init__(self, programs: Programs, url: str, folder: Path) -> None:
        self._programs = programs
        self._url = url
        self._folder = folder

    @asynccontextmanager
    async def backtest(
        self, rules: RuleSet, asked: Asked, progress: Progress
    ) -> AsyncIterator[Backtest]:
        """Judge a set of rules. Raises `BacktestError` and `UpstreamError`."""
        async with AsyncExitStack() as stack:
            live = await stack.enter_async_context(RangeQueries(self._url))
            planned = await _planned(live, rules, asked.span(_now())[1])
            times, phases = await _live_times(live, planned, rules, asked)
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="rules-", dir=self._folder)
            )
            hiding = stack.enter_context(remote_read_without(self._url, planned.recorded))
            data = Path(folder) / "data"
            url = await stack.enter_async_context(
                temporary_prometheus(self._programs.prometheus, data, remote_read=hiding)
            )
            server = await stack.enter_async_context(RangeQueries(url, compressed=False))
            notes = tuple(_recorded_note(planned))
            yield await _judge(server, rules.name, planned, times, phases, progress, notes)


@asynccontextmanager
async def open_history(
    programs: Programs, *, snapshot: Path | None = None, openmetrics: Path | None = None
) -> AsyncIterator[History]:
    """A history from a snapshot's folder or an OpenMetrics file. Raises `BacktestError`."""
    with tempfile.TemporaryDirectory(prefix="opsconductor-backtest-") as folder:
        blocks_folder = Path(folder) / "blocks"
        if snapshot is not None:
            blocks = link_snapshot(snapshot, blocks_folder)
        elif openmetrics is not None:
            blocks = await import_openmetrics(programs.promtool, openmetrics, blocks_folder)
        else:
            raise ValueError("a history comes from a snapshot or from an OpenMetrics file")
        yield History(programs, blocks, Path(folder))


async def _planned(
    server: RangeQueries, rules: RuleSet, instant: int, stored: frozenset[str] = frozenset()
) -> Plan:
    """The plan that suits what the server has."""
    inputs = [one for step in plan(rules.groups, stored).alerts for one in step.inputs]
    return plan(rules.groups, stored, await series_counts(server, dict.fromkeys(inputs), instant))


def _now() -> int:
    return round(time.time() * 1000)


async def _live_times(
    server: RangeQueries, planned: Plan, rules: RuleSet, asked: Asked
) -> tuple[Times, dict[GroupKey, int]]:
    """What the server has of the time that is asked for, and when it evaluated the groups."""
    span = asked.span(_now())
    inputs = [one for step in planned.alerts for one in step.inputs]
    covered = await coverage(server, inputs, span[0] - planned.warm_up, span[1])
    if covered.first is None or covered.last is None:
        raise BacktestError(
            f"the history is empty: between {moment(span[0])} and {moment(span[1])} there is not "
            "one sample of what the rules read"
        )
    # An instant with a sample is one whose look-back reaches it.
    judged = _common(span, (covered.first - LOOKBACK, min(span[1], covered.last + LOOKBACK)))
    begin = max(covered.first - LOOKBACK, judged[0] - planned.warm_up)
    return Times(span, judged, begin), await stored_phases(server, rules.groups, judged)


async def _judge(  # noqa: PLR0913, PLR0917  what a backtest consists of
    server: RangeQueries,
    name: str,
    planned: Plan,
    times: Times,
    phases: Mapping[GroupKey, int],
    progress: Progress,
    notes: Iterable[str],
) -> Backtest:
    if not planned.alerts:
        raise BacktestError(f"{name} holds no alerting rule")
    inputs = {one for step in planned.alerts for one in step.inputs}
    covered = await coverage(server, sorted(inputs, key=lambda one: one.text), *times.judged)
    evaluation = Evaluation(server, planned, phases, progress)
    evaluated = await evaluation.over(times.begin, times.judged[1])
    outcome = Outcome(
        name=name,
        asked=times.asked,
        judged=times.judged,
        gaps=covered.gaps,
        rules=tuple(
            rule_outcome(step, evaluation, evaluated, covered, times) for step in planned.alerts
        ),
        notes=(*notes, *_phase_notes(phases)),
    )
    return Backtest(server, planned, outcome, evaluation, times.begin)


def _recorded_names(rules: RuleSet) -> frozenset[str]:
    return frozenset(
        rule.name for group in rules.groups for rule in group.rules if rule.kind == "record"
    )


def _stored_note(recorded: frozenset[str]) -> Iterable[str]:
    if recorded:
        yield (
            "recorded series are taken as the server stored them; --recompute computes them anew "
            "from what they record"
        )


def _recorded_note(planned: Plan) -> Iterable[str]:
    if planned.recorded:
        yield "recorded series are computed anew from what they record; stored ones are not read"


def _phase_notes(phases: Mapping[GroupKey, int]) -> Iterable[str]:
    if phases:
        names = ", ".join(sorted(name for _, name in phases))
        yield f"evaluated at the instants at which the history's own rules were: {names}"


def _common(asked: Span, known: Span) -> Span:
    first, last = max(asked[0], known[0]), min(asked[1], known[1])
    if first >= last:
        raise BacktestError(
            f"the history reaches from {moment(known[0])} to {moment(known[1])}; nothing of it "
            f"lies between {moment(asked[0])} and {moment(asked[1])}"
        )
    return first, last


def moment(instant: int) -> str:
    """An instant in milliseconds as people read it, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(instant / 1000))


async def _require_blocks(server: RangeQueries, count: int) -> None:
    """A block that Prometheus cannot open is left out with a line in its log; that is too quiet."""
    page = await server.text("/metrics")
    loaded = next(
        float(line.split()[1])
        for line in page.splitlines()
        if line.startswith("prometheus_tsdb_blocks_loaded ")
    )
    if loaded != count:
        raise BacktestError(
            f"Prometheus can open {loaded:.0f} of {count} blocks: the others are damaged or made "
            "by a newer version"
        )
