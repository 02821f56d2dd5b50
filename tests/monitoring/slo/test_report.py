"""The report's figures, from what was recorded and from closed formulas."""

import json
import math
from collections.abc import Mapping

import pytest

from opsconductor.monitoring.slo.report import QUERIES, Sample, missing, standings
from opsconductor.objectives import DAY, HOUR

ORDERS = {"slo": "orders", "service": "shop"}
RATIO = "slo:sli_errors_per_sli_events:ratio_rate"


def answers(burns: Mapping[str, float], **values: float) -> dict[str, list[Sample]]:
    """What a Prometheus would answer."""
    labels = ORDERS
    found: dict[str, list[Sample]] = {
        kind: [(labels, values[kind])] if kind in values else [] for kind in QUERIES
    }
    found["ratios"] = [
        ({**labels, "__name__": f"{RATIO}{window}"}, ratio) for window, ratio in burns.items()
    ]
    return found


def test_a_period_that_is_wholly_recorded() -> None:
    """0.4 % of a million failed against 1 %: six tenths are left, gone in nine days at twice."""
    (one,) = standings(
        answers(
            {"1d": 0.02, "6h": 0.005, "5m": 0},
            objective=0.99, period=30 * DAY, covered=30 * DAY, events=1e6, errors=4000,
        )
    )  # fmt: skip
    assert one.known
    assert (one.slo, one.service, one.objective) == ("orders", "shop", "")
    assert one.achieved == pytest.approx(0.996)
    assert one.budget_left == pytest.approx(0.6)
    assert one.errors_left == pytest.approx(6000)
    assert one.seconds_left == pytest.approx(0.6 * 0.01 * 30 * DAY)
    assert list(one.burn) == ["5m", "6h", "1d"]
    assert one.burn["1d"] == pytest.approx(2)
    assert one.exhausted_in["1d"] == pytest.approx(9 * DAY)
    assert one.exhausted_in["6h"] == pytest.approx(36 * DAY)


def test_a_young_system_has_used_little_of_a_whole_period() -> None:
    """Twelve hours at three times the pace are 5 % of a month's budget, not 300 %."""
    (one,) = standings(
        answers(
            {"6h": 0.03},
            objective=0.99, period=30 * DAY, covered=12 * HOUR, events=1000, errors=30,
        )
    )  # fmt: skip
    assert one.covered == 12 * HOUR
    assert one.budget_left == pytest.approx(-2)
    spent = 3 * 0.5 / 30
    assert one.exhausted_in["6h"] == pytest.approx((1 - spent) * 30 * DAY / 3)


def test_no_data_is_unknown_and_not_well() -> None:
    """Neither an absent record nor one without any event is a hundred per cent."""
    plain = {"objective": 0.99, "period": float(30 * DAY)}
    for values in (plain, {**plain, "covered": 60.0, "events": 0.0, "errors": 0.0}):
        (one,) = standings(answers({"5m": 0}, **values))
        assert not one.known
        assert one.achieved is None
        assert one.budget_left is None
        assert one.exhausted_in == {}
    assert not missing("orders").known
    assert standings(answers({})) == []


def test_what_is_used_up_is_used_up() -> None:
    """Nothing is left to run out."""
    (one,) = standings(
        answers({"6h": 0}, objective=0.9, period=DAY, covered=DAY, events=100, errors=20)
    )
    assert one.budget_left == pytest.approx(-1)
    assert one.exhausted_in == {"6h": 0}


def test_json_has_no_infinity() -> None:
    """A budget that nothing burns never ends: null."""
    (one,) = standings(
        answers({"1d": 0}, objective=0.9, period=DAY, covered=DAY, events=100, errors=0)
    )
    assert math.isinf(one.exhausted_in["1d"])
    document = json.loads(json.dumps(one.document(), allow_nan=False))
    assert document["exhausted_in"] == {"1d": None}
