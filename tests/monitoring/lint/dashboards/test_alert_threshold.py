"""A panel's thresholds are those of the alert that it is about."""

from typing import Any

import pytest
from tests.monitoring.lint.dashboards.boards import asking, findings, ids

ID = "threshold-differs-from-alert"
RATE = "sum(rate(selector_cache_evictions_total[5m]))"
ALERTS = {"EvictionsHigh": (f"{RATE} > 10",)}


def drawn(*steps: float, **defaults: Any) -> dict[str, Any]:
    """The field configuration of a graph that draws these thresholds."""
    thresholds = {"mode": "absolute", "steps": [{"value": None}, *({"value": v} for v in steps)]}
    style = {"thresholdsStyle": {"mode": "line"}}
    return {"defaults": {"unit": "ops", "thresholds": thresholds, "custom": style} | defaults}


def graph(expression: str, *steps: float, **panel_fields: Any) -> dict[str, Any]:
    """A dashboard of one graph with thresholds."""
    return asking(expression, **{"fieldConfig": drawn(*steps)} | panel_fields)


def test_the_same_signal_relates_panel_and_alert() -> None:
    """However it is laid out: what both ask for is the same tree."""
    spread = "sum(\n  rate(selector_cache_evictions_total{}[300s])\n)"
    assert ids(graph(spread, 10), ALERTS) == []
    [finding] = findings(graph(spread, 100), ALERTS)
    assert finding.kind.id == ID
    assert finding.explanation == "It draws 100; the alert EvictionsHigh compares > 10."


@pytest.mark.parametrize(
    "words",
    [
        {"title": "EvictionsHigh"},
        {"title": "Evictions high"},
        {"description": "Where EvictionsHigh fires."},
        {"title": "Evictions (EvictionsHigh)"},
    ],
)
def test_the_alerts_name_relates_panel_and_alert(words: dict[str, str]) -> None:
    """In the title or the description, or the title in words."""
    other = "sum(rate(selector_requests_total[5m]))"
    assert ids(graph(other, 100, **words), ALERTS) == [ID]
    assert ids(graph(other, 10, **words), ALERTS) == []


def test_other_panels_have_thresholds_of_their_own() -> None:
    """Neither the signal nor the name: nothing to compare."""
    other = "sum(rate(selector_requests_total[5m]))"
    assert ids(graph(other, 100, title="EvictionsHighest"), ALERTS) == []


@pytest.mark.parametrize(
    "config",
    [
        {"defaults": {"unit": "ops"}},
        drawn(100, custom={"thresholdsStyle": {"mode": "off"}}),
        drawn(100, custom={}),
        drawn(100, thresholds={"mode": "percentage", "steps": [{"value": 100}]}),
        drawn(80),
        drawn(),
    ],
)
def test_thresholds_that_nobody_sees_or_set_do_not_differ(config: dict[str, Any]) -> None:
    """None, not drawn, in per cent of a range, or the 80 of a new panel."""
    assert ids(asking(RATE, fieldConfig=config), ALERTS) == []


def test_a_stat_is_coloured_by_its_thresholds() -> None:
    """Its colour is what people look at, unless it has another one."""
    plain = drawn(100, custom={})
    fixed = drawn(100, custom={}, color={"mode": "fixed"})
    assert ids(asking(RATE, type="stat", fieldConfig=plain), ALERTS) == [ID]
    assert ids(asking(RATE, type="stat", fieldConfig=fixed), ALERTS) == []


def test_one_of_several_steps_is_enough() -> None:
    """A warning step before the alert's own is no contradiction."""
    assert ids(graph(RATE, 5, 10, 50), ALERTS) == []


@pytest.mark.parametrize(
    ("unit", "step", "agrees"),
    [("percentunit", 0.05, True), ("percent", 5, True), ("percent", 0.5, False), ("ms", 50, True)],
)
def test_the_unit_of_the_panel_counts(unit: str, step: float, agrees: bool) -> None:
    """0.05 of all is 5 %, and 0.05 s are 50 ms."""
    document = asking("up", title="Errors", fieldConfig=drawn(step, unit=unit))
    alerts = {"Errors": ("job:errors:ratio > 0.05",)}
    assert ids(document, alerts) == ([] if agrees else [ID])


@pytest.mark.parametrize(
    ("step", "decimals", "agrees"), [(0.5, 0, True), (1, 0, True), (2, 0, False), (0.5, 2, False)]
)
def test_of_whole_numbers_above_zero_is_from_one(step: float, decimals: int, agrees: bool) -> None:
    """An alert fires above its limit; a step begins at its value."""
    document = asking("up", title="Errors", fieldConfig=drawn(step, decimals=decimals))
    assert ids(document, {"Errors": ("errors > 0",)}) == ([] if agrees else [ID])


@pytest.mark.parametrize(
    ("condition", "agrees"), [("<= 0", True), ("== 0", True), ("< 0", False), (">= 0", False)]
)
def test_of_whole_numbers_up_to_zero_is_below_one(condition: str, agrees: bool) -> None:
    """What fires at 0 is well from 1 on: the step may stand between the two."""
    document = asking("up", title="Requests", fieldConfig=drawn(0.5, decimals=0))
    assert ids(document, {"Requests": (f"requests {condition}",)}) == ([] if agrees else [ID])


def test_a_share_without_decimals_is_no_whole_number() -> None:
    """A percentage that is written short may not hide a limit that moved."""
    document = asking("up", title="Errors", fieldConfig=drawn(1, decimals=0, unit="percentunit"))
    assert ids(document, {"Errors": ("errors > 0.5",)}) == [ID]


@pytest.mark.parametrize(
    "expression",
    [
        f"10 < {RATE}",
        f"({RATE}) > (2 * 5)",
        f"{RATE} > 10 and sum(rate(selector_requests_total[5m])) > 1",
        f"{RATE} > 50 or {RATE} >= 10",
        f"{RATE} > --10",
    ],
)
def test_limits_are_read_out_of_ordinary_conditions(expression: str) -> None:
    """Turned round, reckoned, guarded or one of several."""
    assert ids(graph(RATE, 10), {"EvictionsHigh": (expression,)}) == []
    assert ids(graph(RATE, 11), {"EvictionsHigh": (expression,)}) == [ID]


@pytest.mark.parametrize("expression", ["absent(up)", "a > b", "a >", "vector(1)", "1 > 2"])
def test_alerts_without_a_limit_have_nothing_to_differ_from(expression: str) -> None:
    """No number to compare with: no finding, and no error."""
    assert ids(graph("up", 10, title="Odd"), {"Odd": (expression,)}) == []


def test_graphs_of_old_dashboards_count() -> None:
    """They keep their thresholds in the panel itself."""
    old = {"type": "graph", "yaxes": [{"format": "ops"}], "fieldConfig": None}
    assert ids(asking(RATE, thresholds=[{"value": 100, "op": "gt"}], **old), ALERTS) == [ID]
    assert ids(asking(RATE, thresholds=[{"value": 10, "op": "gt"}], **old), ALERTS) == []
