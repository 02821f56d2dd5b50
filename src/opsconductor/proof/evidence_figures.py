"""The figures on a real Prometheus: each outage backfilled, each alert's expression evaluated."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.evidence.figure import BUDGET, PER_SECOND, PERIOD, Figure, Outage
from opsconductor.monitoring.evidence.measuring import explained
from opsconductor.monitoring.evidence.promql import Counted, condition, instants, openmetrics, spent
from opsconductor.monitoring.evidence.rate import Sample
from opsconductor.monitoring.evidence.results import Figures, Measured, figure_inputs
from opsconductor.monitoring.evidence.simulation import HISTORY, SHIPPED, Sampling, fine, value
from opsconductor.proof.history_server import backfill, holding, serving
from opsconductor.proof.promtool import BackfillError
from opsconductor.stack.programs import Programs

EPOCH: Final = 1_700_000_000
"""The Unix second at which every outage starts; any will do."""


async def measure(programs: Programs, figures: Iterable[Figure], folder: Path) -> Figures:
    """Measure the figures, with `folder` for the samples. Raises `BackfillError`."""
    wanted = tuple(figures)
    simulated = {one.key: explained(one) for one in wanted}
    data = await backfill(programs, openmetrics(tuple(_services(wanted)), EPOCH), folder)
    async with serving(programs, data) as client:
        version = (await client.buildinfo()).version
        found = {
            one.key: Measured(
                **simulated[one.key],
                fine_prometheus=await _figure(client, one, fine(one.fine)),
                shipped_prometheus=await _figure(client, one, SHIPPED),
            )
            for one in wanted
        }
    return Figures(inputs=figure_inputs(), prometheus=version, figures=found)


async def _figure(client: PrometheusClient, figure: Figure, sampling: Sampling) -> float | None:
    labels = _labels(figure.outage, sampling)
    gone = spent(BUDGET * PER_SECOND * PERIOD, labels)
    asked = condition(figure.alert, BUDGET, labels) if figure.alert else f"{gone} >= 1"
    times = instants(sampling.evaluations, round(figure.start * 1000), round(figure.until * 1000))
    truths = await holding(client, asked, times, EPOCH)
    # The value's own time is only known once the instant is.
    at = figure.instant(iter(truths))
    looked = at if at is not None else round(figure.until * 1000)
    answer = await client.query(gone, EPOCH + looked / 1000)
    if not answer:
        raise BackfillError(f"figure {figure.key}: the counters are not there at {looked} ms")
    return value(figure, iter(truths), lambda _: answer[0].value[1])


def _services(figures: tuple[Figure, ...]) -> Iterator[Counted]:
    """The samples of every outage on both grids, as far back and on as its figures look."""
    spans: dict[tuple[str, int, int], tuple[Outage, Sampling, int, int]] = {}
    for figure in figures:
        back = max(figure.alert.windows, default=0) * 1000 if figure.alert else 0
        until = round(figure.until * 1000)
        for sampling in (fine(figure.fine), SHIPPED):
            key = (figure.outage.key, sampling.scrapes.step, sampling.scrapes.phase)
            _, _, known_back, known_until = spans.get(key, (None, None, 0, 0))
            spans[key] = (
                figure.outage,
                sampling,
                max(back, known_back),
                max(until, known_until),
            )
    for outage, sampling, back, until in spans.values():
        step = sampling.scrapes.step
        yield _counted(
            outage, sampling, range(sampling.scrapes.first(-back - step), until + step, step)
        )


def _counted(outage: Outage, sampling: Sampling, times: range) -> Counted:
    return Counted(
        _labels(outage, sampling),
        requests=tuple(Sample(at, outage.requests(at / 1000 + HISTORY)) for at in times),
        errors=tuple(Sample(at, outage.errors(at / 1000)) for at in times),
    )


def _labels(outage: Outage, sampling: Sampling) -> dict[str, str]:
    grid = sampling.scrapes
    return {"outage": outage.key, "scraped": f"{grid.step}ms+{grid.phase}ms"}
