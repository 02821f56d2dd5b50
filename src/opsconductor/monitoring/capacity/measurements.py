"""What `make bench-storage` measured, as it is committed; the model reads nothing else."""

from collections.abc import Sequence
from statistics import median
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Rounds = Annotated[tuple[Positive, ...], Field(min_length=1)]
Moving = Literal["quiet", "ordinary", "busy"]
"""How many series move: none; those of an ordinary day; all of them, at every scrape."""


class _Measured(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spread(_Measured):
    """The same thing measured several times."""

    rounds: Rounds

    @property
    def median(self) -> float:
        """The figure to go by."""
        return median(self.rounds)

    @property
    def least(self) -> float:
        """The least of all rounds."""
        return min(self.rounds)

    @property
    def most(self) -> float:
        """The greatest of all rounds."""
        return max(self.rounds)


class Machine(_Measured):
    """Where and when it was measured; `load` is the machine's load average before and after."""

    processor: str
    cores: int
    memory_bytes: int
    system: str
    prometheus: str
    python: str
    date: str
    minutes: Positive
    load: tuple[float, float]

    @property
    def version(self) -> str:
        """Prometheus's version without the distribution's own part."""
        return self.prometheus.partition("+")[0]


class Block(_Measured):
    """A block as Prometheus wrote or compacted it: its length, what it holds, and its bytes."""

    hours: Positive
    series: int = Field(gt=0)
    samples: int = Field(gt=0)
    chunks: int
    index: int

    @property
    def bytes_a_sample(self) -> float:
        """Chunks and index together, for each sample."""
        return (self.chunks + self.index) / self.samples


class Blocks(_Measured):
    """The blocks of one run of `hours`; `churn_hours` is the life of an instance, 0 for ever."""

    series: int = Field(gt=0)
    interval: Positive
    hours: Positive
    moving: Moving
    churn_hours: float = Field(ge=0)
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]

    @property
    def longest(self) -> Block:
        """The most compacted of them: what nearly all of the retention consists of."""
        return max(self.blocks, key=lambda one: one.hours)


class Running(_Measured):
    """A Prometheus that scrapes `series`, its head as full as it gets before a compaction.

    Bytes are resident memory: while it scrapes, while it evaluates our rules as well, at most while
    it starts again and while it writes its head as a block. Seconds are the processor's: of
    scraping for each second, of all rules for each evaluation. `log` is the write-ahead log's bytes
    for each sample, `log_hours` the most hours of samples that it held, `head` the most bytes of
    the head's chunks on disk.
    """

    series: int = Field(gt=0)
    samples_a_second: Positive
    resident: Spread
    resident_with_rules: Spread
    restart_peak: Positive
    restart_seconds: Positive
    compaction_peak: Positive
    scraping: Spread
    evaluation: Spread
    log: Spread
    log_hours: Positive
    head: Positive

    @property
    def peak(self) -> float:
        """The most memory that was resident at any time."""
        return max(self.restart_peak, self.compaction_peak, self.resident_with_rules.most)


class Query(_Measured):
    """A kind of query over `samples` of `series`: the processor's and the clock's seconds."""

    kind: Literal["raw burn", "recorded burn", "panel rate", "panel quantile"]
    window: Positive
    series: int = Field(gt=0)
    samples: int = Field(gt=0)
    processor: Spread
    clock: Spread


class Pages(_Measured):
    """Series that the pages of the programs around ours have, whatever the size."""

    prometheus: int = Field(gt=0)
    alertmanager: int = Field(gt=0)


class Measurements(_Measured):
    """Everything that was measured in one run."""

    machine: Machine
    blocks: Sequence[Blocks]
    running: Annotated[Sequence[Running], Field(min_length=2)]
    idle: Spread
    queries: Sequence[Query]
    pages: Pages

    @property
    def largest(self) -> int:
        """The most series that anything was measured at."""
        return max(one.series for one in self.running)
