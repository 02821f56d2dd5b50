"""Scenarios for the rules: traffic and faults as a person would tell them, and who is called.

A scenario says what happens (so many requests a minute, such a share fails, a target goes away)
and which alerts must fire when. It knows nothing of the rules. `promtool_document` turns scenarios
into a test file of promtool.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opsconductor.contract import AUTOMATION, Family, Reason, Status
from opsconductor.contract.families import AI_REQUEST_ERRORS, AI_REQUESTS
from opsconductor.monitoring.durations import duration

MINUTE = 60
STEP = 30
"""Seconds between samples unless a scenario says otherwise."""

Series = dict[str, str]
"""A series' name with labels to its values in promtool's notation."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of steady traffic. `failing` and `mistaken` are shares of the requests."""

    minutes: float
    per_minute: float
    failing: float = 0
    mistaken: float = 0


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that must fire: its labels without `alertname`, and its annotations.

    Annotations of None are not looked at; promtool's own test files have no word for that.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Check:
    """At `minute` exactly the alerts of `firing` fire under the name `alert`."""

    minute: float
    alert: str
    firing: tuple[Firing, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """At `minute` the expression gives exactly these values, by series in PromQL notation."""

    minute: float
    expression: str
    samples: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens and what must follow; `step` is the seconds between samples."""

    name: str
    series: Series
    checks: Sequence[Check] = ()
    values: Sequence[Value] = ()
    step: int = STEP
    external_labels: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    """Labels of the alerts that it is about; their namesakes with other labels are not asked."""
    evaluated_every: int | None = None
    """Seconds between evaluations, where not as the rules mean it."""


def named(name: str, **labels: str) -> str:
    """A series in PromQL notation."""
    inner = ", ".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{name}{{{inner}}}"


def series_labels(name: str) -> frozenset[tuple[str, str]]:
    """The labels of a series in PromQL notation, its name among them as `__name__`."""
    metric, _, inner = name.partition("{")
    labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', inner)
    return frozenset([*labels, *([("__name__", metric)] if metric else [])])


def counter(phases: Iterable[tuple[float, float]], step: int = STEP) -> str:
    """A counter from 0 through phases of (minutes, increase a minute)."""
    return " ".join(("0", *_climb(phases, step, 0)))


def born(minutes: float, phases: Iterable[tuple[float, float]], step: int = STEP) -> str:
    """A counter that does not exist for `minutes` and then appears at its first increase."""
    return " ".join((f"_x{_steps(minutes, step)}", *_climb(phases, step, 0)))


def restarted(lives: Iterable[Iterable[tuple[float, float]]], step: int = STEP) -> str:
    """A counter that starts from 0 again with each life of its process."""
    return " ".join(counter(life, step) for life in lives)


def gauge(phases: Iterable[tuple[float, float | None]], step: int = STEP) -> str:
    """A gauge through phases of (minutes, value); None is a time without samples."""
    return " ".join(
        f"_x{_steps(minutes, step)}" if value is None else f"{value}x{_steps(minutes, step) - 1}"
        for minutes, value in phases
    )


def executions(phases: Sequence[Phase], tool: str = "echo", step: int = STEP) -> Series:
    """automation-service's counters for runs of one tool; service-side failures are `internal`."""
    succeeded = [(p.minutes, p.per_minute * (1 - p.failing - p.mistaken)) for p in phases]
    failed = [(p.minutes, p.per_minute * p.failing) for p in phases]
    mistaken = [(p.minutes, p.per_minute * p.mistaken) for p in phases]
    ended = [(p.minutes, p.per_minute * (p.failing + p.mistaken)) for p in phases]
    of = automation_labels(tool=tool)
    series = {
        named(AI_REQUESTS.name, status=Status.SUCCESS, **of): counter(succeeded, step),
        named(AI_REQUESTS.name, status=Status.ERROR, **of): counter(ended, step),
        named(AI_REQUEST_ERRORS.name, reason=Reason.INTERNAL, **of): counter(failed, step),
        named(AI_REQUEST_ERRORS.name, reason=Reason.TIMEOUT, **of): counter(
            [(p.minutes, 0) for p in phases], step
        ),
    }
    if any(p.mistaken for p in phases):
        # A caller's reason is not seeded: its series begins with the first mistake.
        before = next(i for i, p in enumerate(phases) if p.mistaken)
        quiet = sum(p.minutes for p in phases[:before]) + step / MINUTE
        series[named(AI_REQUEST_ERRORS.name, reason=Reason.VALIDATION, **of)] = born(
            quiet, mistaken[before:], step
        )
    return series


def histogram(
    family: Family,
    phases: Sequence[tuple[float, Mapping[float, float]]],
    labels: Mapping[str, str],
    step: int = STEP,
) -> Series:
    """Buckets and count through phases of (minutes, {duration in seconds: times a minute})."""
    every = [(minutes, sum(load.values())) for minutes, load in phases]
    series = {named(family.count, **labels): counter(every, step)}
    for bound in (*family.buckets, float("inf")):
        le = "+Inf" if bound == float("inf") else str(bound)
        within = [
            (minutes, sum(n for seconds, n in load.items() if seconds <= bound))
            for minutes, load in phases
        ]
        series[named(family.bucket, le=le, **labels)] = counter(within, step)
    return series


def automation_labels(**more: str) -> dict[str, str]:
    """The labels that a scrape of automation-service adds."""
    return {"service": AUTOMATION, "job": AUTOMATION, "instance": "127.0.0.1:3003", **more}


def promtool_document(scenarios: Iterable[Scenario], rules_file: str, interval: float) -> Any:
    """A test file of promtool over `rules_file`, its rules evaluated every `interval` seconds."""
    return {
        "rule_files": [rules_file],
        "evaluation_interval": duration(interval),
        "tests": [_test(scenario) for scenario in scenarios],
    }


def _test(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "interval": duration(scenario.step),
        "input_series": [
            {"series": name, "values": values} for name, values in scenario.series.items()
        ],
        "alert_rule_test": [_check(check) for check in scenario.checks],
        "promql_expr_test": [
            {
                "expr": value.expression,
                "eval_time": duration(value.minute * MINUTE),
                "exp_samples": [
                    {"labels": labels, "value": number} for labels, number in value.samples.items()
                ],
            }
            for value in scenario.values
        ],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "eval_time": duration(check.minute * MINUTE),
        "alertname": check.alert,
        "exp_alerts": [
            {"exp_labels": dict(one.labels), "exp_annotations": dict(one.annotations or {})}
            for one in check.firing
        ],
    }


def _climb(phases: Iterable[tuple[float, float]], step: int, value: float) -> Iterable[str]:
    for minutes, per_minute in phases:
        steps, increase = _steps(minutes, step), round(per_minute * step / MINUTE, 9)
        yield f"{round(value + increase, 9)}+{increase}x{steps - 1}"
        value += steps * increase


def _steps(minutes: float, step: int) -> int:
    steps = round(minutes * MINUTE / step)
    if steps < 1:
        raise ValueError(f"{minutes} minutes are shorter than a step of {step} s")
    return steps
