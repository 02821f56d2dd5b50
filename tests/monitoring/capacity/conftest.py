"""The committed figures and the model made of them."""

from collections.abc import Callable

import pytest

from opsconductor.cli.capacity_inputs import measurements
from opsconductor.monitoring.capacity.measurements import Measurements
from opsconductor.monitoring.capacity.model import Model, model
from opsconductor.monitoring.capacity.workload import Workload, workload
from opsconductor.settings import Settings

Make = Callable[..., Workload]


@pytest.fixture(scope="session")
def measured() -> Measurements:
    """What was measured, as committed."""
    return measurements()


@pytest.fixture(scope="session")
def lines(measured: Measurements) -> Model:
    """The model of it."""
    return model(measured)


@pytest.fixture(scope="session")
def make() -> Make:
    """Makes workloads of the default settings with what is given in place of it."""

    def made(**given: float) -> Workload:
        defaults: dict[str, float] = {
            "tools": 16, "slos": 5, "memory": 16 * 2**30, "processors": 4
        }  # fmt: skip
        return workload(Settings(), **{**defaults, **given})  # type: ignore[arg-type]

    return made
