"""What a running system tells of its processes is what the operating system knows of them."""

import httpx
import psutil
import pytest
from tests.stack.system import System, eventually

from opsconductor.monitoring.targets import JOBS

pytestmark = pytest.mark.stack

SCRAPED_SECONDS = 60
CLOSE = 0.4
"""How far memory may be off between a scrape and the look at it; a sum over children is further."""


def told(system: System, family: str) -> dict[str, float]:
    """The family's newest value of each job."""
    answer = httpx.get(
        system.url("prometheus", "/api/v1/query"), params={"query": family}, trust_env=False
    )
    found = answer.raise_for_status().json()["data"]["result"]
    return {one["metric"]["job"]: float(one["value"][1]) for one in found}


def processes(system: System) -> dict[str, psutil.Process]:
    """Each job's process; the supervisor is the parent of the others."""
    found = {job: psutil.Process(system.pid(job)) for job in JOBS if job != "supervisor"}
    supervisor = found["console"].parent()
    assert supervisor is not None
    return {**found, "supervisor": supervisor}


def test_each_page_tells_of_its_own_process(system: System) -> None:
    """Neither of another's nor, on the supervisor's page, of all those that it started."""
    eventually(
        lambda: set(told(system, "process_resident_memory_bytes")) == set(JOBS),
        SCRAPED_SECONDS, "a scrape of every job",
    )  # fmt: skip
    started, memory, most = (
        told(system, family)
        for family in (
            "process_start_time_seconds",
            "process_resident_memory_bytes",
            "process_max_fds",
        )
    )
    for job, process in processes(system).items():
        assert started[job] == pytest.approx(process.create_time(), abs=2), job
        assert memory[job] == pytest.approx(process.memory_info().rss, rel=CLOSE), job
        assert most[job] == process.rlimit(psutil.RLIMIT_NOFILE)[0], job
