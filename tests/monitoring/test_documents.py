"""The documents: complete, free of this machine, and made from the settings."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml

from opsconductor.contract import EXPOSED, worst_case
from opsconductor.monitoring import documents
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.targets import JOBS
from opsconductor.objectives import WATCHDOG
from opsconductor.settings import PROJECT_ROOT, Settings, SettingsError
from opsconductor.stack.slo_files import read_slos

SLOS = read_slos(Settings().alerting.slo_dir)
DEFAULTS = documents(Settings(), SLOS)


def loaded(path: str, **sections: dict[str, Any]) -> Any:
    """A document of some settings, parsed."""
    return yaml.safe_load(documents(Settings.model_validate(sections), SLOS, grafana=False)[path])


def receivers(**given: str) -> dict[str, Any]:
    """Alertmanager's receivers by name, each its one integration's configuration."""
    config = loaded("alertmanager/alertmanager.yml", receivers=given)
    found = {}
    for receiver in config["receivers"]:
        ((configs),) = [value for key, value in receiver.items() if key != "name"]
        (found[receiver["name"]],) = configs
    return found


def test_the_documents_are_those_that_are_promised() -> None:
    """Prometheus, rules, keep lists, Alertmanager, two dashboards and their provisioning."""
    assert set(DEFAULTS) == {
        "prometheus/prometheus.yml",
        "prometheus/rules.yml",
        *(f"prometheus/keep/{job}.yml" for job in JOBS),
        "alertmanager/alertmanager.yml",
        "grafana/dashboards/opsconductor-execution.json",
        "grafana/dashboards/opsconductor-selector.json",
        "grafana/dashboards/opsconductor-pipeline.json",
        "grafana/dashboards/opsconductor-slo.json",
        "grafana/dashboards/opsconductor-stack.json",
        "grafana/provisioning/dashboards/opsconductor.yml",
        "grafana/provisioning/datasources/opsconductor.yml",
    }


def test_grafanas_documents_can_be_left_out() -> None:
    """The supervisor needs none of them."""
    assert not any(
        name.startswith("grafana/") for name in documents(Settings(), SLOS, grafana=False)
    )


def test_what_nobody_reads_is_dropped_only_where_a_setting_says_so() -> None:
    """By default every job is stored whole; else each has the list that is committed for it."""
    usual = loaded("prometheus/prometheus.yml")["scrape_configs"]
    assert not any("metric_relabel_configs" in one for one in usual)
    lean = loaded("prometheus/prometheus.yml", prometheus={"drop_unused_metrics": True})
    for one in lean["scrape_configs"]:
        committed = yaml.safe_load(DEFAULTS[f"prometheus/keep/{one['job_name']}.yml"])
        assert {"metric_relabel_configs": one["metric_relabel_configs"]} == committed


def test_a_board_that_the_user_changed_keeps_what_it_reads() -> None:
    """A panel must not go blank because the committed boards do not have it."""
    settings = Settings.model_validate({"prometheus": {"drop_unused_metrics": True}})
    name = "grafana/dashboards/opsconductor-selector.json"
    board = json.loads(DEFAULTS[name])
    panel = next(one for one in board["panels"] if one.get("targets"))
    panel["targets"][0]["expr"] = "rate(prometheus_http_requests_total[5m])"
    texts = documents(settings, SLOS, grafana=False, boards={name: json.dumps(board)})
    jobs = yaml.safe_load(texts["prometheus/prometheus.yml"])["scrape_configs"]
    (config,) = next(one for one in jobs if one["job_name"] == "prometheus")[
        "metric_relabel_configs"
    ]
    assert "prometheus_http_requests_total" in config["regex"].split("|")


def test_a_board_that_cannot_be_read_is_told_before_anything_is_dropped() -> None:
    """The message names the setting and the file."""
    settings = Settings.model_validate({"prometheus": {"drop_unused_metrics": True}})
    with pytest.raises(SettingsError, match=r"prometheus.drop_unused_metrics: .*\nmine.json:"):
        documents(settings, SLOS, grafana=False, boards={"mine.json": "{"})


def test_without_grafana_the_dashboards_library_is_not_loaded() -> None:
    """The supervisor stays small: it renders its documents without the SDK in memory."""
    program = (
        "import sys; from opsconductor.monitoring import documents; "
        "from opsconductor.stack.slo_files import read_slos; "
        "from opsconductor.settings import Settings; settings = Settings(); "
        "documents(settings, read_slos(settings.alerting.slo_dir), grafana=False); "
        "sys.exit('grafana_foundation_sdk' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_document_is_the_same_everywhere(name: str) -> None:
    """No path of this machine, and the same text at every rendering."""
    text = DEFAULTS[name]
    assert str(PROJECT_ROOT) not in text
    assert not any(folder in text for folder in ("/home/", "/root", "/tmp/", "/work", ".local"))
    assert documents(Settings(), SLOS)[name] == text


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_document_parses(name: str) -> None:
    """YAML with a head that says who made it, or JSON."""
    text = DEFAULTS[name]
    if name.endswith(".json"):
        assert json.loads(text)["uid"]
    else:
        assert text.startswith("# Generated by")
        assert yaml.safe_load(text)


def test_every_target_carries_its_service() -> None:
    """Each job has an address and a service; automation-service is scraped more often."""
    config = loaded("prometheus/prometheus.yml")
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    services = {name: job["static_configs"][0]["labels"]["service"] for name, job in jobs.items()}
    assert services == {
        "automation-service": "automation-service",
        "ai-pipeline": "ai-pipeline",
        "canary": "monitoring",
        "supervisor": "monitoring",
        "console": "monitoring",
        "prometheus": "monitoring",
        "alertmanager": "monitoring",
    }
    assert jobs["automation-service"]["scrape_interval"] == "10s"
    assert jobs["automation-service"]["static_configs"][0]["targets"] == ["127.0.0.1:3003"]
    assert jobs["ai-pipeline"]["metrics_path"] == "/pipeline/metrics"
    assert config["global"]["external_labels"] == {"cluster": "local", "replica": "0"}
    assert config["rule_files"] == ["rules.yml"]


def test_a_target_is_reached_where_it_listens() -> None:
    """A service on every address is scraped over loopback, one on an IPv6 address in brackets."""
    for host, address in (("0.0.0.0", "127.0.0.1:3003"), ("::1", "[::1]:3003")):
        settings = Settings(host=host)
        config = yaml.safe_load(
            documents(settings, SLOS, grafana=False)["prometheus/prometheus.yml"]
        )
        assert config["scrape_configs"][0]["static_configs"][0]["targets"] == [address]


@pytest.mark.parametrize("job", EXPOSED)
def test_the_sample_limit_admits_all_that_the_contract_allows(job: str) -> None:
    """Everything within the contract is stored; several times as much is refused."""
    config = loaded("prometheus/prometheus.yml")
    limits = {one["job_name"]: one["sample_limit"] for one in config["scrape_configs"]}
    assert worst_case(EXPOSED[job]) < limits[job] <= 4 * worst_case(EXPOSED[job]) + 10


def test_a_timeout_is_never_longer_than_its_interval() -> None:
    """A scrape every 250 ms has 250 ms."""
    prometheus = {
        "scrape_interval_seconds": 0.25,
        "automation_scrape_interval_seconds": 0.25,
    }
    config = loaded("prometheus/prometheus.yml", prometheus=prometheus)
    assert {job["scrape_timeout"] for job in config["scrape_configs"]} == {"250ms"}


def test_without_credentials_everything_reaches_the_inbox() -> None:
    """Each receiver speaks to the inbox on loopback in the real one's protocol."""
    found = receivers()
    assert found["slack"]["api_url"] == "http://127.0.0.1:3001/inbox/slack"
    assert found["pagerduty"]["url"] == "http://127.0.0.1:3001/inbox/pagerduty/v2/enqueue"
    assert len(found["pagerduty"]["routing_key"]) == 32
    assert found["email"]["smarthost"] == "127.0.0.1:3025"
    assert found["email"]["require_tls"] is False
    assert found["watchdog"]["url"] == "http://127.0.0.1:3001/inbox/watchdog"


