"""The design's estimates beside what is measured, at its own size and at larger ones."""

from collections.abc import Iterator

from opsconductor.monitoring.capacity.estimates import ESTIMATES, TOOLS, Estimate
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import Plan, plan
from opsconductor.monitoring.capacity.wording import (
    bytes_text,
    count,
    figures,
    time_text,
    times_text,
)
from opsconductor.monitoring.capacity.workload import workload
from opsconductor.monitoring.evidence.markdown import table
from opsconductor.objectives import DAY
from opsconductor.settings import Settings

MEMORY, CORES, SLOS = 16 * 2**30, 4, 5
"""The machine and the objectives that the page plans with."""


def planned(estimate: Estimate, found: Model) -> Plan:
    """The plan for as many services as the estimate is about, with the default settings."""
    given = workload(
        Settings(),
        services=estimate.services,
        tools=TOOLS,
        slos=SLOS,
        memory=MEMORY,
        processors=CORES,
    )
    return plan(given, found)


def scale_table(found: Model) -> str:
    """Three rows for each size: estimated, its series as measured, and all that there really is."""
    head = (
        "size",
        "<what",
        "series",
        "samples a second",
        "bytes a sample",
        "disk a day",
        "in 15 days",
        "<beside the estimate",
    )
    return table(head, [row for one in ESTIMATES for row in _rows(one, found)])


def _rows(one: Estimate, found: Model) -> Iterator[tuple[str, ...]]:
    size = f"{count(one.factor)}x"
    carried = "estimated" if one.stated else "estimated, carried on"
    yield _row(size, carried, one.series, one.samples_a_second, one.bytes_a_day, "")
    each = found.bytes_a_sample["ordinary"]
    same = one.samples_a_second * DAY * each
    yield _row(
        "",
        "the same samples, measured",
        one.series,
        one.samples_a_second,
        same,
        times_text(same / one.bytes_a_day),
    )
    real = planned(one, found)
    yield _row(
        "",
        f"{count(one.services)} services and all around them",
        real.series,
        real.samples_a_second,
        real.bytes_a_day,
        _beside(one, real),
    )


def _row(  # noqa: PLR0913, PLR0917  one parameter for each column
    size: str, what: str, series: int, rate: float, a_day: float, beside: str
) -> tuple[str, ...]:
    return (
        size,
        what,
        count(series),
        figures(rate),
        f"{a_day / (rate * DAY):.2f}",
        bytes_text(a_day),
        bytes_text(15 * a_day),
        beside,
    )


def _beside(one: Estimate, real: Plan) -> str:
    return (
        f"series {times_text(real.series / one.series)}, "
        f"disk {times_text(real.bytes_a_day / one.bytes_a_day)}"
    )


def needs_table(found: Model) -> str:
    """What one Prometheus needs at each size, and how far that is beyond what was measured."""
    head = (
        "size",
        "series",
        "memory",
        "at most",
        "all rules once",
        "burn over 30 d, raw",
        "recorded",
        "beyond what was measured",
    )
    return table(head, [_needs(one, planned(one, found)) for one in ESTIMATES])


def _needs(one: Estimate, real: Plan) -> tuple[str, ...]:
    beyond = f"{figures(real.extrapolated)} times" if real.extrapolated > 1 else "no"
    return (
        f"{count(one.factor)}x",
        count(real.series),
        bytes_text(real.resident),
        bytes_text(real.peak),
        time_text(real.evaluation),
        time_text(real.raw_query),
        time_text(real.recorded_query),
        beyond,
    )
