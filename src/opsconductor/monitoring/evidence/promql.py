"""An outage as samples for a real Prometheus, and what is then asked of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.evidence.approaches import BurnAlert
from opsconductor.monitoring.evidence.rate import Grid, Sample

REQUESTS: Final = "evidence_requests"
ERRORS: Final = "evidence_errors"


@dataclass(frozen=True, slots=True)
class Counted:
    """The samples of one service: both counters, under labels that tell it from the others."""

    labels: Mapping[str, str]
    requests: tuple[Sample, ...]
    errors: tuple[Sample, ...]


def openmetrics(services: tuple[Counted, ...], epoch: int) -> Iterator[str]:
    """The lines of an OpenMetrics document; `epoch` is the Unix second of millisecond 0."""
    for family, samples in (
        (REQUESTS, [(one, one.requests) for one in services]),
        (ERRORS, [(one, one.errors) for one in services]),
    ):
        yield f"# TYPE {family} counter\n"
        for service, counted in samples:
            series = f"{family}_total{selector(service.labels)}"
            for sample in counted:
                seconds, milliseconds = divmod(sample.at, 1000)
                yield f"{series} {sample.value!r} {epoch + seconds}.{milliseconds:03}\n"
    yield "# EOF\n"


def selector(labels: Mapping[str, str]) -> str:
    """Labels as a series and a selector write them."""
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def condition(alert: BurnAlert, budget: float, labels: Mapping[str, str]) -> str:
    """The alert's expression: every window's error ratio against the limit."""
    of, comparator = selector(labels), ">=" if alert.inclusive else ">"
    limit = repr(alert.factor * budget)
    parts = []
    for window in alert.windows:
        failed, total = (
            f"sum(rate({name}_total{of}[{duration(window)}]))" for name in (ERRORS, REQUESTS)
        )
        parts.append(f"{failed} / {total} {comparator} {limit}")
    if alert.least_errors:
        window = alert.windows[0]
        failed = f"sum(rate({ERRORS}_total{of}[{duration(window)}]))"
        parts.append(f"{failed} * {window} >= {alert.least_errors}")
    return "\nand\n".join(parts)


def spent(allowed: float, labels: Mapping[str, str]) -> str:
    """The share of the budget that is gone, of `allowed` errors."""
    return f"sum({ERRORS}_total{selector(labels)}) / {allowed!r}"


def instants(grid: Grid, start: int, end: int) -> range:
    """The grid's instants from `start` to `end`, in milliseconds."""
    return range(grid.first(start), end + 1, grid.step)
