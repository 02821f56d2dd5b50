"""How many bytes a sample takes on disk: hours of samples written, compacted and weighed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.storage_server import Server, folder_bytes
from bench.storage_traffic import PAIR, STEP, History, histories, identity, offset
from opsconductor.monitoring.capacity.measurements import Block, Blocks, Moving
from opsconductor.proof.remote_write import WrittenSeries, write_request

SLICE = 180
"""Steps written at a time: half an hour, as little of the head's three hours as is quick."""
AT_ONCE = 500_000
"""Samples in one request."""
SHIFTS = 1800
"""Pairs begin at moments of the history up to so many steps, five hours, apart."""
HOUR = 3600 // STEP


@dataclass(frozen=True, slots=True)
class Written:
    """What writing left behind.

    `blocks` are those at the end, `sizes` the bytes of write-ahead log and head by hours written.
    """

    blocks: tuple[Block, ...]
    log_sizes: tuple[tuple[float, int], ...]
    head_sizes: tuple[tuple[float, int], ...]

    @property
    def log_hours(self) -> float:
        """The most hours of samples that the log held, by what it grew by at first.

        The very first piece has a record of each series too, and does not count.
        """
        (earlier, small), (later, larger) = self.log_sizes[:2]
        an_hour = (larger - small) / (later - earlier)
        return max(size for _, size in self.log_sizes) / an_hour

    @property
    def head(self) -> int:
        """The most bytes of the head's chunks."""
        return max(bytes_ for _, bytes_ in self.head_sizes)


class Traffic:
    """The histories of so many hours, seen by `pairs` pairs of services."""

    def __init__(
        self,
        pairs: int,
        hours: float,
        *,
        moving: Moving = "ordinary",
        churn_hours: float = 0,
    ) -> None:
        """With churn every pair is started anew every so many hours, as a new instance."""
        self.pairs, self.hours = pairs, hours
        self.moving, self.churn_hours = moving, churn_hours
        self.steps = round(hours * HOUR)
        self._churn = round(churn_hours * HOUR)
        self._histories = {
            service: histories(service, self.steps + SHIFTS, moving) for service in PAIR
        }

    @property
    def series(self) -> int:
        """Series that exist at a time."""
        return self.pairs * sum(len(of) for of in self._histories.values())

    def page(self, service: str, pair: int, step: int) -> Iterator[tuple[History, float]]:
        """Each series of a pair with its value at a step."""
        at = offset(pair, SHIFTS) + step
        for history in self._histories[service]:
            yield history, history.values[at % len(history.values)]

    def slices(self, end: float) -> Iterator[tuple[float, list[WrittenSeries]]]:
        """The series in pieces of time, ending at Unix second `end`; hours and a batch each."""
        start = round(end) - self.steps * STEP
        for first in range(0, self.steps, SLICE):
            last = min(first + SLICE, self.steps)
            instants = range(
                (start + first * STEP) * 1000, (start + last * STEP) * 1000, STEP * 1000
            )
            batch: list[WrittenSeries] = []
            for pair in range(self.pairs):
                batch.extend(self._written(pair, first, last, instants))
                if len(batch) * len(instants) >= AT_ONCE:
                    yield last / HOUR, batch
                    batch = []
            if batch:
                yield last / HOUR, batch

    def _written(
        self, pair: int, first: int, last: int, instants: Sequence[int]
    ) -> Iterator[WrittenSeries]:
        generation = first // self._churn if self._churn else 0
        shift = offset(pair, SHIFTS)
        for service, of in self._histories.items():
            own = identity(service, pair, generation)
            for one in of:
                labels = {"__name__": one.name, **one.labels, **own}
                yield WrittenSeries(labels, instants, one.values[shift + first : shift + last])


def write(server: Server, traffic: Traffic, end: float) -> Written:
    """Write the traffic up to `end`, let it be compacted, and weigh what is there."""
    written = 0.0
    log_sizes, head_sizes = [], []
    for hours, batch in traffic.slices(end):
        if hours != written and written:
            log_sizes.append((written, server.size("wal")))
            head_sizes.append((written, server.size("chunks_head")))
            server.settle_head()
        written = hours
        server.write(write_request(batch))
    server.settle()
    log_sizes.append((written, server.size("wal")))
    head_sizes.append((written, server.size("chunks_head")))
    return Written(
        blocks=blocks(server.data),
        log_sizes=tuple(log_sizes),
        head_sizes=tuple(head_sizes),
    )


def weighed(traffic: Traffic, written: Written) -> Blocks:
    """The blocks with what they were made of."""
    return Blocks(
        series=traffic.series,
        interval=STEP,
        hours=traffic.hours,
        moving=traffic.moving,
        churn_hours=traffic.churn_hours,
        blocks=written.blocks,
    )


def blocks(data: Path) -> tuple[Block, ...]:
    """The blocks of a data folder, the oldest first."""
    found = []
    for meta in data.glob("*/meta.json"):
        said = json.loads(meta.read_text(encoding="utf-8"))
        block = Block(
            hours=(said["maxTime"] - said["minTime"]) / 3_600_000,
            series=said["stats"]["numSeries"],
            samples=said["stats"]["numSamples"],
            chunks=folder_bytes(meta.parent / "chunks"),
            index=(meta.parent / "index").stat().st_size,
        )
        found.append((said["minTime"], block))
    return tuple(block for _, block in sorted(found, key=lambda pair: pair[0]))
