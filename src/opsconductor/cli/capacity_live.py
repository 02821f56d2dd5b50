"""Ask the running Prometheus what a capacity plan is held against."""

import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.capacity.comparison import BY_JOB, QUERIES, Compared, compared
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import Plan
from opsconductor.settings import Settings
from opsconductor.stack.spec import PROMETHEUS


async def asked(
    settings: Settings, planned: Plan, found: Model
) -> tuple[Sequence[Compared], float]:
    """The plan beside what is, and how many seconds samples go back. Raises `UpstreamError`."""
    async with PrometheusClient(settings.loopback_url(settings.prometheus.port)) as client:
        told = {}
        for name, query in QUERIES.items():
            for one in await client.query(query):
                if math.isfinite(one.value[1]):
                    told[name] = one.value[1]
        by_job = {one.metric["job"]: one.value[1] for one in await client.query(BY_JOB)}
    disk = _bytes(settings.state / PROMETHEUS)
    return tuple(compared(planned, found, told, by_job, disk)), told.get("age", 0)


def _bytes(folder: Path) -> float:
    """Bytes of the files below the folder, those that vanish meanwhile left out."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
