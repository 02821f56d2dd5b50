"""The schema of a running Prometheus, made of what its HTTP API answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from promql_parser import parse_duration

from opsconductor.monitoring.promql.schema import ANY, BUILT_IN, Kind, Metric, Part, Schema, Values

_KINDS: Mapping[str, Kind] = {
    "counter": "counter",
    "gauge": "gauge",
    "histogram": "histogram",
    "summary": "summary",
    "info": "info",
    "stateset": "stateset",
}
_PARTS: Mapping[str, Mapping[str, Part]] = {
    "histogram": {"_bucket": "bucket", "_sum": "sum", "_count": "count"},
    "summary": {"": "quantile", "_sum": "sum", "_count": "count"},
}
DEFAULT_INTERVAL = 15.0
"""Seconds, for a server that tells no target's interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMetric:
    """What was learnt of one series name: its label sets, or only the names of its labels.

    `label_sets` is None where there were too many of them to list.
    """

    label_sets: Sequence[Mapping[str, str]] | None = None
    label_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAnswers:
    """What a Prometheus said of its metrics.

    `kinds` are those of each family's metadata; targets may disagree. `asked` holds the metrics
    that were looked into; of other names only that they exist is known. `intervals` are the scrape
    intervals of each job's targets as Prometheus writes them (`15s`).
    """

    names: Iterable[str]
    kinds: Mapping[str, frozenset[str]]
    asked: Mapping[str, LiveMetric]
    intervals: Mapping[str, Iterable[str]] = field(default_factory=dict)


def live_schema(answers: LiveAnswers, source: str) -> Schema:
    """Every series name the server knows; those that were asked about with labels and values."""
    intervals = {
        job: max(seconds)
        for job, texts in answers.intervals.items()
        if (seconds := [parse_duration(text).total_seconds() for text in texts if text])
    }
    return Schema(
        {name: _metric(name, answers, intervals) for name in answers.names},
        source,
        # Of a metric whose jobs are not known nothing is said that the fastest job would refute.
        scrape_interval=min(intervals.values(), default=DEFAULT_INTERVAL),
        observed=True,
    )


def _metric(name: str, answers: LiveAnswers, intervals: Mapping[str, float]) -> Metric:
    family, kind, part = _declared(name, answers.kinds)
    learnt = answers.asked.get(name)
    labels = {} if learnt is None else _labels(learnt)
    counts = kind == "counter" or (kind == "histogram" and part in {"bucket", "count"})
    low, high = BUILT_IN.get(name, (0 if counts else -inf, inf))
    return Metric(
        name=name,
        kind="gauge" if name in BUILT_IN else kind,
        part=part,
        family=family,
        labels=labels,
        open=not labels or name == "ALERTS",
        bounds=_bounds(labels) if part == "bucket" else (),
        low=low,
        high=high,
        scrape_interval=_interval(learnt, intervals),
    )


def _declared(name: str, kinds: Mapping[str, frozenset[str]]) -> tuple[str, Kind, Part]:
    """The family, kind and part; a kind that targets disagree about is unknown."""
    for suffix in ("", "_bucket", "_sum", "_count", "_total", "_info"):
        family = name.removesuffix(suffix)
        if (suffix and family == name) or family not in kinds:
            continue
        declared = kinds[family]
        kind = _KINDS.get(next(iter(declared)), "unknown") if len(declared) == 1 else "unknown"
        if kind in _PARTS:
            part = _PARTS[kind].get(suffix)
            if part is not None:
                return family, kind, part
        elif suffix == "" or (suffix, kind) in {("_total", "counter"), ("_info", "info")}:
            return family, kind, ""
    return name, "unknown", ""


def _labels(learnt: LiveMetric) -> dict[str, Values]:
    """Values of the listed series; a label that one of them lacks is optional."""
    if learnt.label_sets is None:
        names = learnt.label_names - {"__name__"}
        return {name: Values(optional=True) for name in sorted(names)}
    found: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    for labels in learnt.label_sets:
        for name, value in labels.items():
            found.setdefault(name, set()).add(value)
            count[name] = count.get(name, 0) + 1
    found.pop("__name__", None)
    total = len(learnt.label_sets)
    return {name: Values(frozenset(found[name]), count[name] < total) for name in sorted(found)}


def _bounds(labels: Mapping[str, Values]) -> tuple[str, ...]:
    known = labels.get("le", ANY).known
    if known is None:
        return ()
    try:
        return tuple(sorted(known, key=float))
    except ValueError:
        return ()


def _interval(learnt: LiveMetric | None, intervals: Mapping[str, float]) -> float | None:
    """The slowest of the jobs that expose the series; None where that is not known."""
    if learnt is None or not learnt.label_sets:
        return None
    jobs = {labels.get("job", "") for labels in learnt.label_sets}
    return max((intervals[job] for job in jobs if job in intervals), default=None)
