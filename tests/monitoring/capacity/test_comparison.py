"""A plan beside a server that runs: what is off, by how much, and what cannot be told."""

import pytest
from tests.monitoring.capacity.conftest import Make

from opsconductor.contract import AUTOMATION, EXPOSED, series_at
from opsconductor.monitoring.capacity.comparison import Compared, compared, too_young
from opsconductor.monitoring.capacity.model import Model
from opsconductor.monitoring.capacity.plan import plan
from opsconductor.objectives import DAY, HOUR


def _compared(make: Make, lines: Model, age: float = 0, **told: float) -> dict[str, Compared]:
    planned = plan(make(), lines)
    jobs = {AUTOMATION: 400.0}
    found = compared(planned, lines, {"age": age, **told}, jobs, 1e6)
    return {one.name: one for one in found}


def test_off_is_the_plan_against_what_is(make: Make, lines: Model) -> None:
    """A tenth more than there is reads as +10 %."""
    series = plan(make(), lines).series
    found = _compared(make, lines, series=series / 1.1)
    assert found["series in all"].off == pytest.approx(0.1)
    assert found["series in all"].document()["off"] == pytest.approx(0.1)


def test_series_of_a_job_are_those_of_its_page(make: Make, lines: Model) -> None:
    """Without what Prometheus adds for each target."""
    found = _compared(make, lines)[f"series of {AUTOMATION}"]
    assert found.planned == series_at(EXPOSED[AUTOMATION], 16)
    assert found.measured == 400


def test_what_the_server_does_not_tell_is_not_made_up(make: Make, lines: Model) -> None:
    """No figure, and nothing that it is off by."""
    found = _compared(make, lines)["memory"]
    assert found.measured is None
    assert found.off is None


def test_a_young_server_is_said_to_be_young() -> None:
    """Its windows are not full; after six hours there is nothing to explain."""
    assert too_young(600).startswith("Samples go back 10 min")
    assert too_young(6 * HOUR) == ""


def test_disk_grows_with_age_up_to_the_retention(make: Make, lines: Model) -> None:
    """A young server has its log alone, an old one all that is kept."""
    ages = (0, HOUR, 12 * HOUR, 5 * DAY, 15 * DAY + 3 * HOUR, 90 * DAY)
    disks = [_compared(make, lines, age=age)["disk by now"].planned for age in ages]
    assert disks[0] == 0
    assert disks == sorted(disks)
    assert disks[-1] == disks[-2]
    planned = plan(make(), lines)
    assert disks[-1] == pytest.approx(planned.blocks + planned.log)
