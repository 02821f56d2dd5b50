"""A capacity plan as tables for a terminal."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsconductor.monitoring.capacity.comparison import Compared, too_young
from opsconductor.monitoring.capacity.limits import Growth
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.monitoring.capacity.plan import Plan
from opsconductor.monitoring.capacity.report import advice, limit_rows, rows
from opsconductor.monitoring.capacity.wording import count, time_text

WIDE = 160
"""Columns, where nobody's terminal limits them."""
GIBIBYTE = 2**30


def show(plan: Plan, found: Growth, notes: Sequence[str], measured: Measurements) -> None:
    """Print what is needed, where it ends, and what the figures rest on."""
    console = _console()
    given = plan.workload
    console.print(
        f"{_several(given.services, 'service')}, {_several(given.tools, 'tool')}, "
        f"{_several(given.slos, 'objective')}; automation-service scraped every "
        f"{time_text(min(given.intervals.values()))}, samples kept for {time_text(given.retention)}"
    )
    needs = Table(box=None, pad_edge=False, show_header=False)
    needs.add_column(no_wrap=True)
    needs.add_column(no_wrap=True, justify="right")
    needs.add_column(overflow="fold")
    for row in rows(plan):
        needs.add_row(*(Text(cell) for cell in row))
    _print(console, needs)
    memory = f"{given.memory / GIBIBYTE:.3g} GiB"
    console.print(
        f"\nOne Prometheus with {memory} and {_several(given.processors, 'core')}, "
        "if only services are added:"
    )
    limits = Table("up to", "then", "so", box=None, pad_edge=False)
    for up_to, says, _, then in limit_rows(found):
        limits.add_row(Text(up_to), Text(says), Text(then))
    _print(console, limits)
    console.print()
    for line in (*advice(plan, found), *notes):
        console.print(Text(f"- {line}"))
    console.print(Text(_origin(measured)))


def show_live(found: Sequence[Compared], age: float) -> None:
    """Print the plan beside what a Prometheus has whose samples go back `age` seconds."""
    table = Table("", "planned", "measured", "plan is off by", box=None, pad_edge=False)
    for one in found:
        measured = "not told" if one.measured is None else one.shown(one.measured)
        off = "" if one.off is None else f"{one.off * 100:+.0f} %"
        table.add_row(one.name, one.shown(one.planned), measured, off)
    console = _console()
    console.print()
    _print(console, table)
    if told := too_young(age):
        console.print(Text(told))


def _print(console: Console, table: Table) -> None:
    """Without the spaces that fill the last column: they wrap where a line is copied."""
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        typer.echo(line.rstrip())


def _origin(measured: Measurements) -> str:
    sizes = [one.series for one in measured.running]
    machine = measured.machine
    return (
        f"Measured with Prometheus {machine.version} at {count(min(sizes))} to "
        f"{count(max(sizes))} series on {machine.date}; docs/capacity.md has the figures."
    )


def _several(number: int, what: str) -> str:
    return f"{count(number)} {what}" if number == 1 else f"{count(number)} {what}s"


def _console() -> Console:
    console = Console(highlight=False)
    # A file or a pipe has no edge to wrap at.
    return console if console.is_terminal else Console(highlight=False, width=WIDE)