def test_with_credentials_the_real_receivers_are_used_and_drills_stay_home() -> None:
    """The inbox's receivers exist besides, and hold no credential."""
    given = {
        "slack_webhook_url": "https://hooks.slack.example/x",
        "pagerduty_routing_key": "k" * 32,
        "smtp_host": "mail.example:587",
        "smtp_username": "ops",
        "smtp_password": "secret-word",
        "watchdog_url": "https://watch.example/ping",
    }
    found = receivers(**given)
    assert found["slack"]["api_url"] == given["slack_webhook_url"]
    assert found["pagerduty"]["routing_key"] == given["pagerduty_routing_key"]
    assert "url" not in found["pagerduty"]
    assert found["email"]["smarthost"] == "mail.example:587"
    assert found["email"]["require_tls"] is True
    assert found["email"]["auth_password"] == "secret-word"
    assert found["watchdog"]["url"] == given["watchdog_url"]
    inbox = receivers()
    for name in ("inbox-slack", "inbox-pagerduty", "inbox-email"):
        assert found[name] == inbox[name]


def test_every_receiver_sends_resolved_messages() -> None:
    """Nobody is left wondering whether it is over."""
    assert all(config["send_resolved"] for config in receivers().values())


@pytest.mark.parametrize("host", ["mail.example", "mail.example:", "mail.example:smtp"])
def test_a_mail_server_without_a_port_is_refused(host: str) -> None:
    """The message names the setting and shows the form."""
    with pytest.raises(SettingsError, match=r"receivers.smtp_host: .* has no port; give host:port"):
        receivers(smtp_host=host)


