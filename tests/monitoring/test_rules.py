"""The rules as data: complete, made from the contract, and scaled for drills."""

import re
from collections.abc import Iterator

import pytest
from promql_parser import VectorSelector

from opsconductor.contract import (
    CALLER_REASONS,
    FAMILIES,
    IMPORTED,
    PROBES,
    RECORDED,
    families,
    names,
    recorded,
)
from opsconductor.monitoring import alert_names
from opsconductor.monitoring.promql.syntax import parse, walk
from opsconductor.monitoring.rules import groups
from opsconductor.monitoring.rules.availability import PROBED
from opsconductor.monitoring.rules.rule import AlertingRule, RecordingRule, Rule
from opsconductor.objectives import ALERTS, BURN_TIERS, THRESHOLDS, WATCHDOG, BurnTier, Threshold
from opsconductor.settings import PROJECT_ROOT, Settings, SettingsError
from opsconductor.settings.model import Alerting, Canary, Prometheus
from opsconductor.stack.slo_files import read_slos

SLOS = read_slos(Settings().alerting.slo_dir)
OURS = (
    "execution-latency",
    "execution-success",
    "pipeline-success",
    "selector-availability",
    "selector-latency",
)


def alerting(settings: Settings | None = None) -> list[AlertingRule]:
    """Every alerting rule."""
    found = groups(settings or Settings(), SLOS)
    return [rule for group in found for rule in group.rules if isinstance(rule, AlertingRule)]


def recording(settings: Settings | None = None) -> list[RecordingRule]:
    """Every recording rule."""
    found = groups(settings or Settings(), SLOS)
    return [rule for group in found for rule in group.rules if isinstance(rule, RecordingRule)]


def every_rule(settings: Settings | None = None) -> list[Rule]:
    """Alerting and recording rules."""
    return [rule for group in groups(settings or Settings(), SLOS) for rule in group.rules]


def series_in(expression: str) -> Iterator[str]:
    """The series that an expression names."""
    for node in walk(parse(expression)):
        if isinstance(node, VectorSelector) and node.name:
            yield node.name


def scaled(factor: float) -> Settings:
    """Settings of a drill."""
    often = Prometheus(scrape_interval_seconds=0.25, automation_scrape_interval_seconds=0.25)
    return Settings(
        alerting=Alerting(time_scale=factor),
        prometheus=often,
        canary=Canary(interval_seconds=0.25),
    )


def thresholds(**limits: float) -> Settings:
    """Settings with thresholds."""
    return Settings(alerting=Alerting(thresholds=limits))


def test_the_alerts_are_those_that_the_objectives_name() -> None:
    """No alert is forgotten, none is invented."""
    assert set(alert_names(Settings(), SLOS)) == set(ALERTS)


@pytest.mark.parametrize("rule", alerting(), ids=lambda rule: rule.alert)
def test_every_alert_says_what_it_is(rule: AlertingRule) -> None:
    """Summary, description and a runbook that exists; severity and service as labels."""
    document = rule.document()
    assert all(document["annotations"][name] for name in ("summary", "description", "runbook_url"))
    assert (PROJECT_ROOT / "docs/runbooks" / f"{rule.alert}.md").is_file()
    assert document["annotations"]["runbook_url"].endswith(f"/runbooks/{rule.alert}")
    assert document["labels"]["severity"] in {"critical", "warning", "info", "none"}
    assert document["labels"]["service"]


@pytest.mark.parametrize("rule", alerting(), ids=lambda rule: rule.alert)
def test_severity_and_hold_are_the_objectives(rule: AlertingRule) -> None:
    """A rule waits as long and calls as loudly as the objectives say."""
    promised: dict[str, BurnTier | Threshold] = {tier.alert: tier for tier in BURN_TIERS}
    promised |= THRESHOLDS
    if rule.alert == WATCHDOG:
        assert (rule.hold, rule.severity) == (0, "none")
    else:
        assert (rule.hold, rule.severity) == (
            promised[rule.alert].hold,
            promised[rule.alert].severity,
        )


@pytest.mark.parametrize(
    "expression", [rule.expr for rule in every_rule()], ids=lambda text: text[:60]
)
def test_every_series_in_an_expression_is_in_the_contract(expression: str) -> None:
    """A name that nobody exposes or records would make a rule that never fires."""
    known = {*names(FAMILIES), *(one.name for one in IMPORTED), *(one.name for one in RECORDED)}
    assert set(series_in(expression)) <= known


def test_every_slo_records_every_series_once() -> None:
    """The contract's list of recorded series and the rules agree, for each SLO of ours."""
    by_tool = {recorded.TOOL_ERROR_RATE, recorded.TOOL_EVENT_RATE, recorded.TOOL_ERROR_RATIO}
    names_of = {slo: [r.series.name for r in recording() if r.labels["slo"] == slo] for slo in OURS}
    for slo, found in names_of.items():
        tools = slo == "execution-success"
        assert sorted(found) == sorted(r.name for r in RECORDED if tools or r not in by_tool)
    assert len(recording()) == sum(map(len, names_of.values()))


