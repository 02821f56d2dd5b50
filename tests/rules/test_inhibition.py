"""What keeps quiet while something louder fires, asked of a real Alertmanager."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from opsconductor.monitoring import documents
from opsconductor.settings import Settings
from opsconductor.settings.model import Alertmanager
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

States = Callable[[list[dict[str, str]]], dict[str, str]]

AUTOMATION, PIPELINE = "automation-service", "ai-pipeline"
DEADLINE = 20.0


def alert(name: str, service: str, **more: str) -> dict[str, str]:
    """An alert's labels; `id` tells those of one name apart."""
    return {"alertname": name, "service": service, "cluster": "local", **more}


@pytest.fixture
def states(
    programs: Programs, tmp_path: Path, free_ports: Callable[[int], list[int]]
) -> Iterator[States]:
    """Post alerts and learn which are active and which suppressed, by name, service and more."""
    (port,) = free_ports(1)
    # Nothing is delivered within the test: the first message would wait ten minutes.
    settings = Settings(alertmanager=Alertmanager(group_wait_seconds=600))
    config = tmp_path / "alertmanager.yml"
    text = documents(settings, read_slos(settings.alerting.slo_dir), grafana=False)[
        "alertmanager/alertmanager.yml"
    ]
    config.write_text(text.replace("group_wait: 0s", "group_wait: 10m"), encoding="utf-8")
    server = subprocess.Popen(
        [
            *programs.alertmanager.command,
            f"--config.file={config}",
            f"--storage.path={tmp_path / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"

    def ask(labels: list[dict[str, str]]) -> dict[str, str]:
        posted = httpx.post(f"{url}/api/v2/alerts", json=[{"labels": one} for one in labels])
        posted.raise_for_status()
        return {_key(one["labels"]): one["status"]["state"] for one in _settled(url, len(labels))}

    try:
        _wait(lambda: _ready(url))
        yield ask
    finally:
        server.terminate()
        server.wait(timeout=10)


def _key(labels: dict[str, str]) -> str:
    told = (labels.get(name) for name in ("alertname", "service", "slo", "job", "drill"))
    return " ".join(one for one in told if one)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready").is_success
    except httpx.TransportError:
        return False


def _settled(url: str, count: int) -> list[dict[str, dict[str, str]]]:
    """The alerts, once every one of them has been looked at."""
    found: list[dict[str, dict[str, str]]] = []

    def processed() -> bool:
        found[:] = httpx.get(f"{url}/api/v2/alerts").json()
        return len(found) == count and all(one["status"]["state"] != "unprocessed" for one in found)

    _wait(processed)
    return found


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not done():
        assert time.monotonic() < deadline, "Alertmanager did not get there in time"
        time.sleep(0.05)


@pytest.mark.stack
def test_a_fast_burn_silences_what_says_the_same_of_its_service(states: States) -> None:
    """The slower tiers of the same objective and the error rate, of that service only."""
    slo = {"slo": "execution-success"}
    found = states(
        [
            alert("SLOBurnRateFast", AUTOMATION, **slo),
            alert("SLOBurnRateSlow", AUTOMATION, **slo),
            alert("SLOBurnRateTicket", AUTOMATION, **slo),
            alert("SLOBudgetTrend", AUTOMATION, **slo),
            alert("SLOBurnRateSlow", AUTOMATION, slo="another"),
            alert("AIExecutionErrorRateHigh", AUTOMATION),
            alert("AIExecutionErrorRateHigh", PIPELINE),
            alert("SelectorErrorBurst", AUTOMATION),
            alert("SLOBurnRateSlow", AUTOMATION, **slo, drill="true"),
        ]
    )
    assert {key for key, state in found.items() if state == "suppressed"} == {
        f"SLOBurnRateSlow {AUTOMATION} execution-success",
        f"SLOBurnRateTicket {AUTOMATION} execution-success",
        f"SLOBudgetTrend {AUTOMATION} execution-success",
        f"AIExecutionErrorRateHigh {AUTOMATION}",
    }


@pytest.mark.stack
def test_a_fast_burn_of_another_objective_hides_no_failing_runs(states: States) -> None:
    """Slow searches say nothing of failing tool runs; of two objectives of an SLO each is apart."""
    latency = {"slo": "selector-latency"}
    found = states(
        [
            alert("SLOBurnRateFast", AUTOMATION, **latency, objective="contract"),
            alert("SLOBurnRateSlow", AUTOMATION, **latency, objective="contract"),
            alert("SLOBurnRateTicket", AUTOMATION, **latency, objective="our-own"),
            alert("SLOBurnRateSlow", AUTOMATION, slo="execution-success"),
            alert("AIExecutionErrorRateHigh", AUTOMATION),
        ]
    )
    assert {key for key, state in found.items() if state == "suppressed"} == {
        f"SLOBurnRateSlow {AUTOMATION} selector-latency"
    }


@pytest.mark.stack
def test_a_service_that_is_down_silences_the_rest_of_it(states: States) -> None:
    """Everything of that service but the alert itself; other services and drills still speak."""
    found = states(
        [
            alert("MetricsEndpointDown", PIPELINE, job=PIPELINE),
            alert("CanaryFailing", PIPELINE),
            alert("CardinalityOverBudget", PIPELINE, job=PIPELINE),
            alert("CanaryFailing", AUTOMATION),
            alert("Watchdog", "monitoring"),
            alert("OpsConductorDrill", PIPELINE, drill="true"),
        ]
    )
    assert {key for key, state in found.items() if state == "suppressed"} == {
        f"CanaryFailing {PIPELINE}",
        f"CardinalityOverBudget {PIPELINE} {PIPELINE}",
    }


@pytest.mark.stack
def test_a_console_that_is_down_does_not_hide_a_full_disk(states: States) -> None:
    """Of the monitoring's own, only alerts about the same process keep quiet."""
    found = states(
        [
            alert("MetricsEndpointDown", "monitoring", job="canary"),
            alert("CanaryFailing", "monitoring", job="canary"),
            alert("DiskNearlyFull", "monitoring"),
            alert("NotificationsFailing", "monitoring"),
            alert("MetricsEndpointDown", "monitoring", job="console"),
            alert("Watchdog", "monitoring"),
        ]
    )
    assert {key for key, state in found.items() if state == "suppressed"} == {
        "CanaryFailing monitoring canary"
    }


@pytest.mark.stack
def test_a_drill_silences_nothing(states: States) -> None:
    """A self-check that rehearses an outage must not hide a real one."""
    found = states(
        [
            alert("MetricsEndpointDown", AUTOMATION, job=AUTOMATION, drill="true"),
            alert("SLOBurnRateFast", AUTOMATION, slo="execution-success", drill="true"),
            alert("SLOBurnRateSlow", AUTOMATION, slo="execution-success"),
            alert("SelectorErrorBurst", AUTOMATION),
        ]
    )
    assert set(found.values()) == {"active"}
