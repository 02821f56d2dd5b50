"""The schema that a running Prometheus's answers make."""

import pytest

from opsconductor.monitoring.promql.live_schema import LiveAnswers, LiveMetric, live_schema
from opsconductor.monitoring.promql.schema import Metric, Schema, Values

COUNTER, HISTOGRAM = frozenset({"counter"}), frozenset({"histogram"})
ANSWERS = LiveAnswers(
    names=["a_total", "b_bucket", "b_count", "c", "d", "up", "odd", "many"],
    kinds={
        "a_total": COUNTER,
        "b": HISTOGRAM,
        "c": frozenset({"gauge", "counter"}),
        "d": COUNTER,
        "many": frozenset({"gauge"}),
    },
    asked={
        "a_total": LiveMetric(
            label_sets=[
                {"__name__": "a_total", "job": "slow", "x": "1"},
                {"__name__": "a_total", "job": "fast"},
            ]
        ),
        "b_bucket": LiveMetric(
            label_sets=[{"job": "fast", "le": bound} for bound in ("+Inf", "10", "2.5")]
        ),
        "c": LiveMetric(label_sets=[]),
        "many": LiveMetric(label_names=frozenset({"__name__", "id", "job"})),
    },
    intervals={"slow": ["1m", "30s"], "fast": ["1m30s", "5s"], "other": [""]},
)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """What these answers make."""
    return live_schema(ANSWERS, "Prometheus at http://x")


def test_labels_are_those_of_the_series(schema: Schema) -> None:
    """What every series has is certain, what some lack is optional; the name is no label."""
    metric = schema.metrics["a_total"]
    assert metric.labels == {
        "job": Values(frozenset({"slow", "fast"})),
        "x": Values(frozenset({"1"}), optional=True),
    }
    assert not metric.open
    assert (metric.kind, metric.low) == ("counter", 0)


def test_buckets_are_sorted_by_their_number(schema: Schema) -> None:
    """Bounds are compared as numbers, kept as text."""
    assert schema.metrics["b_bucket"].bounds == ("2.5", "10", "+Inf")
    assert schema.metrics["b_count"].part == "count"


def test_of_a_metric_with_too_many_series_the_names_of_the_labels_are_known(
    schema: Schema,
) -> None:
    """Its values are not, nor whether each series has them."""
    many = schema.metrics["many"]
    assert many.labels == {"id": Values(optional=True), "job": Values(optional=True)}
    assert not many.open


@pytest.mark.parametrize("name", ["c", "d", "b_count"])
def test_nothing_is_claimed_of_a_metric_without_series_in_sight(schema: Schema, name: str) -> None:
    """A metric that was not asked about, or had no series in the last hour, may have any label."""
    assert schema.metrics[name].open


def test_a_kind_that_is_not_certain_is_unknown(schema: Schema) -> None:
    """Targets that disagree, and metrics without metadata, have no kind."""
    assert schema.metrics["c"].kind == "unknown"
    assert schema.metrics["odd"].kind == "unknown"
    assert isinstance(schema.metrics["up"], Metric)
    assert (schema.metrics["up"].kind, schema.metrics["up"].high) == ("gauge", 1)


def test_the_interval_is_the_slowest_of_the_jobs_that_expose_the_metric(schema: Schema) -> None:
    """A window must hold four scrapes of each target that it is read for."""
    assert schema.metrics["a_total"].scrape_interval == 90
    assert schema.metrics["d"].scrape_interval is None
    assert schema.scrape_interval == 60
