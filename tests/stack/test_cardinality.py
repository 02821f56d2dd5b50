"""What a running system exposes, whatever it is sent, and what it stores of it."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.stack.conftest import MakeSystem
from tests.stack.system import Sections, System, eventually

from opsconductor.contract import EXPOSED, OTHER, names
from opsconductor.contract.identifying import identifying_name, identifying_value
from opsconductor.monitoring.lint import dashboard, dashboard_queries
from opsconductor.monitoring.targets import targets
from opsconductor.settings import PROJECT_ROOT

pytestmark = pytest.mark.stack

EMAIL, TRACE, ADDRESS = "bob@example.org", "0af7651916cd43dd8448eb211c80319c", "192.0.2.17"
PHONE, UUID, URL = "+49 170 1234567", "6f1c2a34-0b1c-4d2e-8f3a-1234567890ab", "https://u:p@h.test/x"
NASTY = (EMAIL, TRACE, ADDRESS, PHONE, UUID, URL, "x" * 200, 'quo"te', "a\nb", "ключ")
BOARDS = PROJECT_ROOT / "generated/grafana/dashboards"
SECONDS = 60
FLOOD = 2000
MESSAGES = "alertmanager_notification"
"""Whether an alert was sent by now is chance; that the series are stored is counted below."""

Labels = Mapping[str, str]


def pages(system: System) -> Iterator[tuple[str, str, Labels]]:
    """Every series on every target's own page: job, name, labels."""
    for target in targets(system.settings):
        page = httpx.get(f"http://{target.address}{target.path}", trust_env=False)
        for family in text_string_to_metric_families(page.raise_for_status().text):
            for sample in family.samples:
                yield target.job, sample.name, sample.labels


def run_tool(system: System, name: str, **params: Any) -> httpx.Response:
    """Ask for a tool run as a client does."""
    return httpx.post(
        system.url("automation", "/ai/tools/execute"),
        json={"name": name, "params": params},
        headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "user-agent": EMAIL},
        trust_env=False,
    )


def send_everything(system: System) -> None:
    """Put what must not become a label wherever a client can put anything."""
    for text in NASTY:
        run_tool(system, text)
        run_tool(system, "echo", text=text)
        run_tool(system, "tcp_check", host=text, port=1)
        httpx.get(
            system.url("automation", "/api/selector/search"),
            params={"query": text, "platforms": [text[:32]]},
            trust_env=False,
        )
        for body in ({"input": f"ping {text} please"}, {"input": text, "trace_id": text}):
            httpx.post(system.url("pipeline", "/pipeline"), json=body, trust_env=False, timeout=30)
        httpx.get(system.url("automation", f"/executions/{TRACE}"), trust_env=False)


def query(system: System, expression: str) -> list[Any]:
    """An instant query's result."""
    answer = httpx.post(
        system.url("prometheus", "/api/v1/query"), data={"query": expression}, trust_env=False
    )
    found: list[Any] = answer.raise_for_status().json()["data"]["result"]
    return found


def test_no_input_becomes_a_label(system: System) -> None:
    """Personal data, trace ids and addresses in names, texts and headers stay out of every page."""
    send_everything(system)
    exposed = list(pages(system))
    assert {job for job, *_ in exposed} == {one.job for one in targets(system.settings)}
    ours = [(job, name, labels) for job, name, labels in exposed if job in EXPOSED]
    kept = {value for _, _, labels in exposed for value in labels.values()}
    assert not kept & set(NASTY)
    promised = {
        job: {name: family for family in of for name in names([family])}
        for job, of in EXPOSED.items()
    }
    for job, name, labels in ours:
        family = promised[job][name]
        policies = {label.name: label for label in family.labels}
        assert set(labels) - {"le"} == set(policies)
        for label, policy in policies.items():
            value = labels[label]
            assert policy.limit or value in {*policy.values, OTHER}
            if not policy.identifies:
                assert identifying_value(value) is None, f"{name} {label}={value}"
                assert identifying_name(label, closed=not policy.limit) is None


def test_what_prometheus_stores_of_ours_is_in_the_contract(system: System) -> None:
    """By name, and by label besides what the scrape adds; the command says the same."""
    found = eventually(
        lambda: query(system, 'count by (__name__, job) ({job=~"ai-pipeline|automation-service"})'),
        SECONDS,
        "series of ours",
    )
    known = {name for exposed in EXPOSED.values() for name in names(exposed)}
    stored = {one["metric"]["__name__"] for one in found}
    assert {one for one in stored - known if one != "up" and not one.startswith("scrape_")} == set()
    told = system.cli("cardinality", "--format", "json")
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert not [one for one in report["families"] if one["over"]]
    assert set(report["foreign"]) == {"prometheus", "alertmanager"}
    live = {one["family"]: one for one in report["families"]}
    assert live["ai_requests_total"]["live"] == live["ai_requests_total"]["expected"]
    assert live["ai_requests_total"]["unknown"] == 2