def test_alerts_are_grouped_by_name_and_service() -> None:
    """One message for one trouble in one service."""
    route = loaded("alertmanager/alertmanager.yml")["route"]
    assert route["group_by"] == ["alertname", "service"]


def test_delivery_times_are_settings() -> None:
    """Waits come from the settings, also below a second."""
    timing = {"group_wait_seconds": 0.1, "group_interval_seconds": 0.5}
    route = loaded("alertmanager/alertmanager.yml", alertmanager=timing)["route"]
    assert (route["group_wait"], route["group_interval"]) == ("100ms", "500ms")


def test_no_inhibition_touches_a_drill_or_the_watchdog() -> None:
    """A self-check must come through while the system is on fire, and silence nothing."""
    for rule in loaded("alertmanager/alertmanager.yml")["inhibit_rules"]:
        assert 'drill!="true"' in rule["source_matchers"]
        assert 'drill!="true"' in rule["target_matchers"]
        assert "service" in rule["equal"]
        if "alertname!~" in rule["target_matchers"][0]:
            assert WATCHDOG in rule["target_matchers"][0]


def test_exemplars_lead_to_the_execution() -> None:
    """Grafana's link keeps its variable: `$$` is how provisioning files write a dollar sign."""
    sources = yaml.safe_load(DEFAULTS["grafana/provisioning/datasources/opsconductor.yml"])
    prometheus, loki = sources["datasources"]
    assert (prometheus["uid"], loki["uid"]) == ("prometheus", "loki")
    (link,) = prometheus["jsonData"]["exemplarTraceIdDestinations"]
    assert link["url"] == "http://127.0.0.1:3001/executions/$${__value.raw}"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.25, "250ms"),
        (1, "1s"),
        (90, "90s"),
        (300, "5m"),
        (7200, "2h"),
        (259_200, "3d"),
        (1.5, "1500ms"),
    ],
)
def test_durations_use_the_largest_unit_that_divides(seconds: float, text: str) -> None:
    """As a person would write them."""
    assert duration(seconds) == text
