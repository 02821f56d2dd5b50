"""Saved metrics pages: what is read from them, what is refused, with other parsers as the judge."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary
from prometheus_client.core import Metric as PageMetric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text_format

from opsconductor.monitoring.promql.metrics_page import MOST_VALUES, page_schema
from opsconductor.monitoring.promql.metrics_stream import MetricsPageError
from opsconductor.monitoring.promql.schema import Schema, Values

ATTACHED = {"job", "instance"}


def schema_of(text: str, target_labels: frozenset[str] | None = None) -> Schema:
    """The schema of a page's text."""
    return page_schema([text.encode()], "page.txt", target_labels=target_labels)


def refusal(content: bytes) -> MetricsPageError:
    """The error that the page is refused with."""
    with pytest.raises(MetricsPageError) as raised:
        page_schema([content], "page.txt")
    return raised.value


def test_names_kinds_labels_and_bounds_are_read() -> None:
    """A page must tell each series' kind, part, labels with their values, and bucket bounds."""
    schema = schema_of(
        "# HELP a_total Requests.\n# TYPE a_total counter\n"
        'a_total{code="200",path="/"} 4\na_total{code="500",path="/"} 1 1700000000000\n'
        "# TYPE b_seconds histogram\n"
        'b_seconds_bucket{le="0.5"} 1\nb_seconds_bucket{le="+Inf"} 2\n'
        "b_seconds_sum 3.25\nb_seconds_count 2\n"
        "# TYPE c gauge\nc NaN\n# TYPE d summary\n"
        'd{quantile="0.99"} 1e-3\nd_sum 1\nd_count 2\nplain -Inf\n'
    )
    a = schema.metrics["a_total"]
    assert (a.kind, a.low) == ("counter", 0)
    assert a.labels["code"] == Values(frozenset({"200", "500"}))
    bucket = schema.metrics["b_seconds_bucket"]
    assert (bucket.kind, bucket.part, bucket.family) == ("histogram", "bucket", "b_seconds")
    assert bucket.bounds == ("0.5", "+Inf")
    assert schema.metrics["b_seconds_sum"].part == "sum"
    assert schema.metrics["c"].kind == "gauge"
    assert schema.metrics["c"].low == -inf
    assert (schema.metrics["d"].kind, schema.metrics["d"].part) == ("summary", "quantile")
    assert schema.metrics["plain"].kind == "unknown"
    assert schema.complete


def test_openmetrics_is_read_with_units_exemplars_and_its_end() -> None:
    """OpenMetrics names a counter's family without `_total`, and ends with `# EOF`."""
    schema = schema_of(
        "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n"
        'a_seconds_total{x="y"} 5 # {trace_id="0af7"} 0.67 1520879607.789\n'
        'a_seconds_created{x="y"} 1520872607.123\n'
        "# TYPE b info\n"
        'b_info{v="1"} 1\n'
        "# TYPE s stateset\n"
        's{s="on"} 1\n# EOF\n'
    )
    assert schema.metrics["a_seconds_total"].kind == "counter"
    assert set(schema.metrics["a_seconds_total"].labels) - ATTACHED == {"x"}
    assert schema.metrics["a_seconds_created"].kind == "gauge"
    assert schema.metrics["b_info"].kind == "info"
    assert schema.metrics["s"].kind == "stateset"


def test_labels_that_scraping_adds_are_possible_unless_they_are_named() -> None:
    """A page cannot know the target's labels: it must not call them unknown, unless told them."""
    unknown = schema_of("a 1\n").metrics["a"]
    assert unknown.open
    assert unknown.labels["job"] == Values(optional=True)
    told = schema_of("a 1\n", target_labels=frozenset({"job", "service"})).metrics["a"]
    assert not told.open
    assert told.labels == {"job": Values(), "service": Values()}


