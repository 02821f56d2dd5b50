"""What an alert judges is drawn by a panel: the same expression, the same limit, its runbook."""

import json

import pytest
from tests.monitoring.dashboards.boards import (
    BOARDS,
    SLO,
    Board,
    compared,
    expressions,
    limits,
    panel,
    panels,
    parts,
    series,
)

from opsconductor.monitoring.dashboards import dashboards
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.monitoring.rules import alert_expressions
from opsconductor.objectives import ALERTS, BURN_TIERS, WATCHDOG
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos

RULES = alert_expressions(Settings(), read_slos(Settings().alerting.slo_dir))
PANELS = {
    "AIExecutionErrorRateHigh": ["Error Rate (by reason + %)", "Error Rate by Tool"],
    "AIExecutionLatencyP95High": ["Request Duration (P50/P95/P99)"],
    "AIExecutionLatencyP99Critical": ["Request Duration (P50/P95/P99)"],
    "SelectorErrorBurst": ["DB Errors"],
    "SelectorLatencyHigh": ["Request Duration (P50/P95/P99)"],
    "SelectorCacheEvictionRateHigh": ["Cache Eviction Rate"],
    "MetricsEndpointDown": ["Targets"],
    "CanaryFailing": ["Failed Probes", "Probes in 2m"],
    "NoRequestsReceived": ["Requests in 10m"],
    "RuleEvaluationFailing": ["Failed Evaluations"],
    "SamplesNotLanding": ["Newest Sample", "Age of the Newest Sample"],
    "NotificationsFailing": [
        "Lost before Alertmanager",
        "Alertmanagers",
        "Failed Messages (by integration)",
    ],
    "CardinalityOverBudget": ["Series against the Budget"],
    "LabelOverflow": ["Label Overflow"],
    "DiskNearlyFull": ["Free Disk"],
}
"""Where an alert is looked at; those of objectives are below."""
TIERS = {
    "SLOBurnRateFast": ("Burn over 1h and 5m (fast)", 14.4),
    "SLOBurnRateSlow": ("Burn over 6h and 30m (slow)", 6),
    "SLOBurnRateTicket": ("Burn over 1d and 2h (ticket)", 3),
    "SLOBudgetTrend": ("Burn over 3d and 6h (trend)", 1),
}
"""The four tiers of the SRE Workbook, and where each is drawn."""


def named(alert: str, boards: dict[str, Board] = BOARDS) -> list[dict[str, object]]:
    """The panels of the alert's titles that lead to its runbook."""
    return [
        one
        for board in boards.values()
        for one in panels(board)
        if one["title"] in PANELS[alert]
        and any(link["url"].endswith(f"/{alert}") for link in one.get("links") or ())
    ]


def test_every_alert_has_its_panels() -> None:
    """An alert that is added must be drawn somewhere, and be written down here."""
    assert {*PANELS, *TIERS, "SLOIndicatorAbsent", WATCHDOG} == set(ALERTS)


@pytest.mark.parametrize("alert", PANELS)
def test_what_an_alert_judges_is_drawn_with_its_limit(alert: str) -> None:
    """Each signal in the rules must be part of a panel's query, and its limit a step there."""
    found = named(alert)
    assert {str(one["title"]) for one in found} == set(PANELS[alert])
    signals = {signal for text in RULES[alert] for signal in compared(parse(text))}
    assert signals
    for signal, limit in signals:
        drawn = [one for one in found if any(signal in parts(text) for text in expressions(one))]
        assert drawn, signal
        for one in drawn:
            # Of whole numbers the step stands between the limit and the next.
            assert {limit, limit + 0.5} & set(limits(one)), (one["title"], signal)


@pytest.mark.parametrize("tier", BURN_TIERS, ids=lambda tier: tier.alert)
def test_a_burn_tier_is_drawn_over_both_windows_at_its_factor(tier: object) -> None:
    """Ratio over budget in both windows of the alert, its factor as the line."""
    alert = str(getattr(tier, "alert", ""))
    title, factor = TIERS[alert]
    one = panel(SLO, title)
    assert limits(one) == [factor]
    assert [link["url"] for link in one["links"]] == [f"${{console}}/runbooks/{alert}"]
    judged = {signal for text in RULES[alert] for signal in compared(parse(text))}
    assert {limit for _, limit in judged} == {factor}
    ratios = {name for signal, _ in judged for name in series(signal)}
    assert len(ratios) == 2
    objective = "slo:objective:ratio"
    asked = [series(text) for text in expressions(one)]
    assert sorted(map(sorted, asked)) == sorted(sorted({ratio, objective}) for ratio in ratios)


def test_an_absent_indicator_is_drawn_as_a_line_that_ends() -> None:
    """SLOIndicatorAbsent asks whether the event rate exists; the panel must draw that series."""
    one = panel(SLO, "Events")
    [drawn] = [series(text) for text in expressions(one)]
    assert {name for text in RULES["SLOIndicatorAbsent"] for name in series(text)} == drawn
    assert one["links"][0]["url"].endswith("/SLOIndicatorAbsent")


def test_the_watchdog_is_drawn_as_the_alert_itself() -> None:
    """It judges nothing: that it fires is what is looked at."""
    one = panel(BOARDS["opsconductor-stack.json"], WATCHDOG)
    [text] = expressions(one)
    assert f'alertname="{WATCHDOG}"' in text


@pytest.mark.parametrize(
    ("alert", "limit"), [("CanaryFailing", 0.25), ("DiskNearlyFull", 0.3), ("SLOBurnRateFast", 10)]
)
def test_a_limit_of_the_settings_moves_the_panels(alert: str, limit: float) -> None:
    """A rule and its panel must follow a changed threshold together."""
    changed = Settings.model_validate({"alerting": {"thresholds": {alert: limit}}})
    boards = {name: json.loads(text) for name, text in dashboards(changed).items()}
    titles = PANELS[alert] if alert in PANELS else [TIERS[alert][0]]
    found = [
        value
        for board in boards.values()
        for one in panels(board)
        if one["title"] in titles
        for value in limits(one)
    ]
    assert limit in found


def test_scaled_windows_are_drawn_scaled() -> None:
    """In a drill a line must still mean what the alert means: the window of its rule."""
    drill = Settings.model_validate({"alerting": {"time_scale": 5}})
    rules = alert_expressions(drill, read_slos(drill.alerting.slo_dir))
    board = json.loads(dashboards(drill)["opsconductor-selector.json"])
    [(signal, _)] = compared(parse(rules["SelectorErrorBurst"][0]))
    assert signal in parts(expressions(panel(board, "DB Errors"))[0])
