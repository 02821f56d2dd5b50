"""A real Prometheus that evaluates our rules, scaled down, over a target that goes wrong."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import yaml

from opsconductor.contract import SERVICE_REASONS
from opsconductor.contract.families import (
    AI_REQUEST_DURATION,
    AI_REQUEST_ERRORS,
    AI_REQUESTS,
    PIPELINE_REQUESTS,
    SELECTOR_REQUEST_DURATION,
    SELECTOR_REQUEST_ERRORS,
    SELECTOR_REQUESTS,
)
from opsconductor.contract.family import Family
from opsconductor.monitoring.rules import rules_document
from opsconductor.settings import Settings
from opsconductor.settings.model import Alerting, Prometheus
from opsconductor.stack.programs import Program
from opsconductor.stack.slo_files import read_slos

SETTINGS = Settings(
    alerting=Alerting(time_scale=100),
    prometheus=Prometheus(
        scrape_interval_seconds=1,
        automation_scrape_interval_seconds=1,
        rule_interval_seconds=1,
        evaluation_interval_seconds=1,
    ),
)
READY_SECONDS = 30
APART_MS = 200
"""A sample that is scraped just before an evaluation may be stored only after it."""


class TargetServer:
    """automation-service's page, as far as the rules read it, and ai-pipeline's.

    Of 20 requests between two scrapes `failing` fail and are slow.
    """

    def __init__(self) -> None:
        self.failing = 0
        self.down = False
        self._succeeded = self._failed = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = outer.page().encode()
                self.send_response(500 if outer.down else 200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self) -> str:
        """The page of one scrape; counters go on."""
        self._succeeded += 20 - self.failing
        self._failed += self.failing
        counted = [
            *_ended(AI_REQUESTS, ',tool="echo"', self._succeeded, self._failed),
            *_ended(PIPELINE_REQUESTS, "", self._succeeded, self._failed),
            *_ended(SELECTOR_REQUESTS, ',source="fresh"', self._succeeded, self._failed),
            f'{SELECTOR_REQUEST_ERRORS.name}{{reason="unavailable"}} {self._failed}',
            *_slow(AI_REQUEST_DURATION, self._succeeded, self._failed),
            *_slow(SELECTOR_REQUEST_DURATION, self._succeeded, self._failed),
            *(
                f'{AI_REQUEST_ERRORS.name}{{reason="{reason}",tool="echo"}} '
                f"{self._failed if reason == 'internal' else 0}"
                for reason in SERVICE_REASONS
            ),
        ]
        return "\n".join([*counted, ""])

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _ended(family: Family, labels: str, succeeded: int, failed: int) -> Iterator[str]:
    for status in family.labels[0].values:
        count = failed if status == "error" else succeeded
        yield f'{family.name}{{status="{status}"{labels}}} {count}'


def _slow(family: Family, fast: int, slow: int) -> Iterator[str]:
    """Durations of nothing, and of more than any bucket has."""
    for bound in family.buckets:
        yield f'{family.name}_bucket{{le="{float(bound)}"}} {fast}'
    yield f'{family.name}_bucket{{le="+Inf"}} {fast + slow}'
    yield f"{family.name}_count {fast + slow}"


@dataclass
class LiveRun:
    """The running server, its rules, and the target behind it."""

    url: str
    rules: Any
    target: TargetServer
    data: Path
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=30))

    def ask(self, query: str) -> list[dict[str, Any]]:
        """An instant query's result."""
        answer = self.http.get(f"{self.url}/api/v1/query", params={"query": query})
        found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
        return found

    def until(self, query: str, what: str, seconds: float = 90) -> None:
        """Wait until the query yields something."""
        deadline = time.monotonic() + seconds
        while not self.ask(query):
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
            time.sleep(0.2)

    def snapshot(self) -> Path:
        """Take a snapshot; gives its folder."""
        answer = self.http.post(f"{self.url}/api/v1/admin/tsdb/snapshot").raise_for_status()
        name: str = answer.json()["data"]["name"]
        return self.data / "snapshots" / name

    def missed(self) -> float:
        """Evaluations that the machine was too busy for."""
        page = self.http.get(f"{self.url}/metrics").text
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in page.splitlines()
            if line.startswith("prometheus_rule_group_iterations_missed_total{")
        )

    def apart(self) -> bool:
        """Whether scrapes and evaluations keep their distance."""
        (scrape,) = self.ask('timestamp(up{job="automation-service"})')
        (evaluation,) = self.ask('timestamp(ALERTS{alertname="Watchdog"})')
        between = (float(evaluation["value"][1]) - float(scrape["value"][1])) * 1000 % 1000
        return between >= APART_MS


@contextmanager
def live_run(prometheus: Program, folder: Path, port: int) -> Iterator[LiveRun]:
    """Run it; the group's name is chosen so that evaluations stay away from scrapes."""
    target = TargetServer()
    try:
        for attempt in range(8):
            home = folder / str(attempt)
            home.mkdir()
            with _server(prometheus, home, port, target, f"all-{attempt}") as run:
                run.until('ALERTS{alertname="Watchdog"}', "the Watchdog")
                run.until('up{job="automation-service"}', "a scrape")
                if run.apart():
                    yield run
                    return
        raise AssertionError("evaluations always came just after scrapes")
    finally:
        target.close()


@contextmanager
def _server(
    prometheus: Program, home: Path, port: int, target: TargetServer, group: str
) -> Iterator[LiveRun]:
    document = rules_document(SETTINGS, read_slos(SETTINGS.alerting.slo_dir))
    rules = [rule for one in document["groups"] for rule in one["rules"]]
    # One group: one phase, and every rule sees what was recorded at its own instant.
    one_group = {"groups": [{"name": group, "interval": "1s", "rules": rules}]}
    (home / "rules.yml").write_text(yaml.safe_dump(one_group), encoding="utf-8")
    (home / "prometheus.yml").write_text(yaml.safe_dump(_config(target)), encoding="utf-8")
    command = [
        *prometheus.command,
        f"--config.file={home}/prometheus.yml",
        f"--storage.tsdb.path={home}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-admin-api",
        "--log.level=error",
    ]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await_ready(url)
            run = LiveRun(url, one_group, target, home / "data")
            yield run
            run.http.close()
        finally:
            process.kill()


def _config(target: TargetServer) -> Any:
    job = "automation-service"
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [
            {
                "job_name": job,
                "static_configs": [{"targets": [target.address], "labels": {"service": job}}],
            }
        ],
    }


def _await_ready(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            if httpx.get(f"{url}/-/ready", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "Prometheus does not start"
        time.sleep(0.05)