def test_recorded_names_follow_the_convention() -> None:
    """level:metric:operations, with the level's labels left in the result."""
    for one in RECORDED:
        assert re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z_]+(\d+[mhd])?", one.name)


def test_every_burn_window_is_recorded() -> None:
    """Both windows of each tier have a ratio, so that no tier reads a series that is not there."""
    windows = {window for tier in BURN_TIERS for window in (tier.long_window, tier.short_window)}
    assert windows <= set(recorded.ERROR_RATIO)


def test_windows_up_to_six_hours_come_from_raw_series() -> None:
    """Only a day and longer may be added up from recorded rates, which smear."""
    for rule in recording():
        raw = any(name in set(series_in(rule.expr)) for name in names(FAMILIES))
        rate = re.fullmatch(r"rate\d+[mhd]", rule.series.operations)
        assert raw == (rate is not None and rule.series.window <= 6 * 3600)


def test_both_sides_of_a_ratio_are_aggregated() -> None:
    """No ratio divides series of differing labels: (reason, tool) never meets (status, tool)."""
    for rule in every_rule():
        if "/" in rule.expr:
            for side in rule.expr.split("/"):
                assert "rate(" not in side or "sum" in side


def test_a_bucket_bound_is_matched_as_it_is_exposed() -> None:
    """`le="1"` matches nothing where the exposition says `1.0`."""
    bounds = {
        family.bucket: {str(float(bound)) for bound in family.buckets}
        for family in FAMILIES
        if family.kind == "histogram"
    }
    found = [
        (node.name or "", matcher.value)
        for rule in every_rule()
        for node in walk(parse(rule.expr))
        if isinstance(node, VectorSelector)
        for matcher in node.matchers.matchers
        if matcher.name == "le"
    ]
    assert {bound for _, bound in found} == {"1.0", "0.5"}
    assert all(bound in bounds[name] for name, bound in found)


def test_alerts_see_what_their_group_has_just_recorded() -> None:
    """An alert on a recorded series stands in the same group, after the recording rule."""
    for group in groups(Settings(), SLOS):
        seen: set[str] = set()
        for rule in group.rules:
            used = {name for name in series_in(rule.expr) if ":" in name}
            assert used <= seen
            if isinstance(rule, RecordingRule):
                seen.add(rule.series.name)


def test_a_drill_divides_every_window_and_hold() -> None:
    """At a scale of 100 five minutes are 3 s, three days 2592 s, and holds shrink alike."""
    rules = {rule.alert: rule for rule in alerting(scaled(100))}
    assert "[3s]" in rules["SelectorErrorBurst"].expr
    assert rules["SLOBurnRateTicket"].document()["for"] == "36s"
    trend = next(r for r in recording(scaled(100)) if r.series == recorded.ERROR_RATE[259_200])
    assert "[2592s]" in trend.expr
    assert trend.expr.endswith("/ 2592")


def test_no_scaled_duration_is_below_a_second() -> None:
    """At a scale of 100000 every window and hold is 1 s, except the Watchdog's hold of 0."""
    rules = alerting(scaled(100_000))
    texts = [rule.expr for rule in every_rule(scaled(100_000))]
    spans = {span for text in texts for span in re.findall(r"\[(\w+)\]", text)}
    # Three days, and the budget over the fifteen days that are kept.
    assert spans == {"1s", "2592ms", "12960ms"}
    holds = {rule.alert: rule.document()["for"] for rule in rules}
    assert set(holds.values()) == {"1s", "0s"}
    assert holds[WATCHDOG] == "0s"


def test_a_scaled_window_still_holds_four_scrapes_and_four_rounds_of_probes() -> None:
    """A drill that scrapes every 2 s and probes every 5 s has windows of 8 s and 20 s at least."""
    settings = Settings(
        alerting=Alerting(time_scale=1000),
        prometheus=Prometheus(scrape_interval_seconds=2, automation_scrape_interval_seconds=1),
        canary=Canary(interval_seconds=5),
    )
    rules = {rule.alert: rule for rule in alerting(settings)}
    assert "[8s]" in rules["SelectorErrorBurst"].expr
    assert "[20s]" in rules["CanaryFailing"].expr


def test_nothing_is_longer_than_unscaled() -> None:
    """Scraping every two minutes does not stretch a window of five."""
    settings = Settings(prometheus=Prometheus(scrape_interval_seconds=120))
    rules = {rule.alert: rule for rule in alerting(settings)}
    assert "[5m]" in rules["SelectorErrorBurst"].expr


