"""An SLO's objectives checked one by one: targets, windows, slices, tiers, annotations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.slo import annotations, problem
from opsconductor.monitoring.slo.indicator import Events, Measured, Ratio, indicator
from opsconductor.monitoring.slo.located import Path
from opsconductor.monitoring.slo.openslo import Objective
from opsconductor.monitoring.slo.problem import Problem, Refused
from opsconductor.monitoring.slo.promise import Options, Promise, least_window
from opsconductor.monitoring.slo.references import Place, PlacedCondition, Resolved
from opsconductor.monitoring.slo.tiers import TiersError, tiers, unfirable
from opsconductor.monitoring.slo.windows import Period, WindowError, period
from opsconductor.objectives import BurnTier

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Slices:
    """How time is cut: not at all, or into slices of `seconds` with the limit of a good one."""

    seconds: int | None = None
    limit: float | None = None


def promises(resolved: Resolved, options: Options) -> Iterator[Promise]:
    """Every objective of the SLO. Raises `Refused` with all that is wrong with it."""
    _known_annotations(resolved)
    _one_threshold(resolved)
    span = _period(resolved)
    kept = _kept(resolved, span, options)
    for number, objective in enumerate(resolved.slo.spec.objectives):
        place = Place(resolved.document, ("spec", "objectives", number))
        yield _promise(resolved, options, objective, place, span, kept)


def _promise(  # noqa: PLR0913, PLR0917  what an objective is held against
    resolved: Resolved,
    options: Options,
    objective: Objective,
    place: Place,
    span: Period,
    kept: int,
) -> Promise:
    target = _target(objective, place)
    slices = _slices(resolved, objective, place, span)
    measured = _measured(resolved, options, objective, place)
    counts = isinstance(measured, Events) or (isinstance(measured, Ratio) and measured.query.open)
    spec = resolved.slo.spec
    return Promise(
        slo=resolved.slo.metadata.name,
        service=spec.service,
        objective=_name(resolved, objective, place),
        target=target,
        period=span,
        kept=kept,
        indicator=measured,
        sampled=slices.seconds is not None or not counts,
        slices=slices.seconds,
        slice_limit=slices.limit,
        tiers=_tiers(resolved, options, span, round(1 - target, 12), slices),
        conditions=_conditions(resolved, options, round(1 - target, 12), span),
        breakdown=_breakdown(resolved, measured),
        watch_absence=_one_of(resolved, annotations.ABSENT, ("alert", "ignore")) == "alert",
        runbook=_annotation(resolved, annotations.RUNBOOK) or "",
        options=options,
    )


def _target(objective: Objective, place: Place) -> float:
    both = (objective.target, objective.target_percent)
    if both.count(None) != 1:
        what = "give one of target (0.99) and targetPercent (99)"
        raise Refused([place.problem(problem.OBJECTIVE, what)])
    target, field = both[0], "target"
    if objective.target_percent is not None:
        target, field = round(objective.target_percent / 100, 12), "targetPercent"
    if target is None or not 0 < target < 1:
        top = "100" if field == "targetPercent" else "1"
        what = (
            f"{field} {getattr(objective, 'target' if field == 'target' else 'target_percent'):g} "
            f"is not between 0 and {top}, both left out: nothing is promised, or nothing may fail"
        )
        raise Refused([place.problem(problem.OBJECTIVE, what, field)])
    return target


def _one_threshold(resolved: Resolved) -> None:
    """OpenSLO v1 lets only ratios have several objectives."""
    spec = resolved.slo.spec
    if resolved.indicator.spec.threshold_metric is not None and len(spec.objectives) > 1:
        what = "a thresholdMetric has one objective; write an SLO for each value"
        found = resolved.document.problem(problem.INDICATOR, what, "spec", "objectives", 1)
        raise Refused([found])


def _period(resolved: Resolved) -> Period:
    if not resolved.slo.spec.time_window:
        what = (
            "timeWindow is missing: OpenSLO lets it be left out, but a budget has no length then; "
            "write [{duration: 28d, isRolling: true}]"
        )
        raise Refused([resolved.document.problem(problem.INVALID_FIELD, what, "spec")])
    try:
        return period(resolved.slo.spec.time_window[0])
    except WindowError as error:
        found = resolved.document.problem(
            problem.INVALID_FIELD, str(error), "spec", "timeWindow", 0
        )
        raise Refused([found]) from None


def _kept(resolved: Resolved, span: Period, options: Options) -> int:
    """Seconds of the period that are still stored at its end."""
    longest = span.calendar.longest if span.calendar else span.seconds
    over = _one_of(resolved, annotations.BUDGET_OVER, ("period", "retention"))
    if options.retention is None or span.seconds <= options.retention:
        return longest
    if over == "retention":
        return int(options.retention)
    what = (
        f"the period of {span.text} is longer than samples are kept ({duration(options.retention)})"
        f": the budget of the whole period cannot be told. Keep samples longer, shorten the "
        f"period, or write the annotation {annotations.BUDGET_OVER}: retention, and the budget "
        "covers what is kept"
    )
    raise Refused([resolved.document.problem(problem.RETENTION, what, "spec", "timeWindow", 0)])


def _slices(resolved: Resolved, objective: Objective, place: Place, span: Period) -> _Slices:
    method = resolved.slo.spec.budgeting_method
    window, target = objective.time_slice_window, objective.time_slice_target
    if method == "Occurrences":
        if window is not None or target is not None:
            what = "timeSliceTarget and timeSliceWindow belong to the methods that count slices"
            raise Refused([place.problem(problem.INVALID_FIELD, what)])
        return _Slices()
    if window is None:
        what = f"{method} wants a timeSliceWindow, such as 1m"
        raise Refused([place.problem(problem.INVALID_FIELD, what)])
    if least_window(window.seconds) > span.seconds:
        what = f"the period of {span.text} does not hold two slices of {window}"
        raise Refused([place.problem(problem.INVALID_FIELD, what, "timeSliceWindow")])
    if method == "RatioTimeslices":
        if target is not None:
            what = "RatioTimeslices weighs each slice by its ratio and has no timeSliceTarget"
            raise Refused([place.problem(problem.INVALID_FIELD, what, "timeSliceTarget")])
        return _Slices(window.seconds)
    if target is None or not 0 < target <= 1:
        what = "Timeslices wants a timeSliceTarget above 0 and up to 1"
        raise Refused([place.problem(problem.OBJECTIVE, what)])
    return _Slices(window.seconds, round(1 - target, 12))


def _measured(resolved: Resolved, options: Options, objective: Objective, place: Place) -> Measured:
    chosen, name = resolved.indicator, _annotation(resolved, annotations.COUNTING_MISTAKES)
    if name is not None:
        other = resolved.alternative(name)
        if other is None:
            what = f"no SLI is called {name}"
            raise Refused([_about(resolved, annotations.COUNTING_MISTAKES, what)])
        # Checked always, so that turning the setting on brings no surprise.
        measured = indicator(resolved, other, objective, place)
        if options.count_caller_mistakes:
            return measured
    return indicator(resolved, chosen, objective, place)


def _name(resolved: Resolved, objective: Objective, place: Place) -> str:
    """How the objective is told from its siblings; nothing where it is the only one."""
    every = resolved.slo.spec.objectives
    if len(every) == 1:
        return ""
    names = [_slug(one.display_name or "") or str(i) for i, one in enumerate(every, start=1)]
    own = names[every.index(objective)]
    if names.count(own) > 1:
        what = f"two objectives are called {own}; give each a displayName of its own"
        raise Refused([place.problem(problem.DUPLICATE, what)])
    return own


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _tiers(
    resolved: Resolved, options: Options, span: Period, budget: float, slices: _Slices
) -> tuple[BurnTier, ...]:
    key, least = annotations.BURN_TIERS, least_window(slices.seconds)
    try:
        found = tiers(_annotation(resolved, key), span.seconds, options.factors)
    except TiersError as error:
        raise Refused([_about(resolved, key, str(error))]) from None
    found = tuple(_raised(tier, least) for tier in found if tier.long_window >= least)
    dead = [_about(resolved, key, str(one), problem.UNFIRABLE) for one in unfirable(found, budget)]
    late = [tier for tier in found if options.retention and tier.long_window > options.retention]
    dead += [
        _about(
            resolved,
            key,
            f"{tier.alert} looks back {duration(tier.long_window)}, but samples are kept for "
            f"{duration(options.retention or 0)} only",
            problem.RETENTION,
        )
        for tier in late
    ]
    if dead:
        raise Refused(dead)
    return found


def _raised(tier: BurnTier, least: int) -> BurnTier:
    """A short window holds two slices at least."""
    return replace(tier, short_window=max(tier.short_window, least))


def _conditions(
    resolved: Resolved, options: Options, budget: float, span: Period
) -> tuple[PlacedCondition, ...]:
    problems: list[Problem] = []
    for placed in resolved.conditions:
        written = placed.condition
        window = written.lookback_window.seconds
        longest = min(span.seconds, options.retention or span.seconds)
        if window > longest:
            what = (
                f"the lookbackWindow of {written.lookback_window} is longer than "
                f"{duration(longest)}, the period or what is kept of it"
            )
            problems.append(placed.place.problem(problem.RETENTION, what, "condition"))
        never = _never(placed, budget)
        if never:
            what = f"the condition {placed.name} can never hold: {never}"
            problems.append(placed.place.problem(problem.UNFIRABLE, what, "condition", "threshold"))
    if problems:
        raise Refused(problems)
    return resolved.conditions


def _never(placed: PlacedCondition, budget: float) -> str:
    """Why no error ratio meets the condition, or nothing."""
    op, threshold = placed.condition.op, placed.condition.threshold
    if op == "lt" and threshold == 0:
        return "no burn is below 0"
    if (op == "gt" and threshold * budget >= 1) or (op == "gte" and threshold * budget > 1):
        return (
            f"a burn of {threshold:g} times the budget of {budget:g} is an error ratio of "
            f"{threshold * budget:.4g}, and none is above 1"
        )
    return ""


def _breakdown(resolved: Resolved, measured: Measured) -> str:
    label = _annotation(resolved, annotations.BREAKDOWN)
    if label is None:
        return ""
    if not _LABEL.fullmatch(label):
        raise Refused([_about(resolved, annotations.BREAKDOWN, f"{label!r} is no label name")])
    if not isinstance(measured, Events) or measured.aggregated:
        what = (
            "only events of plain selectors can be broken down: the indicator's queries "
            "aggregate, or give a ratio or a value"
        )
        raise Refused([_about(resolved, annotations.BREAKDOWN, what)])
    return label


def _known_annotations(resolved: Resolved) -> None:
    wrong = [
        _about(resolved, key, f"no such annotation; there are {', '.join(annotations.KNOWN)}")
        for key in resolved.slo.metadata.annotations
        if key.startswith(annotations.PREFIX) and key not in annotations.KNOWN
    ]
    if wrong:
        raise Refused(wrong)


def _one_of(resolved: Resolved, key: str, values: tuple[str, ...]) -> str:
    value = _annotation(resolved, key)
    if value is None:
        return values[0]
    if value not in values:
        what = f"{value!r} is not known; write {' or '.join(values)}"
        raise Refused([_about(resolved, key, what)])
    return value


def _annotation(resolved: Resolved, key: str) -> str | None:
    return resolved.slo.metadata.annotations.get(key)


def _about(resolved: Resolved, key: str, what: str, code: str = problem.INVALID_FIELD) -> Problem:
    """A problem of an annotation, which stands at the SLO's name where it is not written."""
    path: Path = ("metadata", "annotations", key)
    return resolved.document.problem(code, f"{key}: {what}", *path)
