"""The system's own inventory, worked out once."""

import pytest

from opsconductor.cli.reference import known
from opsconductor.monitoring.dashboards import dashboards
from opsconductor.monitoring.reference.inventory import Inventory
from opsconductor.settings import Settings
from opsconductor.stack.slo_files import read_slos


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    """What the pages tell of with the default settings."""
    settings = Settings()
    return known(settings, read_slos(settings.alerting.slo_dir), dashboards(settings))
