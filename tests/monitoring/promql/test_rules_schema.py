"""Which series rule files record, with which labels and values."""

from math import inf
from pathlib import Path

import pytest
import yaml

from opsconductor.contract import RECORDED
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.equivalence import normal_form
from opsconductor.monitoring.promql.rules_schema import (
    RecordingRule,
    with_loaded_rules,
    with_rules,
)
from opsconductor.monitoring.promql.schema import Computed, Kind, Metric, Schema, Values
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.settings import PROJECT_ROOT, load

GENERATED: Path = PROJECT_ROOT / "generated/prometheus/rules.yml"
ERRORS = 'sum by (tool) (rate(ai_requests_total{status="error"}[5m]))'
ALL = "sum by (tool) (rate(ai_requests_total[5m]))"
BUCKETS = "sum by (le) (rate(ai_request_duration_seconds_bucket[5m]))"


@pytest.fixture(scope="module")
def contract() -> Schema:
    """The contract's schema."""
    return contract_schema(load())


def generated_rules() -> list[RecordingRule]:
    """The recording rules of our generated file."""
    groups = yaml.safe_load(GENERATED.read_text(encoding="utf-8"))["groups"]
    return [
        RecordingRule(rule["record"], rule["expr"], rule.get("labels", {}), 30)
        for group in groups
        for rule in group["rules"]
        if "record" in rule
    ]


def test_our_rules_record_what_the_contract_says(contract: Schema) -> None:
    """Labels, bounds and meaning computed from the rules must be those that are declared."""
    scraped = {name: one for name, one in contract.metrics.items() if not one.computed}
    made = with_rules(Schema(scraped, "scraped"), generated_rules())
    for recorded in RECORDED:
        declared, computed = contract.metrics[recorded.name], made.metrics[recorded.name]
        assert set(computed.labels) == set(declared.labels)
        assert (computed.open, computed.nan) == (False, False)
        assert computed.low >= declared.low
        if recorded.window:  # the others are figures about the period
            assert (computed.kind, computed.computed) == ("gauge", declared.computed)
            mine, theirs = computed.labels["service"].known, declared.labels["service"].known
            assert mine is not None
            assert theirs is not None
            assert mine <= theirs


def test_a_declared_series_stays_as_declared(contract: Schema) -> None:
    """A rule that records something else under a declared name does not change the contract."""
    name = RECORDED[0].name
    assert with_rules(contract, [RecordingRule(name, "up")]).metrics[name].computed == "rate"


@pytest.mark.parametrize(
    ("expr", "kind", "holds", "low", "high", "nan"),
    [
        (ALL, "gauge", "rate", 0, inf, False),
        ("sum(ai_requests_total)", "counter", "total", 0, inf, False),
        (f"{ERRORS} / {ALL}", "gauge", "ratio", 0, 1, True),
        (f"1 - {ERRORS} / ({ALL} > 0)", "gauge", "ratio", 0, 1, False),
        (f"histogram_quantile(0.9, {BUCKETS})", "gauge", "quantile", 0, 60, True),
        ("quantile by (job) (0.9, up)", "gauge", "quantile", 0, 1, False),
        (BUCKETS, "gauge", "rate", 0, inf, False),
        ("ai_tools_count", "unknown", "other", 0, inf, False),
        ("nobody_knows * 2", "unknown", "other", -inf, inf, False),
    ],
)
def test_what_a_recorded_series_holds(
    contract: Schema, expr: str, kind: Kind, holds: Computed, low: float, high: float, nan: bool
) -> None:
    """A recorded series is a rate, a ratio, a quantile or a sum as its rule's expression is."""
    made = with_rules(contract, [RecordingRule("a:b:c", expr, interval=60)]).metrics["a:b:c"]
    if expr == "ai_tools_count":
        assert made.kind == "gauge", "a copy of a gauge is one"
    else:
        assert (made.kind, made.computed) == (kind, holds)
    assert (made.low, made.high, made.nan) == (low, high, nan)
    assert made.scrape_interval == 60


def test_labels_are_those_that_the_expression_leaves_and_the_rule_adds(contract: Schema) -> None:
    """Aggregation takes labels away, the rule's own labels are added, an empty one removes."""
    rules = [
        RecordingRule("a", "sum by (tool, status) (ai_requests_total)", {"x": "1", "tool": ""}),
        RecordingRule("b", "sum by (x, service) (a)"),
        RecordingRule("c", BUCKETS),
    ]
    made = with_rules(contract, rules).metrics
    assert made["a"].labels == {
        "status": Values(frozenset({"success", "error", "other"})),
        "x": Values(frozenset({"1"})),
    }
    assert made["b"].labels == {"x": Values(frozenset({"1"}))}
    assert made["c"].bounds == contract.metrics["ai_request_duration_seconds_bucket"].bounds


def test_a_rule_that_reads_a_later_one_or_is_broken_records_an_open_series(
    contract: Schema,
) -> None:
    """What is not known yet must not be called absent."""
    rules = [
        RecordingRule("first", "sum by (anything) (second)"),
        RecordingRule("second", ALL),
        RecordingRule("broken", "sum("),
        RecordingRule("never", 'up{job="nobody"}'),
    ]
    made = with_rules(contract, rules).metrics
    assert set(made["first"].labels) == {"anything"}
    assert made["broken"].open
    assert made["never"].open


def test_one_name_recorded_twice_is_either(contract: Schema) -> None:
    """Two rules may record one name with different labels; both are possible."""
    rules = [
        RecordingRule("a", "sum by (tool) (rate(ai_requests_total[5m]))", {"window": "5m"}),
        RecordingRule("a", "sum by (service) (rate(ai_requests_total[1h]))", {"window": "1h"}),
    ]
    labels = with_rules(contract, rules).metrics["a"].labels
    assert labels["window"] == Values(frozenset({"5m", "1h"}))
    assert labels["tool"].optional
    assert labels["service"].optional


def test_a_servers_own_rules_tell_what_its_series_hold() -> None:
    """The labels of series that exist are known better than any rule can tell."""
    known = Metric(name="a:b:c", kind="unknown", labels={"job": Values(frozenset({"x"}))})
    counter = Metric(name="b_total", kind="counter", open=True, low=0)
    server = Schema({"a:b:c": known, "b_total": counter}, "Prometheus at http://x")
    rules = [
        RecordingRule("a:b:c", "sum by (job) (rate(b_total[5m]))", interval=60),
        RecordingRule("new", "max(b_total)"),
    ]
    made = with_loaded_rules(server, rules)
    metric = made.metrics["a:b:c"]
    assert (metric.kind, metric.computed, metric.scrape_interval) == ("gauge", "rate", 60)
    assert metric.labels == known.labels
    assert made.metrics["b_total"] == counter
    assert made.metrics["new"].computed == "total"
    assert list(made.recorded.values()) == ["a:b:c", "new"]


def test_recorded_expressions_are_found_by_their_normal_form(contract: Schema) -> None:
    """A panel's expression is looked up by what it means; copies of a series are no saving."""
    rules = [
        RecordingRule("tool:ai_requests:rate5m", ALL),
        RecordingRule("copy", "up"),
        RecordingRule("labelled", "sum(up)", {"x": "1"}),
    ]
    made = with_rules(contract, rules).recorded
    again = "sum(rate(ai_requests_total[300s])) by (tool)"
    assert made[normal_form(parse(again))] == "tool:ai_requests:rate5m"
    assert len(made) == 1
