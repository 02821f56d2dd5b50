"""What a metric family and its label policies are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, prod
from typing import Literal

from opsconductor.contract.identifying import INSTEAD, identifying_name, identifying_value
from opsconductor.contract.vocabulary import PROCESSES


@dataclass(frozen=True, slots=True)
class Label:
    """A label and the values it may take.

    With `limit` 0 the set `values` is closed. Otherwise the process admits at most `limit` values
    at run time (a bound), and `values` are always admitted besides. An ordinary system admits
    `usual` values, and without it as many as it has tools. Anything else becomes `other`
    and is counted in `telemetry_label_overflow_total`.

    A name or a value that carries an identifier, personal data or a secret is refused here, and is
    never admitted at run time. `identifies` exempts a label, and says why it may name one thing.
    """

    name: str
    values: tuple[str, ...] = ()
    limit: int = 0
    usual: int = 0
    identifies: str = ""

    def __post_init__(self) -> None:
        kind = identifying_name(self.name, closed=not self.limit)
        if kind and not self.identifies:
            raise ValueError(f"label {self.name}: it would carry {kind}; {INSTEAD[kind]}")
        for value in self.values:
            if not self.permits(value):
                raise ValueError(
                    f"label {self.name}: its value {value!r} looks like {identifying_value(value)}"
                )

    @property
    def worst_case(self) -> int:
        """The largest number of distinct values, `other` included."""
        return len(self.values) + self.limit + 1

    def permits(self, value: str) -> bool:
        """Whether the value may be admitted: it identifies nobody, or the label is exempt."""
        return bool(self.identifies) or identifying_value(value) is None

    def size(self, admitted: int) -> int:
        """How many values are exposed in a system of `admitted` tools."""
        return len(self.values) + min(self.usual or admitted, self.limit)


Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One metric family, exposed by the processes that `exposed_by` names.

    `seeded` names, for each label, the values exposed at 0 from the first scrape; a bound label
    that is absent from it is seeded with every admitted value. `None` seeds nothing: the series
    appear with their first observation. An `optional` family is absent from an ordinary system (no
    language model configured, no label overflowed). `between` bounds the values. A `steady` family
    counts at a fixed rhythm of our own, whatever users do. `elsewhere` are the scrape jobs of
    programs of others that expose the family as well. `budget` is the most series the family may
    ever expose, checked against the labels when this module loads.
    """

    name: str
    exposed_by: tuple[str, ...]
    kind: Kind
    help: str
    unit: str = ""
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()
    seeded: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)
    optional: bool = False
    between: tuple[float, float] = (0, inf)
    steady: bool = False
    elsewhere: tuple[str, ...] = ()
    budget: int

    def __post_init__(self) -> None:
        if not self.exposed_by or not set(self.exposed_by) <= set(PROCESSES):
            raise ValueError(
                f"{self.name}: exposed_by names processes with a metrics page "
                f"({', '.join(PROCESSES)}), not {self.exposed_by}"
            )
        if self.worst_case > self.budget:
            raise ValueError(
                f"{self.name}: the labels allow {self.worst_case} series ({self._factors}), the "
                f"budget is {self.budget}; narrow a label or raise the budget"
            )
        if (self.kind == "histogram") != bool(self.buckets):
            raise ValueError(f"{self.name}: buckets belong to histograms, and each has some")

    @property
    def _factors(self) -> str:
        """How the worst case comes about: `tool 66 x 16 series of a histogram`."""
        factors = [f"{label.name} {label.worst_case}" for label in self.labels]
        if self.series_per_child > 1:
            factors.append(f"{self.series_per_child} series of a {self.kind}")
        return " x ".join(factors) or "no label"

    @property
    def series_per_child(self) -> int:
        """Exposed series per label set: buckets, +Inf, sum and count for a histogram."""
        return len(self.buckets) + 3 if self.kind == "histogram" else 1

    @property
    def worst_case(self) -> int:
        """Series when every label takes every value that its policy allows."""
        return prod(label.worst_case for label in self.labels) * self.series_per_child

    def series_at(self, admitted: int) -> int:
        """Series to expect in an ordinary system of `admitted` tools."""
        if self.optional:
            return 0
        seeded = self.seeded or {}
        sizes = (
            len(seeded[label.name]) if label.name in seeded else label.size(admitted)
            for label in self.labels
        )
        return prod(sizes) * self.series_per_child

    @property
    def bucket(self) -> str:
        """The name of a histogram's bucket series."""
        return f"{self.name}_bucket"

    @property
    def count(self) -> str:
        """The name of a histogram's count series."""
        return f"{self.name}_count"

    @property
    def total(self) -> str:
        """The name of a histogram's sum series."""
        return f"{self.name}_sum"


def doubling(start: float, factor: float, count: int) -> tuple[float, ...]:
    """`count` bucket bounds from `start`, each `factor` times the one before."""
    return tuple(round(start * factor**step, 6) for step in range(count))
