"""A real Alertmanager with our configuration delivers to the console's inbox."""

import html
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from opsconductor.monitoring import documents
from opsconductor.settings import Settings
from opsconductor.settings.model import Alertmanager
from opsconductor.stack.programs import Programs
from opsconductor.stack.slo_files import read_slos

pytestmark = pytest.mark.stack

DEADLINE_SECONDS = 40
RECEIVER_OF = {"critical": "pagerduty", "warning": "slack", "info": "email", "none": "watchdog"}
SUMMARY = "Half of all <runs> & more fail"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings whose groups are sent almost at once."""
    quick = Alertmanager(
        port=settings.alertmanager.port, group_wait_seconds=0.1, group_interval_seconds=0.5
    )
    return settings.model_copy(update={"alertmanager": quick})


@pytest.fixture
def alertmanager(
    settings: Settings, programs: Programs, tmp_path: Path, free_ports: Callable[[int], list[int]]
) -> Iterator[httpx.Client]:
    """A client of a running Alertmanager."""
    (port,) = free_ports(1)
    config = tmp_path / "alertmanager.yml"
    config.write_text(
        documents(settings, read_slos(settings.alerting.slo_dir), grafana=False)[
            "alertmanager/alertmanager.yml"
        ]
    )
    command = [
        *programs.alertmanager.command,
        f"--config.file={config}",
        f"--storage.path={tmp_path / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (
        (tmp_path / "alertmanager.log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            _until(lambda: _is_ready(client), "Alertmanager is ready")
            yield client
        finally:
            process.terminate()
            process.wait(20)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/-/ready").is_success
    except httpx.TransportError:
        return False


def _until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.05)
    return found


def _alert(severity: str, **changes: Any) -> dict[str, Any]:
    name = "Watchdog" if severity == "none" else f"Test{severity.capitalize()}"
    labels = {"alertname": name, "severity": severity, "service": "ai-pipeline", "cluster": "test"}
    annotations = {
        "summary": SUMMARY,
        "description": "In the last five minutes.",
        "runbook_url": "http://127.0.0.1:3001/runbooks/Test",
    }
    now = datetime.now(UTC)
    times = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(minutes=5)).isoformat()}
    return {"labels": labels, "annotations": annotations} | times | changes


def _received(browser: httpx.Client, severity: str, status: str) -> Any:
    messages = browser.get(f"/api/inbox?receiver={RECEIVER_OF[severity]}").json()["messages"]
    return next((message for message in messages if message["status"] == status), None)


def test_each_severity_arrives_and_is_resolved(
    browser: httpx.Client, alertmanager: httpx.Client
) -> None:
    """Each route ends in its receiver's own protocol, and the resolved message follows."""
    alerts = {severity: _alert(severity) for severity in RECEIVER_OF}
    assert alertmanager.post("/api/v2/alerts", json=list(alerts.values())).is_success
    for severity, alert in alerts.items():
        message = _until(partial(_received, browser, severity, "firing"), f"{severity} fires")
        assert alert["labels"]["alertname"] in message["alerts"]
        if severity != "none":
            assert SUMMARY in html.unescape(f"{message['title']}\n{message['body']}")
        page = browser.get(f"/inbox?receiver={RECEIVER_OF[severity]}")
        assert page.status_code == 200
        assert "<runs>" not in page.text
    ended = datetime.now(UTC).isoformat()
    resolved = [{**alert, "endsAt": ended} for alert in alerts.values()]
    assert alertmanager.post("/api/v2/alerts", json=resolved).is_success
    for severity in alerts:
        _until(partial(_received, browser, severity, "resolved"), f"{severity} resolved")
