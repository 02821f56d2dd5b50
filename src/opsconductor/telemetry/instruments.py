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

from opsconductor.contract import OTHER, Family, Label, families, overflow
from opsconductor.telemetry.exposition import Exposition, expose
from opsconductor.telemetry.process_collector import READ, OwnProcess

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
        declared = tuple(exposed)
        for family in declared:
            if family not in READ:
                self._instruments[family.name] = self._instrument(family)
        self._registry.register(OwnProcess(family for family in declared if family in READ))
        if families.LABEL_OVERFLOW.name in self._instruments:
            self._count_overflows()
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

        A value that identifies somebody or something is left out, and so becomes `other`. What was
        admitted before stays: its series are still being scraped. Raises `ValueError` when no
        family of this process has a bounded label of that name.
        """
        admitted = self._admitted.setdefault(label, {})
        policies = self._policies(label)
        limit = min(*(one.limit for one in policies), self._limits.get(label, policies[0].limit))
        for value in values:
            if (
                value not in admitted
                and len(admitted) < limit
                and all(policy.permits(value) for policy in policies)
            ):
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
                self._expose_overflows(family)
            return child

        return series

    def _policies(self, label: str) -> list[Label]:
        """What the families of this process say of the label where they let values be admitted."""
        declared = [
            policy
            for instrument in self._instruments.values()
            for policy in instrument.family.labels
            if policy.name == label and policy.limit
        ]
        if not declared:
            raise ValueError(f"no family of this process has a bounded label {label!r}")
        return declared

    def _count_overflows(self) -> None:
        """Let the overflow counter name every label; expose those of an ordinary system at 0."""
        exposed = [one.family for one in self._instruments.values()]
        counted = overflow.pairs(exposed)
        self.admit("family", dict.fromkeys(family for family, _ in counted))
        self.admit("label", dict.fromkeys(label for _, label in counted))
        for family in exposed:
            if not family.optional:
                self._expose_overflows(family)

    def _expose_overflows(self, family: Family) -> None:
        if families.LABEL_OVERFLOW.name in self._instruments:
            for name, label in overflow.pairs([family]):
                self.counter(families.LABEL_OVERFLOW).bind(family=name, label=label)

    def _value(self, family: Family, label: Label, value: str) -> str:
        if value in label.values or (label.limit and value in self._admitted.get(label.name, ())):
            return value
        counts = families.LABEL_OVERFLOW.name in self._instruments
        if counts and family is not families.LABEL_OVERFLOW and value != OTHER:
            counter = self.counter(families.LABEL_OVERFLOW)
            counter.bind(family=family.name, label=label.name).inc()
        return OTHER

    def _seed(self, only: str | None) -> None:
        for instrument in self._instruments.values():
            family = instrument.family
            # Of the overflow counter not every family has every label.
            if family is families.LABEL_OVERFLOW:
                continue
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