def test_an_odd_scale_is_written_in_milliseconds() -> None:
    """300 s divided by 7 is 42857 ms."""
    rules = {rule.alert: rule for rule in alerting(scaled(7))}
    assert "[42857ms]" in rules["SelectorErrorBurst"].expr


def test_a_threshold_reaches_expression_and_sentence() -> None:
    """A limit of 20 % is compared with and told."""
    rules = alerting(thresholds(AIExecutionErrorRateHigh=0.2))
    rule = next(rule for rule in rules if rule.alert == "AIExecutionErrorRateHigh")
    assert rule.expr.endswith("> 0.2")
    assert "the limit is 20 %" in rule.description


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"AIExecutionErrorRateHihg": 0.1}, "no such alert; the alerts are AIExecutionErrorRate"),
        ({"Watchdog": 1}, "has no limit to set"),
        ({"MetricsEndpointDown": 0}, "has no limit to set"),
        ({"AIExecutionErrorRateHigh": 5}, "give 5 % as 0.05"),
        ({"AIExecutionErrorRateHigh": 1}, "nothing can exceed"),
        ({"DiskNearlyFull": -0.1}, "is not a limit"),
        ({"SLOBurnRateFast": 20}, "give the tier a burn below 20"),
        ({"SLOBurnRateFast": 0}, "would fire without an error"),
    ],
)
def test_a_threshold_that_cannot_work_is_refused(limits: dict[str, float], says: str) -> None:
    """The message names the setting and says what to write instead."""
    with pytest.raises(SettingsError, match=re.escape(f"alerting.thresholds.{next(iter(limits))}")):
        groups(thresholds(**limits), SLOS)
    with pytest.raises(SettingsError, match=re.escape(says)):
        groups(thresholds(**limits), SLOS)


def test_runbooks_may_live_elsewhere() -> None:
    """The settings' base URL replaces the console's, with or without a slash at its end."""
    for base in ("https://wiki.example/runbooks", "https://wiki.example/runbooks/"):
        rules = alerting(Settings(alerting=Alerting(runbook_base_url=base)))
        assert rules[0].runbook_url == f"https://wiki.example/runbooks/{rules[0].alert}"


def test_every_probe_has_a_service() -> None:
    """A probe of the contract that no service answers for would have no alert."""
    assert set(PROBED) == set(PROBES)


def test_our_objectives_are_the_promised_ones() -> None:
    """Five promises over thirty days: what is good, how much of it, and whose it is."""
    promised = {
        "execution-success": ("automation-service", 0.99),
        "execution-latency": ("automation-service", 0.95),
        "selector-latency": ("automation-service", 0.95),
        "selector-availability": ("automation-service", 0.999),
        "pipeline-success": ("ai-pipeline", 0.99),
    }
    found = {
        rule.labels["slo"]: (rule.labels["service"], float(rule.expr[len("vector(") : -1]))
        for rule in recording()
        if rule.series is recorded.OBJECTIVE
    }
    assert found == promised
    periods = {rule.expr for rule in recording() if rule.series is recorded.PERIOD}
    assert periods == {f"vector({30 * 86_400})"}


def test_the_success_ratio_leaves_out_the_callers_mistakes_and_nothing_else() -> None:
    """All errors count but the caller's mistakes, also those of a reason that is yet to come."""
    text = next(text for name, text in SLOS.items() if "execution-success" in name)
    found = re.findall(r'reason!~"([a-z_|]+)"', text)
    assert len(found) == text.count("{reason") == 2
    assert {frozenset(one.split("|")) for one in found} == {frozenset(CALLER_REASONS)}
    mistakes = re.search(r"mistakes \(([a-z_, \n#]+)\)", text)
    assert mistakes is not None
    assert set(re.findall(r"[a-z_]+", mistakes[1])) == set(CALLER_REASONS)


def test_the_availability_of_searches_leaves_out_the_callers_mistake_and_nothing_else() -> None:
    """All errors count but the one mistake of the caller that a search may fail for."""
    text = next(text for name, text in SLOS.items() if "selector-availability" in name)
    found = re.findall(r'reason!="([a-z_]+)"', text)
    assert len(found) == text.count("{reason") == 2
    reasons = set(families.SELECTOR_REQUEST_ERRORS.labels[0].values)
    assert set(found) == reasons & {*CALLER_REASONS}


@pytest.mark.parametrize(
    ("slo", "errors"),
    [
        ("execution-success", 'ai_requests_total{status="error"}'),
        ("selector-availability", 'selector_requests_total{status="error"}'),
    ],
)
def test_the_callers_mistakes_count_when_the_setting_says_so(slo: str, errors: str) -> None:
    """The indicator is then that of all errors over all requests."""
    settings = Settings(alerting=Alerting(count_caller_mistakes=True))
    texts = [rule.expr for rule in recording(settings) if rule.labels["slo"] == slo]
    assert any(errors in text for text in texts)
    assert not any("reason=~" in text for text in texts)