def test_a_label_that_some_series_lack_is_optional() -> None:
    """PromQL reads a missing label as the empty value, and an empty one as missing."""
    labels = schema_of('a{x="1",y="2"} 1\na{y="3"} 1\nb{x=""} 1\nb{x="1"} 1\nc{x=""} 1\n').metrics
    assert labels["a"].labels["x"] == Values(frozenset({"1"}), optional=True)
    assert labels["a"].labels["y"] == Values(frozenset({"2", "3"}))
    assert labels["b"].labels["x"] == Values(frozenset({"1"}), optional=True)
    assert "x" not in labels["c"].labels


def test_escapes_commas_and_braces_in_values_are_text() -> None:
    """A value may hold every character; escapes must be undone."""
    schema = schema_of('a{x="\\\\ \\" \\n } , =",y="é",} 1\n')
    assert schema.metrics["a"].labels["x"].known == frozenset({'\\ " \n } , ='})
    assert schema.metrics["a"].labels["y"].known == frozenset({"é"})


def test_quoted_names_of_prometheus_3_are_read() -> None:
    """Names outside the old alphabet stand in quotes, the metric's inside the braces."""
    schema = schema_of('# TYPE "http.requests" counter\n{"http.requests","http.method"="GET"} 1\n')
    assert schema.metrics["http.requests"].kind == "counter"
    assert schema.metrics["http.requests"].labels["http.method"].known == frozenset({"GET"})


def test_windows_line_ends_and_a_mark_at_the_start_do_no_harm() -> None:
    """A page saved on Windows is the same page."""
    content = b'\xef\xbb\xbf# TYPE a counter\r\n\r\na{x="1"} 1\r\n# EOF\r\n'
    assert page_schema([content], "p").metrics["a"].labels["x"].known == frozenset({"1"})


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "no metrics"),
        (b"\n\n# HELP a text\n# TYPE a counter\n", 4, "no metrics"),
        (b'a 1\nb{x="1" 2\n', 2, "do not close"),
        (b"a 1\nb\n", 2, "value"),
        (b"a 1\nb one\n", 2, "number"),
        (b"a 1_000\n", 1, "number"),
        (b"a{x=1} 1\n", 1, "number"),
        (b'a{x="1" y="2"} 1\n', 1, "number"),
        (b'a{x="1",x="2"} 1\n', 1, "twice"),
        (b"7a 1\n", 1, "starts with the name"),
        (b"<!DOCTYPE html>\n", 1, "HTML or JSON"),
        (b'{"status":"success"}\n', 1, "HTML or JSON"),
        (b"# TYPE a thing\na 1\n", 1, "no kind"),
        (b"# TYPE a\na 1\n", 1, "TYPE line"),
        (b"# TYPE a gauge\na 1\n# TYPE a counter\n", 3, "declared a gauge"),
        (b"a 1\n# EOF\nb 1\n", 3, "after # EOF"),
        (b"a 1\nb\0 1\n", 2, "NUL"),
        (b"a 1\n\xff\xfe\x00 1\n", 2, "not UTF-8"),
        (gzip.compress(b"a 1\n", mtime=0), 1, "compressed with gzip"),
        (b"\x28\xb5\x2f\xfd rest", 1, "compressed with zstd"),
        (b"a 1\n" + b"x" * 2_000_000, 2, "more than"),
        (b'a{x="' + b"x" * 2_000_000 + b'"} 1\n', 1, "more than"),
    ],
)
def test_what_is_no_metrics_page_is_refused_with_its_line(
    content: bytes, line: int, words: str
) -> None:
    """A broken page must never pass: the error names file and line and shows little text."""
    error = refusal(content)
    assert str(error).startswith(f"page.txt:{line}: ")
    assert words in str(error)
    assert len(str(error)) < 250


def test_the_same_type_twice_is_fine() -> None:
    """Pages that were joined repeat their TYPE lines."""
    schema = schema_of("# TYPE a gauge\na 1\n# TYPE a gauge\na 2\n")
    assert schema.metrics["a"].kind == "gauge"


