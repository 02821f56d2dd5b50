"""The contract's schema, against what our own instruments really expose."""

from math import inf

import pytest

from opsconductor.contract import AUTOMATION, EXPOSED, IMPORTED, PIPELINE, RECORDED, names
from opsconductor.monitoring.promql.contract_schema import contract_schema, exposed_bound
from opsconductor.monitoring.promql.schema import ANY, Schema, Values
from opsconductor.settings import load
from opsconductor.telemetry import Telemetry
from opsconductor.telemetry.process_collector import READ


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The contract's schema for the default settings."""
    return contract_schema(load())


@pytest.mark.parametrize("job", EXPOSED)
def test_every_series_on_a_page_of_ours_is_in_the_schema_with_its_labels(
    schema: Schema, job: str
) -> None:
    """What a process exposes must be possible: name, kind, label names, values, bucket bounds."""
    telemetry = Telemetry(EXPOSED[job])
    for family in EXPOSED[job]:  # one series of each, the unseeded ones too
        if family in READ:
            continue
        labels = {label.name: [*label.values, "x"][0] for label in family.labels}
        getattr(telemetry, family.kind)(family).bind(**labels)
    samples = [
        sample
        for metric in telemetry._registry.collect()
        for sample in metric.samples
        if sample.name in schema.metrics
    ]
    assert {sample.name for sample in samples} == set(names(EXPOSED[job]))
    for sample in samples:
        metric = schema.metrics[sample.name]
        present = {name for name, value in sample.labels.items() if value}
        assert present <= set(metric.labels)
        for name, values in metric.labels.items():
            value = sample.labels.get(name, "")
            if name in {"job", "instance", "service"} or values.known is None:
                continue
            assert value in values.known or (values.optional and not value)


def test_bounds_are_written_as_the_page_writes_them(schema: Schema) -> None:
    """A matcher on `le` compares text: every bound must be spelt as exposed, +Inf included."""
    telemetry = Telemetry(EXPOSED[PIPELINE])
    for family in EXPOSED[PIPELINE]:
        if family.kind == "histogram":
            telemetry.histogram(family).bind(**{label.name: "" for label in family.labels})
    page: dict[str, list[str]] = {}
    for line in telemetry.expose(None, None).body.decode().splitlines():
        if "_bucket{" in line:
            name, _, rest = line.partition("{")
            bound = rest.partition('le="')[2].partition('"')[0]
            if bound not in page.setdefault(name, []):
                page[name].append(bound)
    assert len(page) == 4
    for name, bounds in page.items():
        assert list(schema.metrics[name].bounds) == bounds
        assert schema.metrics[name].labels["le"].known == frozenset(bounds)


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        (1, "1.0"),
        (0.0025, "0.0025"),
        (81.92, "81.92"),
        (999_999, "999999.0"),
        (1_000_000, "1e+06"),
        (67_108_864, "6.7108864e+07"),
        (0.00001, "1e-05"),
        (inf, "+Inf"),
    ],
)
def test_a_bound_is_the_shortest_canonical_number(bound: float, text: str) -> None:
    """OpenMetrics's canonical spelling, which Prometheus compares byte by byte."""
    assert exposed_bound(bound) == text


def test_closed_labels_are_closed_and_bounded_ones_take_anything(schema: Schema) -> None:
    """A closed label admits its values and `other`; a bounded one whatever is admitted."""
    requests = schema.metrics["ai_requests_total"]
    assert requests.labels["status"] == Values(frozenset({"success", "error", "other"}))
    assert requests.labels["tool"] == ANY
    assert not requests.open


def test_scraping_adds_the_labels_of_the_targets(schema: Schema) -> None:
    """Job, instance and service are those of the processes that expose the series."""
    labels = schema.metrics["ai_requests_total"].labels
    assert labels["job"] == Values(frozenset({AUTOMATION}))
    assert labels["service"] == Values(frozenset({AUTOMATION}))
    overflow = schema.metrics["telemetry_label_overflow_total"].labels
    assert overflow["job"] == Values(
        frozenset({AUTOMATION, PIPELINE, "console", "canary", "supervisor"})
    )
    assert schema.metrics["up"].labels["job"].known is not None
    assert "prometheus" in schema.metrics["up"].labels["job"].known
    assert schema.metrics["ALERTS"].open


def test_seeded_series_are_told_from_those_born_later(schema: Schema) -> None:
    """Trap 5: `increase` misses a series born at 1, so what starts at 0 has to be known."""
    errors = schema.metrics["ai_request_errors_total"].seeded
    assert errors is not None
    assert "timeout" in errors["reason"]
    assert "validation" not in errors["reason"]
    assert "tool" not in errors, "every tool in use is seeded"
    assert schema.metrics["ai_request_duration_seconds_bucket"].seeded is None


def test_recorded_series_have_the_labels_of_their_level(schema: Schema) -> None:
    """A recorded series keeps its level's labels and nothing else; a ratio stays within 0 and 1."""
    assert set(names(EXPOSED[AUTOMATION])) < set(schema.metrics)
    for recorded in RECORDED:
        assert set(schema.metrics[recorded.name].labels) == {*recorded.level, "service"}
    ratio = schema.metrics["slo:sli_errors_per_sli_events:ratio_rate5m"]
    assert (ratio.low, ratio.high, ratio.computed) == (0, 1, "ratio")
    assert schema.metrics["slo:sli_events:rate5m"].high == inf


def test_imported_series_are_known_with_their_kind(schema: Schema) -> None:
    """Foreign series that we read are held against the schema like our own."""
    for imported in IMPORTED:
        assert schema.metrics[imported.name].kind == imported.kind