def test_a_flood_of_invented_names_makes_no_series(system: System) -> None:
    """Thousands of names that no tool has are one label value, no overflow and no alert."""
    run_tool(system, "first_invention")
    before = {
        (job, name, *sorted(labels.items()))
        for job, name, labels in pages(system)
        if job in EXPOSED
    }
    address = system.url("automation", "/ai/tools/execute")
    with httpx.Client(trust_env=False) as http:
        for number in range(FLOOD):
            http.post(address, json={"name": f"invention_{number}", "params": {}})
    after = {
        (job, name, *sorted(labels.items()))
        for job, name, labels in pages(system)
        if job in EXPOSED
    }
    assert after == before
    counted = f'sum(ai_requests_total{{tool="unknown"}}) > {FLOOD}'
    eventually(lambda: query(system, counted), SECONDS, "the flood in Prometheus")
    assert not query(system, "telemetry_label_overflow_total > 0")
    assert "LabelOverflow" not in system.alerts()


FAST: Sections = {
    "alerting": {"time_scale": 100},
    "automation": {"tool_label_limit": 2},
}


def test_tools_beyond_the_limit_are_told_by_email(make_system: MakeSystem) -> None:
    """The first run of a tool without a label of its own reaches the inbox, with the label."""
    system = make_system(FAST)
    system.up()
    # Without a sample at 0 of this very process the first overflow would be no increase.
    counter = 'telemetry_label_overflow_total{job="automation-service"}'
    eventually(lambda: query(system, counter), SECONDS, "the counter at 0")
    assert "LabelOverflow" not in system.alerts()
    assert run_tool(system, "uptime").json()["success"]

    def told() -> Mapping[str, Any] | None:
        return next(
            (one for one in system.inbox("email") if "LabelOverflow" in one["alerts"]), None
        )

    message = eventually(told, SECONDS, "an email about the overflow")
    assert "values of tool are recorded as 'other'" in f"{message['title']} {message['body']}"
    report = json.loads(system.cli("cardinality", "--format", "json").stdout)
    others = {one["family"]: one["other"] for one in report["families"] if one["other"]}
    assert "ai_requests_total" in others


def evaluated(system: System) -> dict[str, str]:
    """Every rule with its health, once all were evaluated."""

    def health() -> dict[str, str] | None:
        answer = httpx.get(system.url("prometheus", "/api/v1/rules"), trust_env=False).json()
        rules = {
            f"{rule['name']} {rule['query']}": rule["health"]
            for group in answer["data"]["groups"]
            for rule in group["rules"]
        }
        return rules if rules and "unknown" not in rules.values() else None

    return eventually(health, SECONDS, "every rule evaluated")


def answering(system: System) -> set[str]:
    """The queries of all dashboards that have data."""
    asked = {
        one.substitution.text
        for path in BOARDS.glob("*.json")
        for one in dashboard_queries.expressions(
            dashboard.load(path.name, path.read_text(encoding="utf-8")),
            system.settings.prometheus.scrape_interval_seconds,
        )
    }
    return {text for text in asked if MESSAGES not in text and query(system, f"count({text})")}


def is_busy(system: System) -> bool:
    """Ask for everything once more; whether Prometheus sees all of it going on."""
    run_tool(system, "echo", text="ping")
    run_tool(system, "tcp_check", host="127.0.0.1", port=1)
    sentence = {"input": "how full are the disks?"}
    httpx.post(system.url("pipeline", "/pipeline"), json=sentence, trust_env=False, timeout=30)
    names = (
        "pipeline_requests_total",
        "ai_request_errors_total",
        'selector_requests_total{source="cache"}',
    )
    return all(query(system, f"sum(rate({name}[1m])) > 0") for name in names)


def test_what_is_read_by_nobody_can_be_dropped(make_system: MakeSystem) -> None:
    """The same rules and panels as before, and of foreign jobs only what was announced."""
    whole = make_system()
    lean = make_system({"prometheus": {"drop_unused_metrics": True}})
    found: dict[bool, tuple[dict[str, str], set[str]]] = {}
    for system in (whole, lean):
        system.up()
        eventually(partial(is_busy, system), SECONDS, "rates of runs, searches and sentences")
        found[system is lean] = (evaluated(system), answering(system))
    assert set(found[True][0].values()) == {"ok"}
    assert found[True][0].keys() == found[False][0].keys()
    assert found[True][1] == found[False][1]
    assert found[True][1]
    announced = {
        one["job"]: one
        for one in json.loads(whole.cli("cardinality", "--unused", "--format", "json").stdout)
    }
    stored = {
        one["job"]: one
        for one in json.loads(lean.cli("cardinality", "--unused", "--format", "json").stdout)
    }
    for job in ("prometheus", "alertmanager"):
        assert announced[job]["unused"] > announced[job]["used"] > 0
        assert stored[job]["unused"] == 0
        assert stored[job]["used"] == announced[job]["used"]
        assert stored[job]["dropped"] > announced[job]["used"]
    for job in EXPOSED:
        if job in announced:
            assert announced[job]["unused"] == stored[job]["unused"] == stored[job]["dropped"] == 0
    config = (lean.folder / "state/config/prometheus/prometheus.yml").read_text(encoding="utf-8")
    committed = PROJECT_ROOT / "generated/prometheus/keep/prometheus.yml"
    jobs = {one["job_name"]: one for one in yaml.safe_load(config)["scrape_configs"]}
    assert yaml.safe_load(committed.read_text(encoding="utf-8")) == {
        "metric_relabel_configs": jobs["prometheus"]["metric_relabel_configs"]
    }
