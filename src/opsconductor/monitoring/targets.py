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

_LOOPBACK = "127.0.0.1"


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


def address(settings: Settings, port: int) -> str:
    """host:port at which a process that listens on the configured host answers."""
    return settings.url(port).removeprefix("http://")


def targets(settings: Settings) -> tuple[Target, ...]:
    """Every target, in the order of `JOBS`."""
    often = settings.prometheus.automation_scrape_interval_seconds
    usual = settings.prometheus.scrape_interval_seconds
    ports = {
        "console": settings.console.port,
        "prometheus": settings.prometheus.port,
        "alertmanager": settings.alertmanager.port,
    }
    return (
        Target(AUTOMATION, address(settings, settings.automation.internal_port), often),
        Target(PIPELINE, address(settings, settings.pipeline.port), usual, "/pipeline/metrics"),
        Target("canary", f"{_LOOPBACK}:{settings.canary.port}", usual),
        Target("supervisor", f"{_LOOPBACK}:{settings.supervisor.port}", usual),
        *(Target(job, address(settings, port), usual) for job, port in ports.items()),
    )
