"""The lines through the measured figures that every plan is read from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsconductor.monitoring.capacity.error import MeasurementsError
from opsconductor.monitoring.capacity.fit import Line, bound, line
from opsconductor.monitoring.capacity.measurements import (
    Blocks,
    Measurements,
    Moving,
    Pages,
    Query,
)


@dataclass(frozen=True, slots=True)
class Model:
    """Bytes and seconds by series, samples a second or samples read; see `Running`.

    `resident` is with rules. `evaluation` is by series of services, `query` by samples read.
    `peak` of memory and `head`, its chunks on disk, bound what was measured, as `log` and
    `log_hours` do the write-ahead log. `bytes_a_sample` is of compacted blocks, by how much moves.
    `pages` are the series of the programs around ours, `largest` the most series that anything was
    measured at.
    """

    resident: Line
    peak: Line
    restart: Line
    scraping: Line
    evaluation: Line
    head: Line
    raw_query: Line
    recorded_sample: float
    log: float
    log_hours: float
    bytes_a_sample: Mapping[Moving, float]
    pages: Pages
    largest: int


def model(measured: Measurements) -> Model:
    """The model of what was measured. Raises `MeasurementsError`."""
    running = measured.running

    def by_series(figures: Iterable[float]) -> Line:
        return line(zip((float(one.series) for one in running), figures, strict=True))

    rates = [0.0, *(one.samples_a_second for one in running)]
    scraping = [measured.idle.median, *(one.scraping.median for one in running)]
    raw = [one for one in measured.queries if one.kind == "raw burn"]
    return Model(
        resident=by_series(one.resident_with_rules.median for one in running),
        peak=bound((float(one.series), one.peak) for one in running),
        restart=by_series(one.restart_seconds for one in running),
        scraping=line(zip(rates, scraping, strict=True)),
        evaluation=by_series(one.evaluation.median for one in running),
        head=bound((float(one.series), one.head) for one in running),
        raw_query=line((one.samples, one.processor.median) for one in raw),
        recorded_sample=_recorded_sample(measured.queries),
        log=max(one.log.median for one in running),
        log_hours=max(one.log_hours for one in running),
        bytes_a_sample=_bytes_a_sample(measured.blocks),
        pages=measured.pages,
        largest=measured.largest,
    )


def _bytes_a_sample(runs: Iterable[Blocks]) -> Mapping[Moving, float]:
    """Of the longest block of each kind of traffic: nearly all of a retention is compacted."""
    found: dict[Moving, float] = {}
    for kind in ("quiet", "ordinary", "busy"):
        steady = [one for one in runs if one.moving == kind and not one.churn_hours]
        if not steady:
            raise MeasurementsError(f"no blocks of {kind} traffic; run 'make bench-storage'")
        found[kind] = max(steady, key=lambda one: one.longest.hours).longest.bytes_a_sample
    return found


def _recorded_sample(queries: Iterable[Query]) -> float:
    """Processor seconds for each recorded sample that a long window adds up."""
    found = [one.processor.median / one.samples for one in queries if one.kind == "recorded burn"]
    if not found:
        raise MeasurementsError("no query of recorded series; run 'make bench-storage'")
    return max(found)
