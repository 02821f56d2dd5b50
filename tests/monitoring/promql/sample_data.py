"""A small database with what label flow has to tell apart, and its schema."""

from collections.abc import Iterator

from opsconductor.monitoring.promql.schema import Metric, Schema, Values

START, END, STEP = 1_700_000_000, 1_700_001_800, 15
"""Seconds: half an hour of samples."""

SERIES: dict[str, tuple[dict[str, str], ...]] = {
    "requests_total": tuple(
        {"status": status, "tool": tool} for status in ("success", "error") for tool in ("a", "b")
    ),
    "errors_total": tuple(
        {"reason": reason, "tool": tool} for reason in ("timeout", "denied") for tool in ("a", "b")
    ),
    "latency_bucket": tuple(
        {"le": le, "tool": tool} for le in ("0.1", "1.0", "+Inf") for tool in ("a", "b")
    ),
    "tools": ({"tool": "a", "version": "v1"}, {"tool": "b", "version": "v2"}),
    "mixed": ({"status": "success"}, {"status": "error", "zone": "x-1"}, {"zone": "y-2"}),
    "foreign": ({"tool": "c", "job": "elsewhere"},),
    "single": ({},),
}


def lines() -> Iterator[str]:
    """The samples as OpenMetrics text with time stamps."""
    for name, every in SERIES.items():
        yield f"# TYPE {name} unknown"
        for number, labels in enumerate(every):
            written = ",".join(f'{label}="{value}"' for label, value in labels.items())
            for time in range(START, END + 1, STEP):
                yield f"{name}{{{written}}} {(number + 1) * (time - START) / STEP} {time}"
    yield "# EOF"


def schema() -> Schema:
    """All that can be known: which series exist, label by label."""
    return Schema({name: _metric(name, every) for name, every in SERIES.items()}, "the sample")


def vague_schema() -> Schema:
    """Only the names of the labels of half the metrics, and that there may be more."""
    metrics = {
        name: Metric(
            name=name,
            kind="unknown",
            labels={label: Values(None, optional=True) for labels in every for label in labels},
            open=True,
        )
        for name, every in list(SERIES.items())[::2]
    }
    return Schema(metrics, "hearsay", complete=False)


def _metric(name: str, every: tuple[dict[str, str], ...]) -> Metric:
    labels = {
        label: Values(
            frozenset(one[label] for one in every if label in one),
            optional=any(label not in one for one in every),
        )
        for labels in every
        for label in labels
    }
    return Metric(name=name, kind="unknown", labels=labels)
