"""What a burn ratio over 6 hours, 3 days and 30 days costs, from raw and from recorded series."""

import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.storage_server import Server, running
from bench.storage_traffic import A_DAY, STEP, History, histories, identity
from opsconductor.contract import AUTOMATION
from opsconductor.contract.families import AI_REQUEST_DURATION, AI_REQUESTS
from opsconductor.contract.recorded import ERROR_RATE, EVENT_RATE
from opsconductor.monitoring.capacity.measurements import Query, Spread
from opsconductor.proof.remote_write import WrittenSeries, write_request
from opsconductor.stack.programs import Program

DAY, HOUR = 86_400, 3600
FIVE_MINUTES = 300
RECORDED_STEP = 30
LONG = ("--storage.tsdb.min-block-duration=100y", "--storage.tsdb.max-block-duration=100y")
"""All samples in one block, as months are in a few: nothing is compacted while it is written."""
_REQUESTS = AI_REQUESTS.name

Kind = Literal["raw burn", "recorded burn", "panel rate", "panel quantile"]


@dataclass(frozen=True, slots=True)
class Reach:
    """So many pairs of services, `days` of whose requests are there; `job` tells them apart."""

    job: str
    pairs: int
    days: float


REACHES = (Reach("month", 1, 30), Reach("days", 10, 3), Reach("hours", 100, 0.25))


