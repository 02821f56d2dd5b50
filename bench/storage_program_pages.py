"""How many series Prometheus's and Alertmanager's own pages have in a system like ours."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from bench.free_port import free_port
from bench.storage_server import Server, running, series_of
from opsconductor.monitoring.capacity.measurements import Pages
from opsconductor.monitoring.notifications import alertmanager_document
from opsconductor.monitoring.prometheus_config import RULES_FILE, prometheus_document
from opsconductor.monitoring.rules import rules_document
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.settings import Settings
from opsconductor.settings.model import sections
from opsconductor.stack.programs import Program, Programs
from opsconductor.stack.slo_files import read_slos

SECONDS = 120
"""Until every group of rules was evaluated, and the Watchdog has reached Alertmanager."""
EVALUATED = "prometheus_rule_group_last_evaluation_timestamp_seconds"
SENT = "prometheus_notifications_sent_total"


def program_pages(programs: Programs, folder: Path) -> Pages:
    """Run both with the documents that we ship, though nothing answers at the targets' ports."""
    # Pages have the same series however often rules are evaluated.
    settings = with_rule_interval(_elsewhere(), 1)
    with _alertmanager(programs.alertmanager, folder, settings) as url:
        rules = rules_document(settings, read_slos(settings.alerting.slo_dir))
        (folder / RULES_FILE).write_text(yaml_text(rules), encoding="utf-8")
        config = prometheus_document(settings)
        with running(programs.prometheus, folder, config) as server:
            _wait(lambda: _evaluated(server.metrics_page(), len(rules["groups"])), "the rules")
            before = (0, 0)
            # Every target is scraped once in that time, which adds series to the page.
            while (found := _sizes(server, url)) != before:
                before = found
                time.sleep(settings.prometheus.scrape_interval_seconds + 1)
            return Pages(prometheus=found[0], alertmanager=found[1])


def _sizes(server: Server, alertmanager: str) -> tuple[int, int]:
    """Series of Prometheus's page and of Alertmanager's."""
    return len(series_of(server.metrics_page())), len(series_of(_page(alertmanager)))


@contextmanager
def _alertmanager(program: Program, folder: Path, settings: Settings) -> Iterator[str]:
    """Run Alertmanager where the settings have it; yields its metrics page's address."""
    config = folder / "alertmanager.yml"
    config.write_text(yaml_text(alertmanager_document(settings)), encoding="utf-8")
    address = f"127.0.0.1:{settings.alertmanager.port}"
    command = (
        *program.command,
        f"--config.file={config}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    )
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://{address}/metrics"
            _wait(lambda: bool(_page(url)), "Alertmanager")
            yield url
        finally:
            process.terminate()


def _evaluated(page: str, groups: int) -> bool:
    found = series_of(page)
    done = [value for name, value in found if name.startswith(EVALUATED)]
    sent = [value for name, value in found if name.startswith(SENT)]
    return len(done) == groups and min((*done, *sent)) > 0


def _page(url: str) -> str:
    with suppress(httpx.HTTPError):
        return httpx.get(url, trust_env=False).raise_for_status().text
    return ""


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(0.5)


def with_rule_interval(settings: Settings, seconds: float) -> Settings:
    """The settings with so many seconds between evaluations of our rules."""
    prometheus = settings.prometheus.model_copy(update={"rule_interval_seconds": seconds})
    return settings.model_copy(update={"prometheus": prometheus})


def _elsewhere() -> Settings:
    """The default settings with ports at which nothing of somebody else's is scraped."""
    settings = Settings()
    changed = {
        name: getattr(settings, name).model_copy(
            update={key: free_port() for key in section.model_fields if key.endswith("port")}
        )
        for name, section in sections().items()
    }
    return settings.model_copy(update=changed)
