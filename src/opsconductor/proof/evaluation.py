"""Evaluates a plan's rules over a history, recording what rules record, chunk by chunk."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from opsconductor.monitoring.backtest.error import BacktestError
from opsconductor.monitoring.backtest.outcome import Labels, alert_labels
from opsconductor.monitoring.backtest.plan import Plan
from opsconductor.monitoring.backtest.step import Step
from opsconductor.proof.range_query import MOST_STEPS, Found, Instants, RangeQueries, RefusedError
from opsconductor.proof.remote_write import WrittenSeries, write_request
from opsconductor.proof.task_group import task_group

AT_ONCE = 3
"""Queries under way: one for each of two cores, and one that is being read."""
SHORT = 360
"""Instants of one query for an expression whose cost grows with their square."""
BRIDGED = 20
"""Instants between two ranges that are evaluated as well, for one query is cheaper than two."""
SAMPLES_AT_ONCE = 200_000
"""Samples of one remote-write request, about 4 MB."""

Progress = Callable[[int, int], None]
"""Told how many chunks of how many are done."""
GroupKey = tuple[str, str]
_T = TypeVar("_T")


@dataclass(slots=True)
class _Recording:
    """What a recording rule last gave: until when it was evaluated, and which series live."""

    evaluated: int | None = None
    alive: set[Labels] = field(default_factory=set)


@dataclass(slots=True)
class Evaluated:
    """The instants (milliseconds) at which each alerting rule yielded which alert.

    By position in the plan; `problems` are rules that Prometheus could not evaluate.
    """

    present: dict[int, dict[Labels, list[int]]] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


class Evaluation:
    """One pass over a history. `phases` say when in its interval a group is evaluated."""

    def __init__(
        self, server: RangeQueries, plan: Plan, phases: Mapping[GroupKey, int], progress: Progress
    ) -> None:
        self._server = server
        self._plan = plan
        self._phases = phases
        self._progress = progress
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._recordings = {step.position: _Recording() for step in plan.steps}
        self._owners: dict[Labels, Step] = {}
        self._result = Evaluated(
            {step.position: {} for step in plan.alerts},
            {step.position: step.problem for step in plan.steps if step.problem},
        )

    async def over(self, first: int, last: int) -> Evaluated:
        """Evaluate from `first` to `last`, in milliseconds. Raises `UpstreamError`."""
        length = MOST_STEPS * min(step.rule.interval for step in self._plan.steps)
        starts = range(first, last + 1, length)
        for number, start in enumerate(starts):
            self._progress(number, len(starts))
            await self._chunk(start, min(last, start + length - 1))
        self._progress(len(starts), len(starts))
        return self._result

    def instants(self, step: Step, first: int, last: int) -> Instants | None:
        """The rule's evaluations within a time; None where there is none."""
        interval = step.rule.interval
        phase = self._phases.get((step.rule.file, step.rule.group), 0)
        start = -((phase - first) // interval) * interval + phase
        end = (last - phase) // interval * interval + phase
        return Instants(start, end, interval) if start <= end else None

    async def _chunk(self, first: int, last: int) -> None:
        """Everything that is evaluated everywhere, then what it asks for."""
        tasks: dict[int, asyncio.Task[None]] = {}
        gates: dict[int, asyncio.Task[list[Instants]]] = {}
        steps = [step for step in self._plan.steps if self.instants(step, first, last)]
        async with task_group() as group:
            for step in steps:
                whole = self._whole(step, first, last)
                if step.rule.kind == "record" and step.needed and not step.on_demand:
                    work = partial(self._record, step, whole)
                elif step.rule.kind == "alert" and not step.gate:
                    work = partial(self._judge, step, whole)
                elif step.gate:
                    before = [tasks[one] for one in step.gate_reads if one in tasks]
                    gates[step.position] = group.create_task(
                        _after(before, partial(self._open, step, whole[0]))
                    )
                    continue
                else:
                    continue
                before = [tasks[one] for one in step.reads if one in tasks]
                tasks[step.position] = group.create_task(_after(before, work))
        wanted = {position: gate.result() for position, gate in gates.items()}
        await self._on_demand(steps, wanted)

    async def _on_demand(self, steps: Sequence[Step], wanted: dict[int, list[Instants]]) -> None:
        """Evaluate what the gates let through, after what it reads, at those instants only."""
        for step in reversed(steps):
            for position in step.reads if wanted.get(step.position) else ():
                if self._plan.steps[position].on_demand:
                    asked = [*wanted.get(position, ()), *wanted[step.position]]
                    wanted[position] = _merged(asked)
        tasks: dict[int, asyncio.Task[None]] = {}
        async with task_group() as group:
            for step in steps:
                if ranges := wanted.get(step.position):
                    before = [tasks[one] for one in step.reads if one in tasks]
                    do = self._judge if step.rule.kind == "alert" else self._record
                    tasks[step.position] = group.create_task(
                        _after(before, partial(do, step, ranges))
                    )

    def _whole(self, step: Step, first: int, last: int) -> list[Instants]:
        instants = self.instants(step, first, last)
        return [instants] if instants else []

    async def _open(self, step: Step, instants: Instants) -> list[Instants]:
        """Where one of the gate's alternatives yields something for each of its conditions."""
        found: set[int] = set()
        for conditions in step.gate:
            there = [instants]
            for condition in conditions:
                seen: set[int] = set()
                for one in there:
                    for series in await self._ask(step, condition, one):
                        seen.update(series.instants)
                there = _ranges(sorted(seen), instants.step)
            found |= seen
        return _ranges(sorted(found), instants.step)

    async def _judge(self, step: Step, ranges: Sequence[Instants]) -> None:
        alerts = self._result.present[step.position]
        for instants in ranges:
            found = await self._ask(step, step.rule.expr, instants)
            together: dict[Labels, list[int]] = {}
            for series in found:
                together.setdefault(alert_labels(series.metric, step.rule), []).extend(
                    series.instants
                )
            for labels, seen in together.items():
                if len(set(seen)) < len(seen):
                    self._fail(
                        step, f"two series of its result become the same alert: {dict(labels)}"
                    )
                alerts.setdefault(labels, []).extend(sorted(seen))

    async def _record(self, step: Step, ranges: Sequence[Instants]) -> None:
        recording = self._recordings[step.position]
        for instants in ranges:
            found = await self._ask(step, step.rule.expr, instants)
            series = self._written(step, recording, found, instants)
            for batch in _batches(series):
                async with self._slots:
                    await self._server.write(write_request(batch))
            recording.evaluated = instants.last

    def _written(
        self, step: Step, recording: _Recording, found: Iterable[Found], instants: Instants
    ) -> list[WrittenSeries]:
        """The result as series to write, with a stale marker wherever a series ends."""
        interval, ended = instants.step, None
        if recording.evaluated is not None:
            ended = recording.evaluated + interval
        series = []
        alive: set[Labels] = set()
        for labels, one in self._together(step, found).items():
            owner = self._owners.setdefault(labels, step)
            if owner is not step:
                raise BacktestError(
                    f"{owner.rule.place} and {step.rule.place} record the same series "
                    f"{dict(labels)}; give one of them another name or label"
                )
            series.append(_with_markers(labels, one, instants))
            if one.instants[-1] == instants.last:
                alive.add(labels)
            if labels in recording.alive and one.instants[0] == ended:
                recording.alive.discard(labels)
        if ended is not None:
            gone = [
                WrittenSeries(dict(labels), [ended], [None]) for labels in sorted(recording.alive)
            ]
            series = [*gone, *series]
        recording.alive = alive
        return series

    def _together(self, step: Step, found: Iterable[Found]) -> dict[Labels, Found]:
        """The result by the labels of what is recorded: series may take turns under one set."""
        together: dict[Labels, Found] = {}
        for one in found:
            labels = _recorded_labels(step, one.metric)
            before = together.get(labels)
            if before is None:
                together[labels] = one
                continue
            texts = dict(zip(before.instants, before.texts, strict=True))
            if not texts.keys().isdisjoint(one.instants):
                self._fail(step, f"two series of its result become the same series {dict(labels)}")
            texts |= zip(one.instants, one.texts, strict=True)
            instants = sorted(texts)
            together[labels] = Found(one.metric, instants, [texts[each] for each in instants])
        return together

    async def _ask(self, step: Step, expression: str, instants: Instants) -> list[Found]:
        if step.position in self._result.problems:
            return []
        read = [one for one in step.reads if one in self._result.problems]
        if read:
            rule = self._plan.steps[read[0]].rule
            self._fail(
                step, f"it reads {rule.name} ({rule.place}): {self._result.problems[read[0]]}"
            )
            return []
        rereads = step.expression is not None and step.expression.rereads
        try:
            async with self._slots:
                most = SHORT if rereads else MOST_STEPS
                return await self._server.over(expression, instants, most)
        except RefusedError as error:
            self._fail(step, f"Prometheus cannot evaluate it: {error}")
            return []

    def _fail(self, step: Step, why: str) -> None:
        self._result.problems.setdefault(step.position, why)


async def _after(before: Iterable[asyncio.Task[None]], work: Callable[[], Awaitable[_T]]) -> _T:
    for task in before:
        await asyncio.shield(task)
    return await work()


def _recorded_labels(step: Step, metric: Mapping[str, str]) -> Labels:
    labels = {**metric, **step.rule.labels, "__name__": step.rule.name}
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def _with_markers(labels: Labels, found: Found, instants: Instants) -> WrittenSeries:
    values: list[float | None] = [float(text) for text in found.texts]
    last = found.instants[-1]
    complete = (last - found.instants[0]) // instants.step + 1 == len(values)
    if complete and last == instants.last:
        return WrittenSeries(dict(labels), found.instants, values)
    times: list[int] = []
    marked: list[float | None] = []
    for instant, value in zip(found.instants, values, strict=True):
        if times and instant - times[-1] > instants.step:
            times.append(times[-1] + instants.step)
            marked.append(None)
        times.append(instant)
        marked.append(value)
    if last < instants.last:
        times.append(last + instants.step)
        marked.append(None)
    return WrittenSeries(dict(labels), times, marked)


def _batches(series: Iterable[WrittenSeries]) -> Iterable[list[WrittenSeries]]:
    batch: list[WrittenSeries] = []
    size = 0
    for one in series:
        batch.append(one)
        size += len(one.instants)
        if size >= SAMPLES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _ranges(instants: Sequence[int], step: int) -> list[Instants]:
    return _merged([Instants(instant, instant, step) for instant in instants])


def _merged(ranges: Iterable[Instants]) -> list[Instants]:
    """Ranges in order, those that are near each other as one."""
    found: list[Instants] = []
    for one in sorted(ranges, key=lambda each: each.first):
        if found and one.first - found[-1].last <= BRIDGED * one.step:
            last = max(found[-1].last, one.last)
            found[-1] = Instants(found[-1].first, last, one.step)
        else:
            found.append(one)
    return found
