"""Instruments expose what the contract says, whatever values arrive."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconductor.contract import (
    AUTOMATION,
    EXPOSED,
    FAMILIES,
    PIPELINE,
    SERVICE_REASONS,
    Family,
    expected,
    families,
    names,
    series_at,
)
from opsconductor.telemetry import Telemetry

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
Scrape = Callable[[Telemetry], Series]

TOOLS = ["echo", "ping"]
BOUNDS = {"tool": TOOLS}


def labels(**values: str) -> frozenset[tuple[str, str]]:
    """A label set as the scrape gives it."""
    return frozenset(values.items())


@pytest.fixture
def telemetry() -> Telemetry:
    """automation-service's instruments with two tools."""
    return Telemetry(EXPOSED[AUTOMATION], bounds=BOUNDS)


def test_known_label_sets_are_exposed_at_zero_from_the_first_scrape(
    telemetry: Telemetry, scrape: Scrape
) -> None:
    """The first error of any tool is an increase from 0, not a series born at 1."""
    series = scrape(telemetry)
    for tool in (*TOOLS, "unknown"):
        for status in ("success", "error"):
            assert series["ai_requests_total", labels(status=status, tool=tool)] == 0
        for reason in SERVICE_REASONS:
            assert series["ai_request_errors_total", labels(reason=reason, tool=tool)] == 0
    for status, source in product(("ok", "error"), ("fresh", "cache", "degraded")):
        assert series["selector_requests_total", labels(status=status, source=source)] == 0
    for ours in ("cancelled", "unavailable", "internal"):
        assert series["selector_request_errors_total", labels(reason=ours)] == 0
    assert series["selector_cache_evictions_total", labels()] == 0
    assert series["selector_db_errors_total", labels()] == 0


def test_stages_of_the_pipeline_are_exposed_at_zero(scrape: Scrape) -> None:
    """Every stage has its time and every service-side reason before the first sentence."""
    series = scrape(Telemetry(EXPOSED[PIPELINE]))
    for stage in ("understand", "select", "plan", "execute", "answer"):
        assert series["pipeline_stage_duration_seconds_count", labels(stage=stage)] == 0
        assert series["pipeline_stage_errors_total", labels(stage=stage, reason="timeout")] == 0


def test_an_admitted_tool_is_exposed_at_zero_at_once(telemetry: Telemetry, scrape: Scrape) -> None:
    """A tool that a reload adds needs no request to be visible."""
    telemetry.admit("tool", ["uptime"])
    assert scrape(telemetry)["ai_requests_total", labels(status="error", tool="uptime")] == 0


def test_a_tool_that_a_reload_removes_keeps_its_series(
    telemetry: Telemetry, scrape: Scrape
) -> None:
    """A counter that vanishes would look like a reset to the rules that read it."""
    bound = telemetry.counter(families.AI_REQUESTS).bind(status="success", tool="ping")
    bound.inc()
    telemetry.admit("tool", ["uptime"])
    assert scrape(telemetry)["ai_requests_total", labels(status="success", tool="ping")] == 1


def test_an_optional_family_without_series_is_absent() -> None:
    """Without a language model not even the help of its families is exposed."""
    page = Telemetry(EXPOSED[PIPELINE]).expose(None, None).body
    assert b"gen_ai_" not in page


def test_an_optional_family_appears_with_its_first_series() -> None:
    """Once a language model answers, its families are exposed with help and type."""
    telemetry = Telemetry(
        EXPOSED[PIPELINE],
        bounds={"gen_ai_provider_name": ["local"], "gen_ai_request_model": ["small"]},
    )
    telemetry.histogram(families.GEN_AI_TOKEN_USAGE).bind(
        gen_ai_operation_name="chat",
        gen_ai_provider_name="local",
        gen_ai_request_model="small",
        gen_ai_token_type="input",
    ).observe(12)
    page = telemetry.expose(None, None).body.decode()
    assert "# TYPE gen_ai_client_token_usage histogram" in page
    assert 'gen_ai_request_model="small"' in page
    assert "# HELP gen_ai_client_operation_duration_seconds" not in page
    counted = 'telemetry_label_overflow_total{family="gen_ai_client_token_usage",label="%s"} 0.0'
    for label in families.GEN_AI_TOKEN_USAGE.labels:
        assert counted % label.name in page


def test_a_value_outside_the_policy_becomes_other_and_is_counted(
    telemetry: Telemetry, scrape: Scrape
) -> None:
    """An unexpected value costs one series, and says that it came."""
    for number in range(1000):
        telemetry.counter(families.AI_REQUESTS).bind(status="error", tool=f"t{number}").inc()
    series = scrape(telemetry)
    assert series["ai_requests_total", labels(status="error", tool="other")] == 1000
    overflow = labels(family="ai_requests_total", label="tool")
    assert series["telemetry_label_overflow_total", overflow] == 1000
    assert len(series) < 100


