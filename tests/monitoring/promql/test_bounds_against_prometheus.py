"""Bounds are held against the values that a real Prometheus returns for generated expressions."""

from math import isinf, isnan
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.monitoring.promql.grammar import vectors
from tests.monitoring.promql.sample_data import schema
from tests.monitoring.promql.test_flow_against_prometheus import (
    Database,
    database,  # noqa: F401  a fixture, used by its name
)

from opsconductor.monitoring.promql.bounds import bounds
from opsconductor.monitoring.promql.interval import Interval
from opsconductor.monitoring.promql.syntax import parse

pytestmark = pytest.mark.stack

EXACT = schema()
EXPRESSIONS = 1_000


def test_every_value_that_prometheus_returns_lies_within_the_bounds(
    database: Database,  # noqa: F811  the fixture
) -> None:
    """A bound that real samples break would make lint call a working comparison impossible."""
    told = 0

    @settings(max_examples=EXPRESSIONS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(vectors())
    def check(expression: str) -> None:
        nonlocal told
        status, answer = database.answer(expression)
        if status != 200:
            return
        interval = bounds(parse(expression), EXACT)
        told += interval.low > float("-inf") or interval.high < float("inf")
        for value in _values(answer["data"]):
            assert _has(interval, value), f"{expression}\nreturns {value}, not in {interval}"

    check()
    assert told > EXPRESSIONS / 5, "bounds that say nothing cannot be wrong"


def _values(data: Any) -> list[float]:
    if data["resultType"] == "scalar":
        return [float(data["result"][1])]
    return [float(series["value"][1]) for series in data["result"] if "value" in series]


def _has(interval: Interval, value: float) -> bool:
    if isnan(value):
        return interval.may_nan
    slack = 0.0 if isinf(value) else 1e-9 * max(1.0, abs(value))  # sums of floating-point numbers
    inside = interval.low - slack <= value <= interval.high + slack
    return inside and (value != 0 or interval.zero)
