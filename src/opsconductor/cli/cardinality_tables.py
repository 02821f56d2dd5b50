"""The series as tables for a terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsconductor.cli.cardinality_live import Live, Unused
from opsconductor.client.prometheus import Count
from opsconductor.contract import EXPOSED
from opsconductor.monitoring.cardinality.growth import Growth, LabelGrowth
from opsconductor.monitoring.cardinality.standing import FamilyStanding, Standing, by_prefix

WIDE = 160
"""Columns, where nobody's terminal limits them."""
MOST = 6
"""Names of a list that stand on one line."""


def show(live: Live, ago: str) -> None:
    """Print families by job, the rest by its source, and what grew."""
    console = _console()
    console.print(_families(live.standing))
    console.print()
    head = live.head
    _line(console, f"{head.stats.series} series in the head", _counts(head.series_by_name))
    _line(console, "label values", _counts(head.values_by_label))
    _line(console, "made by rules and alerts", f"{live.standing.recorded} series")
    _line(console, "added to each scrape", f"{live.standing.added} series (up, scrape_*)")
    for job, found in live.standing.foreign.items():
        what = "not in the contract" if job in EXPOSED else "foreign"
        shown = found if job in EXPOSED else by_prefix(found)
        _line(console, f"{what}: {job}, {sum(found.values())} series", _listed(shown))
    if ago:
        _growth(console, live, ago)


def _families(found: Standing) -> Table:
    table = Table(
        "job", "family", "expected", "worst case", "live", "other", "unknown",
        box=None, pad_edge=False,
    )  # fmt: skip
    for column in table.columns[2:]:
        column.justify = "right"
    for job in EXPOSED:
        rows = [one for one in found.families if one.job == job]
        for number, one in enumerate(rows):
            style = "red" if one.is_over else ""
            table.add_row(
                Text("" if number else job), Text(one.family), *_figures(one), style=style
            )
        table.add_row("", Text(f"together, {len(rows)}"), *_sums(rows), style="bold")
    return table


def _figures(one: FamilyStanding) -> list[str]:
    return [
        "" if one.expected is None else str(one.expected),
        str(one.worst_case),
        str(one.live),
        str(one.other or ""),
        str(one.unknown or ""),
    ]


def _sums(rows: Sequence[FamilyStanding]) -> list[str]:
    expected = [one.expected for one in rows if one.expected is not None]
    return [
        str(sum(expected)) if len(expected) == len(rows) else "",
        str(sum(one.worst_case for one in rows)),
        str(sum(one.live for one in rows)),
        "",
        "",
    ]


def _growth(console: Console, live: Live, ago: str) -> None:
    if not live.has_past:
        console.print(f"{ago} ago there was no series: what grew since cannot be told")
    elif not live.growth:
        console.print(f"nothing has more series than {ago} ago")
    for one, labels in live.growth:
        _line(console, f"grew since {ago} ago: {_name(one)}", _grew(one, labels))


def _name(one: Growth) -> str:
    return f"{one.name} of {one.job}" if one.job else one.name


def _grew(one: Growth, labels: Sequence[LabelGrowth]) -> str:
    by = [f"{label.label} from {label.then} to {label.now} values" for label in labels]
    return f"from {one.then} to {one.now} series" + (f"; {', '.join(by)}" if by else "")


def show_savings(found: Unused) -> None:
    """Print what each job costs and would save."""
    table = Table(
        "job", "scraped", "used", "unused", "dropped already", "would save a day",
        box=None, pad_edge=False,
    )  # fmt: skip
    for column in table.columns[1:]:
        column.justify = "right"
    for one in found.savings:
        table.add_row(
            Text(one.job), str(one.scraped), str(one.used), str(one.unused), str(one.dropped),
            size(one.bytes_a_day),
        )  # fmt: skip
    known = [one.bytes_a_day for one in found.savings if one.bytes_a_day is not None]
    table.add_row(
        "together",
        *(
            str(sum(getattr(one, of) for one in found.savings))
            for of in ("scraped", "used", "unused", "dropped")
        ),
        size(sum(known)),
        style="bold",
    )
    _console().print(table)


def size(amount: float | None) -> str:
    """Bytes in their largest decimal unit: `5.2 MB`."""
    if amount is None:
        return "not known"
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if amount >= unit:
            return f"{amount / unit:.1f} {name}"
    return f"{amount:.0f} B"


def _counts(found: Iterable[Count]) -> str:
    return _listed({one.name: one.value for one in found})


def _listed(found: Mapping[str, int]) -> str:
    shown = [f"{name} {count}" for name, count in list(found.items())[:MOST]]
    more = [f"{len(found) - MOST} more"] if len(found) > MOST else []
    return ", ".join((*shown, *more))


def _line(console: Console, title: str, text: str) -> None:
    console.print(Text.assemble((f"{title}: ", "bold"), text))


def _console() -> Console:
    console = Console(highlight=False)
    # A file or a pipe has no edge to wrap at.
    return console if console.is_terminal else Console(highlight=False, width=WIDE)
