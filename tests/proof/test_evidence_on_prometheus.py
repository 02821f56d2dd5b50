"""The evidence on a real Prometheus: what it sees is what the simulation says it must."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest

from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.evidence.figures import FIGURES
from opsconductor.monitoring.evidence.firing import Watched
from opsconductor.monitoring.evidence.history import history
from opsconductor.monitoring.evidence.incidents import INCIDENTS
from opsconductor.proof import evidence_incidents
from opsconductor.proof.evidence_figures import measure
from opsconductor.proof.history_server import backfill, serving
from opsconductor.proof.promtool import BackfillError
from opsconductor.proof.temporary_prometheus import TemporaryPrometheusError
from opsconductor.stack.programs import Programs

QUICK_FIGURES = {"1-detects-at-1", "4-resets", "6-detects", "6-resets-short", "exhausts-at-1000"}
QUICK_INCIDENTS = {"total-15m", "rare-two-errors", "flap-10m-of-2h"}


@pytest.mark.stack
@pytest.mark.anyio
async def test_figures_come_out_of_a_real_server(programs: Programs, tmp_path: Path) -> None:
    """Backfilled and evaluated, each outage gives the simulated instant to the millisecond."""
    figures = [one for one in FIGURES if one.key in QUICK_FIGURES]
    measured = await measure(programs, figures, tmp_path)
    assert len(measured.figures) == len(QUICK_FIGURES)
    for key, found in measured.figures.items():
        assert found.fine_prometheus is not None, key
        assert found.fine_prometheus == pytest.approx(found.fine, abs=1e-9), key
        assert found.shipped_prometheus == pytest.approx(found.shipped, abs=1e-9), key


@pytest.mark.stack
@pytest.mark.anyio
async def test_incidents_hold_on_a_real_server(programs: Programs, tmp_path: Path) -> None:
    """Every expression of every approach holds at the evaluations at which the simulation says."""
    incidents = [one for one in INCIDENTS if one.key in QUICK_INCIDENTS]
    checked = await evidence_incidents.check(programs, incidents, tmp_path)
    assert set(checked.incidents) == QUICK_INCIDENTS
    assert checked.evaluations > 100_000


class SilentPrometheus:
    """Answers every range query with nothing."""

    async def query_range(self, *_: object) -> list[object]:
        """No series."""
        return []


@pytest.mark.anyio
async def test_a_disagreement_is_an_error() -> None:
    """A server that never sees an outage does not pass for one that agrees."""
    (incident,) = (one for one in INCIDENTS if one.key == "total-15m")
    seen = Watched(history(incident), incident.end + incident.quiet)
    client = cast("PrometheusClient", SilentPrometheus())
    with pytest.raises(BackfillError, match=r"total-15m, .* Prometheus finds False"):
        await evidence_incidents._compare(client, incident, seen)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "lines", [["this is no sample\n"], ["# EOF\n"], ["x_total 1 1700000000\n"]]
)
async def test_samples_that_promtool_does_not_take_are_an_error(
    lines: Iterable[str], programs: Programs, tmp_path: Path
) -> None:
    """Nonsense, nothing, and a file without its end leave no history that looks healthy."""
    with pytest.raises(BackfillError, match=r"promtool (refuses the samples|wrote no block)"):
        await backfill(programs, lines, tmp_path)


@pytest.mark.anyio
async def test_a_server_that_does_not_start_says_why(programs: Programs, tmp_path: Path) -> None:
    """What is wrong with the data folder is said in Prometheus's own words."""
    data = tmp_path / "data"
    data.write_text("not a folder")
    with pytest.raises(TemporaryPrometheusError, match=r"(?s)not start.*not a directory"):
        async with serving(programs, data):
            pytest.fail("a server came up over a file")
