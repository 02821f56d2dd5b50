"""Counters, gauges and histograms made from the contract.

Callers see this face only; the engine underneath is prometheus_client and can be replaced here.
A series is bound once (`bind`) and recorded many times: the hot path looks nothing up.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Generic, TypeVar

import prometheus_client as engine
from prometheus_client import CollectorRegistry

from opsconductor.contract import OTHER, Family, families
from opsconductor.telemetry.exposition import Exposition, expose

engine.disable_created_metrics()  # type: ignore[no-untyped-call]  # untyped upstream


class BoundCounter:
    """A counter's series."""

    __slots__ = ("_child",)

    def __init__(self, child: engine.Counter) -> None:
        self._child = child

    def inc(self, amount: float = 1, *, trace_id: str | None = None) -> None:
        """Add `amount`, with the trace as exemplar where one is given."""
        self._child.inc(amount, {"trace_id": trace_id} if trace_id else None)


class BoundGauge:
    """A gauge's series."""

    __slots__ = ("_child",)

    def __init__(self, child: engine.Gauge) -> None:
        self._child = child

    def set(self, value: float) -> None:
        """Set the value."""
        self._child.set(value)

    def follow(self, read: Callable[[], float]) -> None:
        """Read the value at each scrape, so that it cannot lag behind what it describes."""
        self._child.set_function(read)


class BoundHistogram:
    """A histogram's label set."""

    __slots__ = ("_child",)

    def __init__(self, child: engine.Histogram) -> None:
        self._child = child

    def observe(self, value: float, *, trace_id: str | None = None) -> None:
        """Record `value`, with the trace as exemplar where one is given."""
        self._child.observe(value, {"trace_id": trace_id} if trace_id else None)


_B = TypeVar("_B", BoundCounter, BoundGauge, BoundHistogram)


class Instrument(Generic[_B]):
    """One family in this process. Made by `Telemetry`, not by hand."""

    def __init__(
        self,
        family: Family,
        make: Callable[[tuple[str, ...]], _B],
        admit: Callable[[Family, str, str], str],
    ) -> None:
        self.family = family
        self._make: Callable[[tuple[str, ...]], _B] = make
        self._admit = admit
        self._names = tuple(label.name for label in family.labels)
        self._children: dict[tuple[str, ...], _B] = {}

    def bind(self, **labels: str) -> _B:
        """The series with these label values; a value outside its policy becomes `other`.

        Raises `KeyError` when a label is missing and `TypeError` when one is not the family's.
        """
        if len(labels) != len(self._names):
            raise TypeError(f"{self.family.name} has the labels {self._names}, not {set(labels)}")
        values = tuple(self._admit(self.family, name, labels[name]) for name in self._names)
        child = self._children.get(values)
        if child is None:
            child = self._children[values] = self._make(values)
        return child


Counter = Instrument[BoundCounter]
Gauge = Instrument[BoundGauge]
Histogram = Instrument[BoundHistogram]


class Telemetry:
    """Every instrument of one process, and its metrics page.

    `bounds` gives the values admitted for each bounded label at start, `limits` may lower a
    label's limit. Series that the contract seeds are exposed at 0 from the first scrape.
    """

    def __init__(
        self,
        exposed: Iterable[Family],
        *,
        bounds: Mapping[str, Iterable[str]] | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self._registry = CollectorRegistry()
        self._limits = dict(limits or {})
        self._admitted: dict[str, dict[str, None]] = {}
        self._instruments: dict[str, Counter | Gauge | Histogram] = {}
        for family in exposed:
            self._instruments[family.name] = self._instrument(family)
        for label, values in {**_unbound(exposed), **(bounds or {})}.items():
            self.admit(label, values)
        self._seed(None)

    def counter(self, family: Family) -> Counter:
        """The counter of the family. Raises `KeyError` where this process does not expose it."""
        return self._typed(family, "counter")  # type: ignore[return-value]  # the kind was checked

    def gauge(self, family: Family) -> Gauge:
        """The gauge of the family. Raises `KeyError` where this process does not expose it."""
        return self._typed(family, "gauge")  # type: ignore[return-value]  # the kind was checked

    def histogram(self, family: Family) -> Histogram:
        """The histogram of the family. Raises `KeyError` where this process does not expose it."""
        return self._typed(family, "histogram")  # type: ignore[return-value]  # the kind was checked

    def admit(self, label: str, values: Iterable[str]) -> None:
        """Admit values of a bounded label, up to its limit, and seed the series they make.

        What was admitted before stays: its series are still being scraped.
        """
        admitted = self._admitted.setdefault(label, {})
        limit = self._limit(label)
        for value in values:
            if value not in admitted and len(admitted) < limit:
                admitted[value] = None
        self._seed(label)

    def expose(self, accept: str | None, accept_encoding: str | None) -> Exposition:
        """The metrics page in the format and encoding that the scraper asks for."""
        return expose(self._registry, accept, accept_encoding)

    def _typed(self, family: Family, kind: str) -> Counter | Gauge | Histogram:
        if family.kind != kind:
            raise TypeError(f"{family.name} is a {family.kind}, not a {kind}")
        return self._instruments[family.name]

    def _instrument(self, family: Family) -> Counter | Gauge | Histogram:
        names = tuple(label.name for label in family.labels)
        match family.kind:
            case "counter":
                counter = engine.Counter(family.name, family.help, names, registry=self._registry)
                return Counter(family, lambda v: BoundCounter(_child(counter, v)), self._value)
            case "gauge":
                gauge = engine.Gauge(family.name, family.help, names, registry=self._registry)
                return Gauge(family, lambda v: BoundGauge(_child(gauge, v)), self._value)
            case "histogram":
                histogram = engine.Histogram(
                    family.name,
                    family.help,
                    names,
                    buckets=family.buckets,
                    registry=self._registry,
                )
                return Histogram(
                    family, lambda v: BoundHistogram(_child(histogram, v)), self._value
                )

    def _limit(self, label: str) -> int:
        declared = (
            declared.limit
            for instrument in self._instruments.values()
            for declared in instrument.family.labels
            if declared.name == label
        )
        return min(max(declared, default=0), self._limits.get(label, 1_000))

    def _value(self, family: Family, name: str, value: str) -> str:
        label = next(label for label in family.labels if label.name == name)
        if value in label.values or (label.limit and value in self._admitted.get(name, ())):
            return value
        if families.LABEL_OVERFLOW.name in self._instruments and value != OTHER:
            overflow = self.counter(families.LABEL_OVERFLOW)
            overflow.bind(family=family.name, label=name).inc()
        return OTHER

    def _seed(self, only: str | None) -> None:
        for instrument in self._instruments.values():
            family = instrument.family
            if family.seeded is None or (only and only not in {x.name for x in family.labels}):
                continue
            sets = [
                family.seeded.get(
                    label.name,
                    (*label.values, *(self._admitted.get(label.name, ()) if label.limit else ())),
                )
                for label in family.labels
            ]
            for values in product(*sets):
                instrument.bind(**{x.name: v for x, v in zip(family.labels, values, strict=True)})


_E = TypeVar("_E", engine.Counter, engine.Gauge, engine.Histogram)


def _child(parent: _E, values: tuple[str, ...]) -> _E:
    return parent.labels(*values) if values else parent


def _unbound(exposed: Iterable[Family]) -> dict[str, Iterable[str]]:
    """What the overflow counter itself may name: the families and labels of this process."""
    return {
        "family": [family.name for family in exposed],
        "label": sorted({label.name for family in exposed for label in family.labels}),
    }
