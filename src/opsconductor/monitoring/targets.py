"""Whom Prometheus scrapes: jobs, their service, address, path and interval."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.contract import AUTOMATION, EXPOSED, MONITORING, PIPELINE
from opsconductor.settings import Settings

JOBS: Mapping[str, str] = {
    AUTOMATION: AUTOMATION,
    PIPELINE: PIPELINE,
    "canary": MONITORING,
    "supervisor": MONITORING,
    "console": MONITORING,
    "prometheus": MONITORING,
    "alertmanager": MONITORING,
}
"""Scrape job to the `service` label of its target."""


@dataclass(frozen=True, slots=True)
class Target:
    """One scraped endpoint; `address` is host:port, `interval` in seconds."""

    job: str
    address: str
    interval: float
    path: str = "/metrics"

    @property
    def service(self) -> str:
        """The value of the target's `service` label."""
        return JOBS[self.job]


def series_budget(job: str) -> int | None:
    """The most series that the contract allows a job to expose; None where it is not ours."""
    exposed = EXPOSED.get(job)
    return sum(family.budget for family in exposed) if exposed else None


def loopback(port: int) -> str:
    """host:port of a process that listens on loopback only."""
    return f"127.0.0.1:{port}"


def _public(settings: Settings, port: int) -> str:
    """host:port at which a process that listens on the configured host answers."""
    host, _, number = settings.url(port).removeprefix("http://").rpartition(":")
    return f"[{host}]:{number}" if ":" in host and not host.startswith("[") else f"{host}:{number}"


def targets(settings: Settings) -> tuple[Target, ...]:
    """Every target, in the order of `JOBS`."""
    often = settings.prometheus.automation_scrape_interval_seconds
    usual = settings.prometheus.scrape_interval_seconds
    return (
        Target(AUTOMATION, _public(settings, settings.automation.internal_port), often),
        Target(PIPELINE, _public(settings, settings.pipeline.port), usual, "/pipeline/metrics"),
        Target("canary", loopback(settings.canary.port), usual),
        Target("supervisor", loopback(settings.supervisor.port), usual),
        Target("console", _public(settings, settings.console.port), usual),
        Target("prometheus", loopback(settings.prometheus.port), usual),
        Target("alertmanager", loopback(settings.alertmanager.port), usual),
    )
