"""What the tests of telemetry share: a page read back by a parser that is not ours."""

from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from opsconductor.telemetry import Telemetry

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
Scrape = Callable[[Telemetry], Series]


@pytest.fixture(scope="session")
def scrape() -> Scrape:
    """Every series of a process with its value, by name and labels."""

    def read(telemetry: Telemetry) -> Series:
        text = telemetry.expose(None, None).body.decode()
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return read
