"""`opsconductor slo report`: ask a Prometheus how the objectives stand."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from opsconductor.cli.errors import ExitCode
from opsconductor.cli.given_prometheus import answered
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.slo.report import QUERIES, Sample, Standing, missing, standings
from opsconductor.settings import Settings, load
from opsconductor.stack.slo_files import read_slos, slo_text

Form = Literal["table", "json"]
SHOWN = ("1h", "6h", "1d", "3d")
"""The windows whose burn has a column; JSON has them all."""
WIDE = 200
"""Columns, where nobody's terminal limits them."""


def report(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]…", help="Only the SLOs of these OpenSLO files."),
    ] = None,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="Which Prometheus; without one, our own.")
    ] = "",
    form: Annotated[Form, typer.Option("--format", help="For people or for programs.")] = "table",
) -> None:
    """Show objective, achieved, budget left, burn and forecast of every SLO.

    Exit 1 where an SLO has no data, cannot be read, or there is none: what is unknown is not well.
    Exit 2 where --prometheus cannot be reached.
    """
    settings = load()
    own = settings.loopback_url(settings.prometheus.port)
    found = standings(answered(_ask(prometheus or own), prometheus))
    wanted, is_whole = _names(settings, files or (), own=not prometheus)
    if wanted is not None:
        recorded = {one.slo for one in found}
        found = [one for one in found if one.slo in wanted]
        found += [missing(name) for name in sorted(wanted - recorded)]
    if form == "json":
        typer.echo(json.dumps([_plain(one) for one in found]))
    else:
        _print(found)
    if not found:
        typer.echo(
            f"no SLO is recorded at {prometheus or own}; load the rules that "
            "'opsconductor slo compile' makes",
            err=True,
        )
    if not (found and is_whole and all(one.known for one in found)):
        raise typer.Exit(ExitCode.FAILED)


async def _ask(url: str) -> dict[str, list[Sample]]:
    async with PrometheusClient(url) as client:
        return {
            kind: [(one.metric, one.value[1]) for one in await client.query(query)]
            for kind, query in QUERIES.items()
        }


def _names(settings: Settings, files: Sequence[Path], *, own: bool) -> tuple[set[str] | None, bool]:
    """The SLOs that are asked about, None for whatever is recorded, and whether all could be read.

    A broken one is told, and hides no other.
    """
    from opsconductor.monitoring.slo.documents import read  # noqa: PLC0415  only where files are

    if not files and not own:
        return None, True
    texts = {str(path): slo_text(path) for path in files}
    found = read(texts or read_slos(settings.alerting.slo_dir))
    for problem in found.problems:
        typer.echo(str(problem), err=True)
    return set(found.of("SLO")), not found.problems


def _plain(one: Standing) -> dict[str, object]:
    """JSON has no NaN: what is not recorded is null."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in one.document().items()
    }


def _print(found: Sequence[Standing]) -> None:
    windows = [window for window in SHOWN if any(window in one.burn for one in found)]
    table = Table(
        "slo", "objective", "achieved", "over", "budget left", *(f"burn {w}" for w in windows),
        "used up", box=None, pad_edge=False,
    )  # fmt: skip
    for one in found:
        table.add_row(*(Text(cell) for cell in _row(one, windows)), style=_colour(one))
    console, wide = Console(highlight=False), Console(highlight=False, width=WIDE)
    if not console.is_terminal:
        # A file or a pipe has no edge to wrap at.
        console = wide
    if Measurement.get(wide, wide.options, table).maximum <= console.width:
        console.print(table)
        return
    for one in found:
        console.print(_lines(one, windows), style=_colour(one), highlight=False)


def _lines(one: Standing, windows: Sequence[str]) -> Text:
    """The same for a terminal that the table does not fit into: a few lines for each SLO."""
    name, promised, achieved, over, budget, *burns, forecast = _row(one, windows)
    burn = ", ".join(f"{w} {b}" for w, b in zip(windows, burns, strict=True) if b)
    facts = [
        f"{achieved} over {over}" if over else achieved,
        *([f"budget left {budget}; {forecast}"] if budget else []),
        *([f"burn {burn}"] if burn else []),
    ]
    title = f"{name}  {promised}".rstrip()
    return Text("\n".join((title, *(f"  {fact}" for fact in facts))))


def _row(one: Standing, windows: Sequence[str]) -> list[str]:
    name = f"{one.slo} ({one.objective})" if one.objective else one.slo
    if math.isnan(one.target):
        return [name, "", "not recorded", *[""] * (len(windows) + 3)]
    promised = f"{one.target * 100:.5g} % / {_time(one.period)}"
    over = _time(one.covered)
    if one.covered < one.period:
        over += f" of {_time(one.period)}"
    if one.achieved is None:
        return [name, promised, "no data", over, *[""] * (len(windows) + 2)]
    budget = f"{(one.budget_left or 0) * 100:.4g} %, {one.errors_left:.0f} events"
    burns = [f"{one.burn[w]:.2f}" if w in one.burn else "" for w in windows]
    return [name, promised, f"{_share(one.achieved)} %", over, budget, *burns, _forecast(one)]


def _share(achieved: float) -> str:
    """Never rounded up to a hundred: 99.9999 is not all."""
    return f"{math.floor(achieved * 1e5) / 1e3:g}"


def _forecast(one: Standing) -> str:
    if one.budget_left is not None and one.budget_left <= 0:
        return "used up"
    told = [
        f"in {_time(seconds)} at {window}'s burn"
        for window, seconds in one.exhausted_in.items()
        if seconds < one.period
    ]
    return ", ".join(told) or "lasts"


def _time(seconds: float) -> str:
    """In its largest unit, rounded down: `12 h`."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{math.floor(seconds / size)} {unit}"
    return f"{seconds:.0f} s"


def _colour(one: Standing) -> str:
    if one.budget_left is None:
        return "yellow"
    return "red" if one.budget_left <= 0 else ""
