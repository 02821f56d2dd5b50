"""Which values an expression may have, in the spellings that rules use."""

from math import inf

import pytest

from opsconductor.monitoring.promql.bounds import bounds, narrowed
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.interval import between, exactly
from opsconductor.monitoring.promql.literal import number
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.settings import load

RATIO = "slo:sli_errors_per_sli_events:ratio_rate5m"
BUCKETS = "sum by (le) (rate(ai_request_duration_seconds_bucket[5m]))"
ERRORS = 'sum(rate(ai_requests_total{status="error"}[5m]))'
ALL = "sum(rate(ai_requests_total[5m]))"


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The contract's."""
    return contract_schema(load())


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1 + 2 * 3", 7, 7),
        ("-(2 ^ 1)", -inf, 0),
        ("ai_requests_total", 0, inf),
        ("up", 0, 1),
        ("nobody_knows", -inf, inf),
        ("rate(ai_requests_total[5m])", 0, inf),
        ("delta(ai_tools_count[5m])", -inf, inf),
        ("sum(up)", 0, inf),
        ("avg by (job) (up)", 0, 1),
        ("count(up == 0)", 1, inf),
        ("absent(up)", 1, 1),
        ("time()", 0, inf),
        ("pi() != up", 0, 1),
        ("(1 - 0.5) < up", 0.5, 1),
        ("scalar(ai_requests_total) >= up", 0, 1),
        ("time() - timestamp(up)", -inf, inf),
        (f"histogram_quantile(0.95, {BUCKETS})", 0, 60),
        (f"histogram_quantile(2, {BUCKETS})", -inf, inf),
        ("histogram_quantile(0.9, rate(nobody_knows_bucket[5m]))", -inf, inf),
        (RATIO, 0, 1),
        (f"{RATIO} / 0.1", 0, 10),
        (f"1 - {RATIO}", 0, 1),
        (f"{ERRORS} / {ALL}", 0, 1),
        (f"100 * {ERRORS} / ({ALL} > 0)", 0, 100),
        (f"{ERRORS} / ({ALL} > 0)", 0, 1),
        (f"{ALL} / {ERRORS}", 0, inf),
        (f"{ERRORS} / sum(rate(ai_requests_total[1h]))", 0, inf),
        (f"{ERRORS} / sum by (tool) (rate(ai_requests_total[5m]))", 0, inf),
        ('ai_request_duration_seconds_bucket{le="1.0"} / ai_request_duration_seconds_count', 0, 1),
        ("up > bool 0.5", 0, 1),
        ("ai_tools_count > 5", 5, inf),
        ("5 < ai_tools_count", 5, inf),
        ("up or vector(3)", 0, 3),
        ("up and nobody_knows", 0, 1),
        ("avg_over_time(up[1h])", 0, 1),
        ("max_over_time((up == 1)[1h:1m])", 1, 1),
        ("clamp_max(ai_tools_count, 5)", 0, 5),
        ("clamp(ai_tools_count, 1, 5)", 1, 5),
        ("abs(up - 1)", 0, 1),
        ("floor(up / 2)", 0, 0),
        ("sum_over_time(up[1h])", 0, inf),
        ("quantile(0.5, up)", 0, 1),
        ("day_of_week()", 0, 6),
        ('{__name__="up"}', 0, 1),
        ('{__name__=~"up|down"}', -inf, inf),
    ],
)
def test_the_bounds_of_an_expression(schema: Schema, text: str, low: float, high: float) -> None:
    """The bounds must be those that PromQL's meaning gives, no narrower and no wider."""
    found = bounds(parse(text), schema)
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)


@pytest.mark.parametrize(
    ("text", "makes"),
    [
        (f"{ERRORS} / {ALL}", True),
        (f"{ERRORS} / ({ALL} > 0)", False),
        (f"{ERRORS} / ({ALL} != 0)", False),
        (f"histogram_quantile(0.95, {BUCKETS})", True),
        (RATIO, False),
        (f"{RATIO} / 0.01", False),
        (f"sum({ERRORS} / {ALL}) or vector(0)", True),
        (f"({ERRORS} / {ALL}) > 0.5", True),
    ],
)
def test_where_nan_comes_from(schema: Schema, text: str, makes: bool) -> None:
    """Only shapes that really make NaN of ordinary samples are said to."""
    assert bounds(parse(text), schema).makes_nan is makes


def test_literals_are_computed() -> None:
    """A threshold may be written as a product."""
    assert number(parse("14.4 * (1 - 0.99)")) == pytest.approx(0.144)
    assert number(parse("-(2 ^ 3) % 5")) == -3
    assert number(parse("up")) is None
    assert number(parse("1 / 0")) is None


def test_a_filter_narrows_its_left_side() -> None:
    """What passes `> 0` is positive, and no NaN passes but through `!=`."""
    assert not narrowed(between(0, 1), ">", exactly(0)).zero
    assert narrowed(between(0, 1), ">", exactly(1.5)).empty
    assert not narrowed(between(0, 1), "!=", exactly(0)).zero
