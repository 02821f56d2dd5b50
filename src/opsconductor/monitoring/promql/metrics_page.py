"""The series of a saved metrics page, read as a stream with bounded memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import inf
from typing import TypeVar

from opsconductor.monitoring.promql import metrics_line
from opsconductor.monitoring.promql.metrics_line import LineError
from opsconductor.monitoring.promql.metrics_stream import (
    LONGEST_LINE,
    TOO_LONG,
    MetricsPageError,
    lines,
)
from opsconductor.monitoring.promql.schema import ANY, Kind, Metric, Part, Schema, Values

MOST_NAMES = 100_000
"""Series names that are kept; the rest of a page with more is not known."""
MOST_VALUES = 1_000
"""Values that are kept of one label; a label with more may be anything."""
MOST_CHARACTERS = 64_000_000
"""Characters of all kept values; labels that would need more may be anything."""
MOST_LABEL_SETS = 100
"""Sets of label names that are told apart for one metric."""
MOST_LABELS = 1_000
"""Label names of a page; of one with more, no metric is said to lack what another has."""
EVENT_LABELS = frozenset({
    "code", "error", "handler", "http_code", "http_method", "http_status", "le", "method",
    "operation", "outcome", "path", "quantile", "reason", "response_code", "result", "route",
    "status", "status_code", "uri", "verb",
})  # fmt: skip
"""Labels that tell events apart: no target has a `status` of its own."""
TARGET_LABELS = frozenset({
    "account", "address", "app", "application", "arch", "availability_zone", "chart", "cluster",
    "component", "container", "datacenter", "dc", "endpoint", "env", "environment", "group", "host",
    "hostname", "instance", "job", "location", "metrics_path", "name", "namespace", "node", "os",
    "owner", "platform", "pod", "product", "project", "prometheus", "rack", "region", "release",
    "replica", "role", "server", "service", "shard", "site", "stage", "team", "tenant", "tier",
    "version", "zone",
})  # fmt: skip
"""Labels that service discovery and relabelling commonly add, although a metric may expose them
itself: that of another metric says nothing."""
_OVERHEAD = 80
"""What Python adds to a kept string, in characters."""

_SUFFIXES: Mapping[str, Mapping[str, Part]] = {
    "histogram": {"_bucket": "bucket", "_sum": "sum", "_count": "count"},
    "gaugehistogram": {"_bucket": "bucket", "_gsum": "sum", "_gcount": "count"},
    "summary": {"": "quantile", "_sum": "sum", "_count": "count"},
    "counter": {"_total": "", "": ""},
    "info": {"_info": "", "": ""},
}
_KINDS: Mapping[str, Kind] = {
    "counter": "counter",
    "gauge": "gauge",
    "histogram": "histogram",
    "summary": "summary",
    "info": "info",
    "stateset": "stateset",
}


_T = TypeVar("_T")


def page_schema(
    chunks: Iterable[bytes],
    source: str,
    *,
    target_labels: AbstractSet[str] | None = None,
    scrape_interval: float = 15,
) -> Schema:
    """The schema of a page in Prometheus's text format 0.0.4 or OpenMetrics 1.0.

    `chunks` are the file's bytes in pieces of any size: an open binary file read by the megabyte,
    or a list of lines. A page says nothing of the labels that scraping adds: `target_labels`
    names them, where they are known. Without it `job`, `instance` and others are possible, but
    none that the page's other metrics have, nor one that tells events apart (`EVENT_LABELS`).
    Raises `MetricsPageError` for a line that neither format allows, and for a page without a
    sample.
    """
    page = _Page(source)
    for line in lines(chunks, source):
        page.read(line)
    if not page.series:
        raise MetricsPageError(source, max(page.line, 1), "no metrics in this file")
    return Schema(
        {metric.name: metric for metric in page.metrics(target_labels)},
        source,
        complete=not page.overfull,
        scrape_interval=scrape_interval,
        observed=True,
    )


@dataclass(slots=True)
class _Shape:
    """The samples of a metric with the same label names; None where there are too many values."""

    values: list[set[str] | None]


@dataclass(slots=True)
class _Series:
    """What a page said of one series name."""

    shapes: dict[tuple[str, ...], _Shape] = field(default_factory=dict)
    overfull: bool = False


@dataclass(slots=True)
class _Page:
    """What has been read so far."""

    source: str
    line: int = 0
    ended: bool = False
    overfull: bool = False
    kinds: dict[str, str] = field(default_factory=dict)
    series: dict[str, _Series] = field(default_factory=dict)
    characters: int = 0

    def read(self, line: str) -> None:
        """Take in one line."""
        self.line += 1
        text = line.rstrip("\r")
        start = text[:1]
        if len(text) > LONGEST_LINE:
            raise MetricsPageError(self.source, self.line, TOO_LONG)
        if start == "#":
            self._comment(text)
        elif start and not text.isspace():
            self._sample(text)

    def _comment(self, text: str) -> None:
        self._not_ended(text)
        if text.rstrip() == "# EOF":
            self.ended = True
            return
        found = self._parsed(metrics_line.comment, text)
        if found is None:
            return
        known = self.kinds.setdefault(found.family, found.kind)
        if known != found.kind:
            message = f"{found.family} was declared a {known} before"
            raise MetricsPageError(self.source, self.line, message, text)
        if len(self.kinds) > MOST_NAMES:
            del self.kinds[found.family]
            self.overfull = True

    def _sample(self, text: str) -> None:
        self._not_ended(text)
        name, labels = self._parsed(metrics_line.sample, text)
        series = self.series.get(name)
        if series is None:
            if len(self.series) >= MOST_NAMES:
                self.overfull = True
                return
            series = self.series[name] = _Series()
        names, values = zip(*labels, strict=True) if labels else ((), ())
        shape = series.shapes.get(names)
        if shape is None:
            if len(series.shapes) >= MOST_LABEL_SETS:
                series.overfull = True
                return
            if len(set(names)) != len(names):
                raise MetricsPageError(self.source, self.line, "a label stands twice", text)
            shape = series.shapes[names] = _Shape([set() for _ in names])
        for position, value in enumerate(values):
            kept = shape.values[position]
            if kept is not None and value not in kept:
                self._keep(shape, position, kept, value)

    def _keep(self, shape: _Shape, position: int, kept: set[str], value: str) -> None:
        self.characters += len(value) + _OVERHEAD
        kept.add(value)
        if len(kept) > MOST_VALUES or self.characters > MOST_CHARACTERS:
            self.characters -= sum(len(one) + _OVERHEAD for one in kept)
            shape.values[position] = None

    def _not_ended(self, text: str) -> None:
        if self.ended:
            message = "text after # EOF; pages that were joined have to lose it"
            raise MetricsPageError(self.source, self.line, message, text)

    def _parsed(self, parse: Callable[[str], _T], text: str) -> _T:
        try:
            return parse(text)
        except LineError as error:
            raise MetricsPageError(self.source, self.line, str(error), text) from None

    def metrics(self, target_labels: AbstractSet[str] | None) -> Iterator[Metric]:
        """Every series name as a metric."""
        vocabulary = self._vocabulary()
        for name, series in self.series.items():
            family, kind, part = self._declared(name)
            labels = _labels(series)
            bounds = _bounds(labels) if part == "bucket" else ()
            for label in ("job", "instance") if target_labels is None else sorted(target_labels):
                labels.setdefault(label, Values(optional=target_labels is None))
            counts = kind == "counter" or (kind == "histogram" and part in {"bucket", "count"})
            yield Metric(
                name=name,
                kind=kind,
                part=part,
                family=family,
                labels=labels,
                open=target_labels is None or series.overfull,
                lacks=frozenset() if series.overfull else vocabulary,
                bounds=bounds,
                low=0 if counts or (kind == "summary" and part == "count") else -inf,
            )

    def _vocabulary(self) -> frozenset[str]:
        """Labels that only a metric's own exposition gives it."""
        seen = {
            name for series in self.series.values() for shape in series.shapes for name in shape
        }
        return (EVENT_LABELS | (seen if len(seen) <= MOST_LABELS else set())) - TARGET_LABELS

    def _declared(self, name: str) -> tuple[str, Kind, Part]:
        """The family, kind and part of a series name, from the `# TYPE` lines."""
        for suffix in ("", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_total", "_info"):
            family = name.removesuffix(suffix)
            if suffix and family == name:
                continue
            kind = self.kinds.get(family)
            if kind is None:
                continue
            part = _SUFFIXES.get(kind, {"": ""}).get(suffix)
            if part is not None:
                return family, _KINDS.get(kind, "unknown"), part
        if name.endswith("_created") and name.removesuffix("_created") in self.kinds:
            return name.removesuffix("_created"), "gauge", ""
        return name, "unknown", ""


def _labels(series: _Series) -> dict[str, Values]:
    found: dict[str, Values] = {}
    present: dict[str, int] = {}
    for names, shape in series.shapes.items():
        for name, values in zip(names, shape.values, strict=True):
            present[name] = present.get(name, 0) + 1
            known = found.get(name, Values(frozenset())).known
            if values is None or known is None:
                found[name] = ANY
            else:
                found[name] = Values(known | values)
    labels: dict[str, Values] = {}
    for name, possible in found.items():
        sometimes = present[name] < len(series.shapes) or series.overfull
        if possible.known is None or series.overfull:
            labels[name] = Values(optional=sometimes)
        elif possible.known != {""}:
            labels[name] = Values(possible.known - {""}, sometimes or "" in possible.known)
    return labels


def _bounds(labels: Mapping[str, Values]) -> tuple[str, ...]:
    known = labels.get("le", ANY).known
    if known is None:
        return ()
    try:
        return tuple(sorted(known, key=float))
    except ValueError:
        return ()
