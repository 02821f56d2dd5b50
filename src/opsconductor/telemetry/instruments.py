"""Counters, gauges and histograms made from the contract.

Callers see this face only; the engine underneath is prometheus_client and can be replaced here.
A series is bound once (`bind`) and recorded many times: the hot path looks nothing up.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import product
from typing import Generic, TypeVar

import prometheus_client as engine
from prometheus_client import CollectorRegistry

from opsconductor.contract import OTHER, Family, Label, families
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
_E = TypeVar("_E", engine.Counter, engine.Gauge, engine.Histogram)


class Instrument(Generic[_B]):
    """One family in this process. Made by `Telemetry`, not by hand."""

    def __init__(
        self,
        family: Family,
        make: Callable[[tuple[str, ...]], _B],
        admit: Callable[[Family, Label, str], str],
    ) -> None:
        self.family = family
        self._make: Callable[[tuple[str, ...]], _B] = make
        self._admit = admit
        self._names = tuple(label.name for label in family.labels)
        self._labels = set(self._names)
        self._children: dict[tuple[str, ...], _B] = {}

    def bind(self, **labels: str) -> _B:
        """The series with these label values; a value outside its policy becomes `other`.

        Raises `TypeError` when the labels are not the family's.
        """
        if labels.keys() != self._labels:
            raise TypeError(f"{self.family.name} has the labels {self._names}, not {[*labels]}")
        values = tuple([labels[name] for name in self._names])
        # Only admitted values have a child, so a hit needs no look at the policies.
        child = self._children.get(values)
        return self._bind_admitted(values) if child is None else child

    def _bind_admitted(self, values: tuple[str, ...]) -> _B:
        pairs = zip(self.family.labels, values, strict=True)
        values = tuple(self._admit(self.family, label, value) for label, value in pairs)
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
        if families.LABEL_OVERFLOW.name in self._instruments:
            self._admit_overflows()
        for label, values in (bounds or {}).items():
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

        What was admitted before stays: its series are still being scraped. Raises `ValueError`
        when no family of this process has a bounded label of that name.
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
        match family.kind:
            case "counter":
                counters = self._series(family, engine.Counter)
                return Counter(family, lambda v: BoundCounter(counters(v)), self._value)
            case "gauge":
                gauges = self._series(family, engine.Gauge)
                return Gauge(family, lambda v: BoundGauge(gauges(v)), self._value)
            case "histogram":
                histograms = self._series(family, partial(engine.Histogram, buckets=family.buckets))
                return Histogram(family, lambda v: BoundHistogram(histograms(v)), self._value)

    def _series(
        self, family: Family, engine_type: Callable[..., _E]
    ) -> Callable[[tuple[str, ...]], _E]:
        """A maker of the family's series, the first of which puts the family on the page.

        A family without series (no language model configured, say) is thus absent altogether,
        its HELP and TYPE lines included.
        """
        names = tuple(label.name for label in family.labels)
        parent = engine_type(family.name, family.help, names, registry=None)
        registered = False

        def series(values: tuple[str, ...]) -> _E:
            nonlocal registered
            child: _E = parent.labels(*values) if values else parent
            if not registered:
                self._registry.register(parent)
                registered = True
            return child

        return series

    def _limit(self, label: str) -> int:
        """The most values that every family of this process lets the label take at run time."""
        declared = [
            policy.limit
            for instrument in self._instruments.values()
            for policy in instrument.family.labels
            if policy.name == label and policy.limit
        ]
        if not declared:
            raise ValueError(f"no family of this process has a bounded label {label!r}")
        return min(*declared, self._limits.get(label, declared[0]))

    def _admit_overflows(self) -> None:
        """Let every family with labels name itself and its labels in the overflow counter."""
        counted = [
            one.family
            for one in self._instruments.values()
            if one.family.labels and one.family is not families.LABEL_OVERFLOW
        ]
        self.admit("family", [family.name for family in counted])
        self.admit("label", sorted({label.name for family in counted for label in family.labels}))

    def _value(self, family: Family, label: Label, value: str) -> str:
        if value in label.values or (label.limit and value in self._admitted.get(label.name, ())):
            return value
        overflow = self._instruments.get(families.LABEL_OVERFLOW.name)
        if overflow is not None and family is not overflow.family and value != OTHER:
            self.counter(overflow.family).bind(family=family.name, label=label.name).inc()
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
