"""The incidents on a real Prometheus: each expression holds exactly when the simulation says."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.evidence.approaches import APPROACHES, BurnAlert
from opsconductor.monitoring.evidence.firing import Watched
from opsconductor.monitoring.evidence.history import SCRAPE, WARM_UP, history
from opsconductor.monitoring.evidence.incident import BUDGET, Incident
from opsconductor.monitoring.evidence.promql import Counted, condition, openmetrics
from opsconductor.monitoring.evidence.rate import Sample
from opsconductor.monitoring.evidence.results import Checked
from opsconductor.objectives import HOUR
from opsconductor.proof.history_server import backfill, holding, serving
from opsconductor.proof.promtool import BackfillError
from opsconductor.stack.programs import Programs

EPOCH: Final = 1_700_000_100
"""The Unix second at which every incident starts, on the scrape grid of the histories."""
LONGEST_WHOLE: Final = 6 * HOUR
"""Windows up to here are asked for at every evaluation, longer ones at every `SPARSE`th."""
SPARSE: Final = 20
BATCH: Final = 8
"""Incidents in one server, so that neither promtool nor the disk has to hold them all."""


async def check(programs: Programs, incidents: Iterable[Incident], folder: Path) -> Checked:
    """Compare every expression at its evaluations. Raises `BackfillError` where one differs."""
    wanted = tuple(incidents)
    compared, version = 0, ""
    for begin in range(0, len(wanted), BATCH):
        part = {one: Watched(history(one), one.end + one.quiet) for one in wanted[begin:][:BATCH]}
        samples = tuple(_counted(one, watched) for one, watched in part.items())
        place = folder / str(begin)
        place.mkdir()
        data = await backfill(programs, openmetrics(samples, EPOCH), place)
        async with serving(programs, data) as client:
            version = (await client.buildinfo()).version
            for one, watched in part.items():
                compared += await _compare(client, one, watched)
    return Checked(incidents=[one.key for one in wanted], evaluations=compared, prometheus=version)


async def _compare(client: PrometheusClient, incident: Incident, watched: Watched) -> int:
    compared = 0
    for alert in _conditions():
        every = 1 if max(alert.windows) <= LONGEST_WHOLE else SPARSE
        times, ours = watched.times[::every], watched.holds(alert)[::every]
        asked = condition(alert, BUDGET, {"incident": incident.key})
        theirs = [holds for _, holds in await holding(client, asked, times, EPOCH)]
        if theirs != ours:
            first = next(n for n, (a, b) in enumerate(zip(theirs, ours, strict=True)) if a != b)
            raise BackfillError(
                f"{incident.key}, {times[first] / 1000:g} s after its start: Prometheus finds "
                f"{theirs[first]}, the simulation {ours[first]}, for\n{asked}"
            )
        compared += len(times)
    return compared


def _conditions() -> list[BurnAlert]:
    """Every alert whose expression differs from the others'."""
    alerts = (alert for approach in APPROACHES for alert in approach.alerts)
    return list(
        {(one.windows, one.factor, one.inclusive, one.least_errors): one for one in alerts}.values()
    )


def _counted(incident: Incident, watched: Watched) -> Counted:
    def samples(values: list[int]) -> tuple[Sample, ...]:
        return tuple(Sample((n * SCRAPE - WARM_UP) * 1000, value) for n, value in enumerate(values))

    counted = watched.counted
    return Counted({"incident": incident.key}, samples(counted.requests), samples(counted.errors))