def measure(
    prometheus: Program, folder: Path, reaches: Sequence[Reach], rounds: int
) -> Iterator[Query]:
    """Write the requests of the reaches, make them blocks, and ask in several rounds."""
    end = time.time() // STEP * STEP
    with running(prometheus, folder, {}, "--web.enable-remote-write-receiver", *LONG) as server:
        most = max(one.days for one in reaches)
        # By time, for the head takes nothing much older than what it has.
        for first in range(0, round(most * A_DAY), A_DAY // 4):
            _write(server, reaches, end, round(most * A_DAY), first)
        server.snapshot()
        (snapshot,) = (server.data / "snapshots").iterdir()
    blocks = folder / "asked"
    blocks.mkdir()
    snapshot.rename(blocks / "data")
    with running(prometheus, blocks, {}, "--storage.tsdb.retention.time=100y") as server:
        for reach in reaches:
            for window in (6 * HOUR, 3 * DAY, 30 * DAY):
                if window <= reach.days * DAY:
                    yield _raw(server, reach, window, end, rounds)
        yield _recorded(server, most * DAY, end, rounds)


def panels(server: Server, series: int, tools: int, pairs: int, rounds: int) -> Iterator[Query]:
    """What two panels over six hours cost, a point a minute, on a server with live traffic."""
    every = {
        "panel rate": f"sum by (status) (rate({_REQUESTS}[5m]))",
        "panel quantile": (
            f"histogram_quantile(0.95, sum by (le) (rate({AI_REQUEST_DURATION.bucket}[5m])))"
        ),
    }
    read: Mapping[str, int] = {
        "panel rate": 2 * tools * pairs,
        "panel quantile": (len(AI_REQUEST_DURATION.buckets) + 1) * tools * pairs,
    }
    kinds: tuple[Kind, ...] = ("panel rate", "panel quantile")
    for kind in kinds:
        end = time.time()

        def ask(expression: str = every[kind], end: float = end) -> list[Any]:
            return server.query_range(expression, end, 6 * HOUR, 60)

        samples = read[kind] * (6 * HOUR + FIVE_MINUTES) // STEP
        yield _timed(server, kind, 6 * HOUR, min(read[kind], series), samples, ask, rounds)


def _write(server: Server, reaches: Sequence[Reach], end: float, steps: int, first: int) -> None:
    last = min(first + A_DAY // 4, steps)
    for reach in reaches:
        if first >= steps - round(reach.days * A_DAY):
            server.write(write_request(_slice(reach, end, steps, first, last)))
    server.write(write_request(_recorded_slice(end, steps, first, last)))


def _slice(reach: Reach, end: float, steps: int, first: int, last: int) -> Iterator[WrittenSeries]:
    instants = _instants(end, steps, first, last, STEP)
    for one in _requests():
        values = array("d", [_value(one, step) for step in range(first, last)])
        for pair in range(reach.pairs):
            labels = {**one.labels, **identity(AUTOMATION, pair), "job": reach.job}
            yield WrittenSeries({"__name__": one.name, **labels}, instants, values)


def _recorded_slice(end: float, steps: int, first: int, last: int) -> Iterator[WrittenSeries]:
    instants = _instants(end, steps, first, last, RECORDED_STEP)
    for number, series in enumerate((ERROR_RATE[FIVE_MINUTES], EVENT_RATE[FIVE_MINUTES])):
        values = [2.0 + number + step % 97 / 13 for step in range(len(instants))]
        labels = {"__name__": series.name, "slo": "execution-success", "service": AUTOMATION}
        yield WrittenSeries(labels, instants, values)


def _instants(end: float, steps: int, first: int, last: int, every: int) -> range:
    start = round(end) - steps * STEP
    return range((start + first * STEP) * 1000, (start + last * STEP) * 1000, every * 1000)


_DAY_OF_REQUESTS: list[History] = []


def _requests() -> Sequence[History]:
    """A day of the requests of each tool."""
    if not _DAY_OF_REQUESTS:
        found = histories(AUTOMATION, A_DAY)
        _DAY_OF_REQUESTS.extend(one for one in found if one.name == _REQUESTS)
    return _DAY_OF_REQUESTS


def _value(one: History, step: int) -> float:
    """The counter goes on from day to day."""
    days, rest = divmod(step, A_DAY)
    return days * one.values[-1] + one.values[rest]


def _raw(server: Server, reach: Reach, window: float, end: float, rounds: int) -> Query:
    of, over = f'job="{reach.job}"', f"[{window:.0f}s]"
    failed = f'sum(rate({_REQUESTS}{{status="error",{of}}}{over}))'
    expression = f"{failed} / sum(rate({_REQUESTS}{{{of}}}{over}))"
    # Each pair has every tool's errors once above the line, and both outcomes below it.
    whole = len(_requests()) * reach.pairs
    series = whole + whole // 2
    samples = round(series * window / STEP)

    def ask() -> list[Any]:
        return server.query(expression, end)

    return _timed(server, "raw burn", window, series, samples, ask, rounds)


def _recorded(server: Server, window: float, end: float, rounds: int) -> Query:
    over = f"[{window:.0f}s]"
    errors, events = ERROR_RATE[FIVE_MINUTES].name, EVENT_RATE[FIVE_MINUTES].name
    expression = f"sum_over_time({errors}{over}) / on (slo) sum_over_time({events}{over})"
    samples = round(2 * window / RECORDED_STEP)

    def ask() -> list[Any]:
        return server.query(expression, end)

    return _timed(server, "recorded burn", window, 2, samples, ask, rounds)


def _timed(  # noqa: PLR0913, PLR0917  what is asked, and what it is said to read
    server: Server,
    kind: Kind,
    window: float,
    series: int,
    samples: int,
    ask: Callable[[], list[Any]],
    rounds: int,
) -> Query:
    """Ask once to have the pages in memory, then so many times by the clocks."""
    if not ask():
        raise RuntimeError(f"{kind} over {window} s has no result; nothing would be measured")
    processor, clock = [], []
    for _ in range(rounds):
        used, began = server.cpu_seconds(), time.monotonic()
        ask()
        clock.append(time.monotonic() - began)
        processor.append(server.cpu_seconds() - used)
    return Query(
        kind=kind,
        window=window,
        series=series,
        samples=samples,
        processor=Spread(rounds=tuple(processor)),
        clock=Spread(rounds=tuple(clock)),
    )
