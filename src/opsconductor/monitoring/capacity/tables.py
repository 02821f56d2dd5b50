"""The measured figures as Markdown tables, each with the spread of its rounds."""

from collections.abc import Callable

from opsconductor.monitoring.capacity.measurements import (
    Blocks,
    Machine,
    Measurements,
    Pages,
    Query,
    Running,
    Spread,
)
from opsconductor.monitoring.capacity.wording import bytes_text, count, figures
from opsconductor.monitoring.evidence.markdown import prose, table
from opsconductor.objectives import HOUR

MEGA = 1e6
_RUNNING: tuple[tuple[str, Callable[[Running], str]], ...] = (
    ("resident, scraping", lambda one: _spread(one.resident, 1 / MEGA, "MB")),
    ("resident, with rules", lambda one: _spread(one.resident_with_rules, 1 / MEGA, "MB")),
    ("peak at a start", lambda one: bytes_text(one.restart_peak)),
    ("a start", lambda one: f"{figures(one.restart_seconds)} s"),
    ("peak while the head is written", lambda one: bytes_text(one.compaction_peak)),
    ("scraping", lambda one: _spread(one.scraping, 100, "% of a core")),
    ("all rules once", lambda one: _spread(one.evaluation, 1000, "ms")),
    ("log, bytes a sample", lambda one: _spread(one.log, 1, "")),
    ("log holds at most", lambda one: f"{figures(one.log_hours)} h"),
    ("head's chunks on disk", lambda one: bytes_text(one.head)),
)


def running_table(measured: Measurements) -> str:
    """Memory, processor and log of each size."""
    head = ["", *(f"{count(one.series)} series" for one in measured.running)]
    return table(head, [[name, *map(shown, measured.running)] for name, shown in _RUNNING])


def blocks_table(measured: Measurements) -> str:
    """Bytes of a sample in blocks of each length, of each run."""
    head = ["blocks", "length", "bytes a sample", "of it index", "index bytes a series"]
    return table(head, [row for run in measured.blocks for row in _block_rows(run)])


def _block_rows(run: Blocks) -> list[list[str]]:
    # One of each length; where the writing began and ended a block may be shorter than any.
    lengths = {round(one.hours): one for one in reversed(run.blocks) if one.hours >= 1}
    return [
        [
            _traffic(run),
            f"{hours} h",
            f"{one.bytes_a_sample:.2f}",
            f"{one.index / one.samples:.2f}",
            f"{one.index / one.series:.0f}",
        ]
        for hours, one in sorted(lengths.items())
    ]


def queries_table(measured: Measurements) -> str:
    """Seconds of each query."""
    head = ["query", "over", "series", "samples", "processor", "clock"]
    return table(head, [_query_row(one) for one in measured.queries])


def _query_row(one: Query) -> list[str]:
    return [
        one.kind,
        f"{one.window / HOUR:g} h",
        count(one.series),
        count(one.samples),
        _spread(one.processor, 1000, "ms"),
        _spread(one.clock, 1000, "ms"),
    ]


def conditions(machine: Machine, pages: Pages, idle: Spread) -> str:
    """Where, when and how loaded it was, and what was there without any traffic."""
    return prose(
        f"Prometheus's own page had {pages.prometheus} series and Alertmanager's "
        f"{pages.alertmanager}. Without a target Prometheus took {figures(100 * idle.median)} % of "
        f"a core. Prometheus {machine.version}, {machine.system}, {machine.cores} cores of "
        f"{machine.processor}, {machine.memory_bytes / 2**30:.0f} GiB, Python {machine.python}; "
        f"{machine.date}, {machine.minutes:.0f} minutes. The machine's load average was "
        f"{machine.load[0]:.1f} before and {machine.load[1]:.1f} after: processor seconds are of "
        "Prometheus's own threads, the clock is everybody's."
    )


def results(measured: Measurements) -> str:
    """All of it on one page."""
    return "\n".join(
        (
            "Medians; in brackets the least and the most of all rounds.\n",
            running_table(measured),
            blocks_table(measured),
            queries_table(measured),
            conditions(measured.machine, measured.pages, measured.idle),
        )
    )


def _traffic(run: Blocks) -> str:
    churn = f", instances live {run.churn_hours:g} h" if run.churn_hours else ""
    return f"{count(run.series)} series, {run.moving}{churn}"


def _spread(of: Spread, factor: float, unit: str) -> str:
    middle, least, most = (figures(one * factor) for one in (of.median, of.least, of.most))
    return f"{middle} ({least} to {most}) {unit}".rstrip()