def test_a_large_page_needs_bounded_memory() -> None:
    """However long a page is, what is kept stays small, and a label with many values is open."""

    def chunks() -> Iterator[bytes]:
        for block in range(100):
            rows = (f'a{{id="{block}-{row}",k="v"}} 1\n' for row in range(1000))
            yield "".join(rows).encode()

    tracemalloc.start()
    schema = page_schema(chunks(), "page.txt")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert schema.metrics["a"].labels["id"] == Values()
    assert schema.metrics["a"].labels["k"].known == frozenset({"v"})
    assert peak < 2_000_000
    few = "".join(f'a{{id="{row}"}} 1\n' for row in range(MOST_VALUES))
    known = schema_of(few).metrics["a"].labels["id"].known
    assert known is not None
    assert len(known) == MOST_VALUES


def test_a_page_with_too_many_names_is_not_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be kept must not be called unknown."""
    monkeypatch.setattr("opsconductor.monitoring.promql.metrics_page.MOST_NAMES", 2)
    assert schema_of("a 1\nb 1\n").complete
    cut = schema_of("a 1\nb 1\nc 1\n")
    assert set(cut.metrics) == {"a", "b"}
    assert not cut.complete


write_text: Callable[[CollectorRegistry], bytes] = generate_latest
read_openmetrics: Callable[[str], Iterable[PageMetric]] = openmetrics

WORD = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True).filter(
    lambda word: not word.endswith(("_total", "_info", "_created", "_sum", "_count", "_bucket"))
)
VALUE = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\\"{},= #'), max_size=8
)


@st.composite
def registries(draw: st.DrawFn) -> CollectorRegistry:
    """A few families of each kind with labels of every text."""
    registry = CollectorRegistry()
    for number, name in enumerate(draw(st.lists(WORD, min_size=1, max_size=4))):
        make = draw(st.sampled_from((Counter, Gauge, Histogram, Summary)))
        reserved = {"le", "quantile", *ATTACHED}
        labels = draw(st.lists(WORD, unique=True, max_size=3).filter(reserved.isdisjoint))
        family = make(f"{name}_{number}", draw(VALUE), labels, registry=registry)
        for _ in range(draw(st.integers(1, 3))):
            child = family.labels(*[draw(VALUE) for _ in labels]) if labels else family
            if isinstance(child, Histogram | Summary):
                child.observe(1)
            elif isinstance(child, Counter | Gauge):
                child.inc()
    return registry


def seen(families: Iterable[PageMetric]) -> dict[str, dict[str, set[str]]]:
    """Series names, label names and values, as another parser reads them."""
    found: dict[str, dict[str, set[str]]] = {}
    for family in families:
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
    return found


@given(registries(), st.booleans(), st.integers(1, 50))
def test_the_client_library_reads_the_same(
    registry: CollectorRegistry, new: bool, size: int
) -> None:
    """Names, labels and values must be those that the reference parser finds, however cut."""
    page = (generate_openmetrics if new else write_text)(registry)
    pieces = [page[at : at + size] for at in range(0, len(page), size)]
    schema = page_schema(pieces, "page.txt", target_labels=frozenset())
    expected = seen((read_openmetrics if new else text_format)(page.decode()))
    if new:  # the reference parser accepts the name without _total; the page has the full one
        assert {name for name in schema.metrics if name.endswith("_total")} <= set(expected)
    assert set(schema.metrics) == set(expected)
    for name, labels in expected.items():
        found = schema.metrics[name].labels
        assert set(found) == {label for label, values in labels.items() if values != {""}}
        for label, values in found.items():
            assert values == Values(frozenset(labels[label] - {""}), "" in labels[label])


@given(st.binary(max_size=300))
def test_garbage_never_ends_in_a_traceback(content: bytes) -> None:
    """Any bytes are either a page with metrics or refused with a line."""
    read: object = None
    try:
        read = page_schema([content], "page.txt").metrics
    except MetricsPageError as error:
        read = error.line
    assert read