def test_other_itself_is_no_overflow(telemetry: Telemetry, scrape: Scrape) -> None:
    """A caller that already says `other` follows the policy."""
    telemetry.counter(families.AI_REQUESTS).bind(status="error", tool="other").inc()
    overflow = labels(family="ai_requests_total", label="tool")
    assert scrape(telemetry)["telemetry_label_overflow_total", overflow] == 0


def test_every_label_counts_its_overflows_from_the_first_scrape(scrape: Scrape) -> None:
    """The first overflow is an increase from 0, and no alert misses it."""
    found = scrape(Telemetry(EXPOSED["canary"]))
    name = "telemetry_label_overflow_total"
    assert {key: value for key, value in found.items() if key[0] == name} == {
        (name, labels(family="canary_requests_total", label="probe")): 0,
        (name, labels(family="canary_requests_total", label="status")): 0,
        (name, labels(family="canary_request_duration_seconds", label="probe")): 0,
    }


@pytest.mark.parametrize("value", ["bob@example.org", "0af7651916cd43dd", "10.0.0.1"])
def test_a_value_that_identifies_is_never_admitted(value: str, scrape: Scrape) -> None:
    """Whoever writes personal data into a catalogue finds it in no label, and the alert says so."""
    telemetry = Telemetry(EXPOSED[AUTOMATION], bounds={"tool": [value, "echo"]})
    telemetry.counter(families.AI_REQUESTS).bind(status="success", tool=value).inc()
    series = scrape(telemetry)
    assert series["ai_requests_total", labels(status="success", tool="other")] == 1
    overflow = labels(family="ai_requests_total", label="tool")
    assert series["telemetry_label_overflow_total", overflow] == 1
    assert value not in telemetry.expose(None, None).body.decode()


def test_a_build_may_be_named(scrape: Scrape) -> None:
    """A commit looks like an identifier, and is what the family is for."""
    build = {"version": "1", "git_commit": "0af7651916cd43dd" * 2, "built_at": "20240120100000"}
    telemetry = Telemetry(
        EXPOSED[AUTOMATION], bounds={label: [value] for label, value in build.items()}
    )
    telemetry.gauge(families.SELECTOR_BUILD_INFO).bind(**build).set(1)
    assert scrape(telemetry)["selector_build_info", labels(**build)] == 1


def test_tools_over_the_limit_are_other(scrape: Scrape) -> None:
    """The first 64 tools have series of their own, and the rest share one."""
    telemetry = Telemetry(EXPOSED[AUTOMATION], bounds={"tool": [f"t{n}" for n in range(70)]})
    telemetry.counter(families.AI_REQUESTS).bind(status="success", tool="t69").inc()
    exposed = {
        dict(found)["tool"] for name, found in scrape(telemetry) if name == "ai_requests_total"
    }
    assert exposed == {*(f"t{n}" for n in range(64)), "unknown", "other"}


def test_a_setting_lowers_the_limit(scrape: Scrape) -> None:
    """A small Prometheus can be kept small."""
    telemetry = Telemetry(EXPOSED[AUTOMATION], bounds=BOUNDS, limits={"tool": 1})
    exposed = {
        dict(found)["tool"] for name, found in scrape(telemetry) if name == "ai_requests_total"
    }
    assert exposed == {"echo", "unknown"}


def test_a_setting_cannot_raise_the_limit() -> None:
    """The contract's worst case holds whatever is asked for."""
    telemetry = Telemetry(
        EXPOSED[AUTOMATION], bounds={"tool": [f"t{n}" for n in range(70)]}, limits={"tool": 500}
    )
    assert b'tool="t64"' not in telemetry.expose(None, None).body


def test_a_bound_for_no_label_is_refused() -> None:
    """A misspelt label would otherwise leave every tool in `other`."""
    with pytest.raises(ValueError, match="no family of this process has a bounded label 'tol'"):
        Telemetry(EXPOSED[AUTOMATION], bounds={"tol": TOOLS})


@pytest.mark.parametrize("wrong", [{}, {"status": "ok"}, {"status": "ok", "tol": "echo"}])
def test_labels_that_are_not_the_familys_are_refused(
    telemetry: Telemetry, wrong: dict[str, str]
) -> None:
    """A mistake in the code fails at once instead of making a series."""
    with pytest.raises(TypeError, match=r"ai_requests_total has the labels \('status', 'tool'\)"):
        telemetry.counter(families.AI_REQUESTS).bind(**wrong)


def test_a_family_of_another_process_or_kind_is_refused(telemetry: Telemetry) -> None:
    """Only what the contract lists for a process can be recorded in it."""
    with pytest.raises(KeyError, match="canary_requests_total"):
        telemetry.counter(families.CANARY_REQUESTS)
    with pytest.raises(TypeError, match="ai_requests_total is a counter, not a gauge"):
        telemetry.gauge(families.AI_REQUESTS)


