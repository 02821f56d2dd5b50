"""What the pipeline's tests share."""

import pytest
from tests.pipeline.fake_automation import FakeAutomation, real_tools

from opsconductor.pipeline.profiles import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The project's own tools, prepared for reading sentences."""
    return Catalogue(real_tools())


@pytest.fixture
def automation() -> FakeAutomation:
    """An automation-service with the project's own tools whose runs all succeed."""
    return FakeAutomation()
