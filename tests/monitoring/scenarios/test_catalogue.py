"""The stories cover every alert and every case that can happen to it."""

import pytest

from opsconductor.monitoring.mutation.error import ProofError
from opsconductor.monitoring.scenarios.catalogue import stories
from opsconductor.monitoring.scenarios.story import Case, Story, proven
from opsconductor.objectives import ALERTS, BURN_TIERS, WATCHDOG
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos

RATIOS = {*(tier.alert for tier in BURN_TIERS), "AIExecutionErrorRateHigh", "CanaryFailing"}
QUANTILES = {"AIExecutionLatencyP95High", "AIExecutionLatencyP99Critical", "SelectorLatencyHigh"}
COUNTS = {
    "SelectorErrorBurst",
    "SelectorCacheEvictionRateHigh",
    "RuleEvaluationFailing",
    "NotificationsFailing",
    "LabelOverflow",
}
GAUGES = {"MetricsEndpointDown", "CardinalityOverBudget", "DiskNearlyFull"}
EVERY = {Case.BELOW, Case.ABOVE, Case.ABSENT}
COUNTING = {Case.NAN, Case.RESET, Case.MISSED}


@pytest.fixture(scope="module")
def told() -> tuple[Story, ...]:
    """The stories of the default settings."""
    settings = Settings()
    return stories(settings, read_slos(settings.alerting.slo_dir))


def cases(told: tuple[Story, ...], alert: str) -> set[Case]:
    """The cases in which a story is about the alert."""
    return {story.case for story in told if alert in story.alerts}


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_seen_firing(told: tuple[Story, ...], alert: str) -> None:
    """An alert that no story sees firing may as well not exist."""
    assert alert in proven(told)


@pytest.mark.parametrize("alert", sorted(set(ALERTS) - {WATCHDOG}))
def test_every_alert_is_told_below_above_and_absent(told: tuple[Story, ...], alert: str) -> None:
    """Just below its limit, above it, and without any series."""
    assert cases(told, alert) >= EVERY


@pytest.mark.parametrize("alert", sorted(RATIOS | QUANTILES | COUNTS | {"NoRequestsReceived"}))
def test_what_counts_is_told_with_restarts_gaps_and_pauses(
    told: tuple[Story, ...], alert: str
) -> None:
    """Counters restart, scrapes are missed, and traffic stops."""
    assert cases(told, alert) >= COUNTING


@pytest.mark.parametrize("alert", sorted(RATIOS | QUANTILES))
def test_windows_are_told_with_a_past(told: tuple[Story, ...], alert: str) -> None:
    """Whoever looks back too far or not far enough is found out."""
    assert Case.HISTORY in cases(told, alert)


@pytest.mark.parametrize("alert", sorted({tier.alert for tier in BURN_TIERS}))
def test_burning_is_told_with_few_requests_and_with_mistakes(
    told: tuple[Story, ...], alert: str
) -> None:
    """A handful of errors calls nobody, and neither do the caller's mistakes."""
    assert {Case.LOW, Case.MISTAKES} <= cases(told, alert)


def test_every_story_has_a_name_of_its_own(told: tuple[Story, ...]) -> None:
    """A verdict names its story, so it must be clear which one is meant."""
    names = [story.scenario.name for story in told]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("tier", "after"),
    [
        # A window L that was healthy reaches `factor` times the budget of 1 % after
        # factor * 1 % * L of total failure, if the traffic is steady (SRE Workbook, chapter 5).
        ("SLOBurnRateFast", 14.4 * 0.01 * 60),
        ("SLOBurnRateSlow", 6 * 0.01 * 360),
    ],
)
def test_an_outage_is_detected_when_the_workbooks_algebra_says(
    told: tuple[Story, ...], tier: str, after: float
) -> None:
    """Of the crossing in the story 0.6 is spent beforehand, and what is left follows by algebra."""
    story = next(
        s for s in told if s.case is Case.HISTORY and s.subject == f"{tier} execution-success"
    )
    hold = next(one.hold for one in BURN_TIERS if one.alert == tier) / 60
    long = next(one.long_window for one in BURN_TIERS if one.alert == tier) / 60
    fires = min(check.minute for check in story.scenario.checks if check.firing)
    mini = next(s for s in (0.5 * k for k in range(1, 999)) if s >= 0.6 * after)
    begins = max(long / 4, 1) + 0.2 * long + mini + 0.85 * long
    assert fires == pytest.approx(begins + 0.4 * after / 0.99 + hold, abs=1.1)


@pytest.mark.parametrize(
    "changed",
    [
        {"prometheus": {"rule_interval_seconds": 15}},
        {"prometheus": {"rule_interval_seconds": 60}},
        {"alerting": {"count_caller_mistakes": True}},
        {"alerting": {"thresholds": {"SLOBudgetTrend": 1.7, "AIExecutionLatencyP95High": 2}}},
    ],
)
def test_other_settings_are_told_without_a_figure_at_its_limit(
    changed: dict[str, dict[str, object]],
) -> None:
    """Whatever the numbers, there is a story in which rounding decides nothing."""
    settings = Settings.model_validate(changed)
    found = stories(settings, read_slos(settings.alerting.slo_dir))
    assert set(ALERTS) <= proven(found)


def test_a_newer_prometheus_is_told_every_alert() -> None:
    """Where ranges are open on the left the same alerts fire; only exact limits are not told."""
    settings = Settings()
    found = stories(settings, read_slos(settings.alerting.slo_dir), left_open=True)
    assert set(ALERTS) <= proven(found)


def test_rules_for_a_drill_are_not_proven() -> None:
    """Scaled windows are not what is promised, and the message says what to do."""
    settings = Settings.model_validate({"alerting": {"time_scale": 10}})
    with pytest.raises(ProofError, match="time_scale is 10"):
        stories(settings, {})


def test_other_thresholds_make_other_stories() -> None:
    """The stories follow the settings, as the rules do."""
    settings = Settings.model_validate(
        {"alerting": {"thresholds": {"AIExecutionErrorRateHigh": 0.2, "SLOBurnRateFast": 10}}}
    )
    found = stories(settings, read_slos(settings.alerting.slo_dir))
    text = str([s.scenario.checks for s in found if "AIExecutionErrorRateHigh" in s.alerts])
    assert "the limit is 20 %" in text
    assert "the limit is 5 %" not in text