def test_the_same_labels_are_the_same_series(telemetry: Telemetry) -> None:
    """Binding twice gives one object, so that a hot path may bind again at the price of a hit."""
    counter = telemetry.counter(families.AI_REQUESTS)
    assert counter.bind(status="error", tool="x") is counter.bind(tool="other", status="error")


def test_a_gauge_follows_what_it_describes(telemetry: Telemetry, scrape: Scrape) -> None:
    """A gauge that reads at the scrape cannot be set before the change it describes."""
    entries = [1, 2]
    telemetry.gauge(families.SELECTOR_CACHE_ENTRIES).bind().follow(lambda: len(entries))
    entries.append(3)
    assert scrape(telemetry)["selector_cache_entries", labels()] == 3


def test_a_gauge_keeps_what_it_was_set_to(telemetry: Telemetry, scrape: Scrape) -> None:
    """The last value is the exposed one."""
    telemetry.gauge(families.AI_TOOLS).bind(platform="linux").set(16)
    assert scrape(telemetry)["ai_tools_count", labels(platform="linux")] == 16


def test_a_histogram_counts_into_the_contracts_buckets(
    telemetry: Telemetry, scrape: Scrape
) -> None:
    """A time falls into its bucket and all above, and into sum and count."""
    telemetry.histogram(families.AI_REQUEST_DURATION).bind(tool="echo").observe(0.3)
    series = scrape(telemetry)
    name = "ai_request_duration_seconds"
    assert series[f"{name}_bucket", labels(tool="echo", le="0.25")] == 0
    assert series[f"{name}_bucket", labels(tool="echo", le="0.5")] == 1
    assert series[f"{name}_bucket", labels(tool="echo", le="+Inf")] == 1
    assert series[f"{name}_sum", labels(tool="echo")] == 0.3
    bounds = {dict(found)["le"] for series_name, found in series if series_name == f"{name}_bucket"}
    assert bounds == {*(str(bound) for bound in families.AI_REQUEST_DURATION.buckets), "+Inf"}


@pytest.mark.parametrize("process", EXPOSED)
def test_the_page_has_the_series_that_the_contract_counts(process: str, scrape: Scrape) -> None:
    """Capacity is planned with the contract's figure, so a real page has to have it."""
    admitted = [f"v{n}" for n in range(20)]
    bounded = {
        label.name: admitted[: label.usual or None]
        for family in EXPOSED[process]
        for label in family.labels
        if label.limit and family is not families.LABEL_OVERFLOW
    }
    telemetry = Telemetry(EXPOSED[process], bounds=bounded)
    for family in EXPOSED[process]:
        if family.seeded is None and not family.optional:
            record_all(telemetry, family, admitted)
    series = scrape(telemetry)
    assert {name for name, _ in series} == set(
        names(one for one in EXPOSED[process] if expected(EXPOSED[process], tools=20)[one.name])
    )
    assert len(series) == series_at(EXPOSED[process], tools=20)


def record_all(telemetry: Telemetry, family: Family, admitted: list[str]) -> None:
    """Record one value for every label set that an ordinary system has."""
    sets = [(*label.values, *admitted[: label.limit]) for label in family.labels]
    for values in product(*sets):
        given = {label.name: value for label, value in zip(family.labels, values, strict=True)}
        record(telemetry, family, given)


def record(telemetry: Telemetry, family: Family, given: dict[str, str]) -> None:
    """Record one value with the labels, whatever the kind."""
    match family.kind:
        case "counter":
            telemetry.counter(family).bind(**given).inc()
        case "gauge":
            telemetry.gauge(family).bind(**given).set(1)
        case "histogram":
            telemetry.histogram(family).bind(**given).observe(1)


VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["other", "unknown", "success", "echo", 'quo"te', "new\nline", "back\\slash"]),
)


@given(data=st.data(), admitted=st.lists(VALUES, max_size=40))
def test_whatever_values_arrive_the_series_stay_within_the_worst_case(
    data: st.DataObject, admitted: list[str], scrape: Scrape
) -> None:
    """No input, in a request or in a catalogue, makes a family outgrow its worst case."""
    family = data.draw(st.sampled_from([one for one in FAMILIES if one.labels]))
    bounds = {label.name: admitted for label in family.labels if label.limit}
    telemetry = Telemetry([family, families.LABEL_OVERFLOW], bounds=bounds)
    names_of = [label.name for label in family.labels]
    rows = st.lists(st.tuples(*(VALUES for _ in names_of)), max_size=30)
    for row in data.draw(rows):
        record(telemetry, family, dict(zip(names_of, row, strict=True)))
    own = set(names([family]))
    assert sum(name in own for name, _ in scrape(telemetry)) <= family.worst_case
