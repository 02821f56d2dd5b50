"""The programs that read the documents accept them, and route every alert as meant."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from opsconductor.monitoring import alert_names, documents
from opsconductor.monitoring.rules import groups
from opsconductor.monitoring.rules.rule import AlertingRule
from opsconductor.objectives import RECEIVERS, WATCHDOG, Severity
from opsconductor.settings import Settings
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

Rendered = Callable[[Settings], Path]

VARIANTS = {
    "defaults": Settings(),
    "a drill": Settings.model_validate(
        {
            "alerting": {"time_scale": 1000},
            "prometheus": {
                "scrape_interval_seconds": 0.25,
                "automation_scrape_interval_seconds": 0.25,
                "evaluation_interval_seconds": 0.25,
                "rule_interval_seconds": 0.25,
            },
            "alertmanager": {"group_wait_seconds": 0.01, "group_interval_seconds": 0.5},
        }
    ),
    "real receivers": Settings.model_validate(
        {
            "receivers": {
                "slack_webhook_url": "https://hooks.slack.example/services/T/B/x",
                "pagerduty_routing_key": "a" * 32,
                "smtp_host": "mail.example:587",
                "smtp_username": "ops",
                "smtp_password": "s3cret'\"\\",
                "watchdog_url": "https://watch.example/ping",
            },
            "alerting": {"count_caller_mistakes": True, "runbook_base_url": "https://runbooks/"},
            "host": "0.0.0.0",
        }
    ),
}
SLOS = read_slos(Settings().alerting.slo_dir)
SEVERITIES = {
    rule.alert: rule.severity
    for group in groups(Settings(), SLOS)
    for rule in group.rules
    if isinstance(rule, AlertingRule)
}


@pytest.fixture
def rendered(tmp_path: Path) -> Rendered:
    """Write the documents of some settings as the supervisor would."""

    def write(settings: Settings) -> Path:
        for name, text in documents(settings, SLOS, grafana=False).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def said(command: Sequence[str | Path]) -> str:
    """Standard output of a program that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("variant", VARIANTS)
def test_promtool_accepts_configuration_and_rules(
    programs: Programs, rendered: Rendered, variant: str
) -> None:
    """`check config` finds the rule file, and no rule is a duplicate."""
    folder = rendered(VARIANTS[variant]) / "prometheus"
    promtool = programs.promtool.command
    answer = said([*promtool, "check", "config", folder / "prometheus.yml"])
    assert "1 rule files found" in answer
    answer = said([*promtool, "check", "rules", "--lint-fatal", folder / "rules.yml"])
    rules = sum(len(group.rules) for group in groups(VARIANTS[variant], SLOS))
    assert f"{rules} rules found" in answer
    assert "duplicate" not in answer


@pytest.mark.parametrize("variant", VARIANTS)
def test_amtool_accepts_the_configuration(
    programs: Programs, rendered: Rendered, variant: str
) -> None:
    """Seven receivers: four that deliver, three that always lead to the inbox."""
    config = rendered(VARIANTS[variant]) / "alertmanager/alertmanager.yml"
    answer = said([*programs.amtool.command, "check-config", config])
    assert "7 receivers" in answer


def route(programs: Programs, config: Path, **labels: str) -> str:
    """The receivers of an alert with these labels."""
    pairs = [f"{name}={value}" for name, value in labels.items()]
    command = [*programs.amtool.command, "config", "routes", "test", f"--config.file={config}"]
    return said([*command, *pairs]).strip()


@pytest.mark.parametrize("alert", alert_names(Settings(), SLOS))
def test_every_alert_reaches_the_receiver_of_its_severity(
    programs: Programs, rendered: Rendered, alert: str
) -> None:
    """Critical pages, warning goes to Slack, info to email, the Watchdog to its own receiver."""
    config = rendered(Settings()) / "alertmanager/alertmanager.yml"
    severity = Severity(SEVERITIES[alert])
    labels = {"alertname": alert, "severity": str(severity), "service": "automation-service"}
    assert route(programs, config, **labels) == RECEIVERS[severity]


@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.WARNING, Severity.INFO])
@pytest.mark.parametrize("alert", ["OpsConductorDrill", "MetricsEndpointDown"])
def test_a_drill_reaches_the_inbox_and_nobody_else(
    programs: Programs, rendered: Rendered, alert: str, severity: Severity
) -> None:
    """A drill of any alert goes to the inbox of its severity's receiver, also with real ones."""
    config = rendered(VARIANTS["real receivers"]) / "alertmanager/alertmanager.yml"
    labels = {"alertname": alert, "severity": str(severity), "drill": "true"}
    assert route(programs, config, **labels) == f"inbox-{RECEIVERS[severity]}"


def test_a_drill_of_the_watchdog_stays_in_the_inbox(programs: Programs, rendered: Rendered) -> None:
    """A drill without a severity of its own must not reset the dead man's switch."""
    config = rendered(Settings()) / "alertmanager/alertmanager.yml"
    assert route(programs, config, alertname=WATCHDOG, drill="true").startswith("inbox-")


def test_an_unforeseen_severity_is_still_seen(programs: Programs, rendered: Rendered) -> None:
    """An alert that fits no route goes to Slack rather than nowhere."""
    config = rendered(Settings()) / "alertmanager/alertmanager.yml"
    assert route(programs, config, alertname="Foreign", severity="page") == "slack"
