"""A workload that makes no sense is refused with the option to change."""

import pytest
from tests.monitoring.capacity.conftest import Make

from opsconductor.monitoring.capacity.error import WorkloadError
from opsconductor.objectives import DAY
from opsconductor.settings import Settings


@pytest.mark.parametrize(
    ("given", "option", "says"),
    [
        ({"services": 0}, "--services", "0 services"),
        ({"services": -3}, "--services", "-3 services"),
        ({"services": 10**9}, "--services", "1000000000 services"),
        ({"tools": -1}, "--tools", "-1 tools"),
        ({"slos": -1}, "--slos", "-1 objectives"),
        ({"replicas": 0}, "--replicas", "0 Prometheus servers"),
        ({"memory": 2**20}, "--memory", "256 MiB"),
        ({"processors": 0}, "--cores", "0 cores"),
        ({"retention": 10 * 365 * DAY}, "--retention", "Thanos"),
        ({"retention": 60}, "--retention", "less than 2h"),
        ({"interval": 0}, "--scrape-interval", "an interval of 0 s"),
        ({"interval": 0.05}, "--scrape-interval", "must not overlap"),
        ({"interval": 600}, "--scrape-interval", "stale"),
    ],
)
def test_nonsense_is_refused(make: Make, given: dict[str, float], option: str, says: str) -> None:
    """The text says what is wrong or what to do, and the option which to change."""
    with pytest.raises(WorkloadError, match=says) as refused:
        make(**given)
    assert refused.value.option == option


def test_what_is_not_given_is_as_configured(make: Make) -> None:
    """Two services, fifteen days and the intervals of the settings."""
    found, settings = make(), Settings().prometheus
    assert found.services == 2
    assert found.retention == settings.retention_days * DAY
    assert found.rule_interval == settings.rule_interval_seconds
    assert min(found.intervals.values()) == settings.automation_scrape_interval_seconds
