"""Every process tells what it takes of the machine, under the names of all client libraries."""

import os
import resource
import time
from functools import partial
from pathlib import Path

import prometheus_client
import psutil
import pytest
from tests.telemetry.conftest import Scrape

from opsconductor.contract import EXPOSED, Family, process_families
from opsconductor.telemetry import Telemetry, process_collector

STANDARD = tuple(one for one in vars(process_families).values() if isinstance(one, Family))


@pytest.mark.parametrize("process", EXPOSED)
def test_a_page_tells_of_its_own_process(process: str, scrape: Scrape) -> None:
    """The values are those of the process that exposes them, as the operating system has them."""
    before, me = time.process_time(), psutil.Process()
    found = {name: value for (name, _), value in scrape(Telemetry(EXPOSED[process])).items()}
    assert found["process_resident_memory_bytes"] == pytest.approx(me.memory_info().rss, rel=0.2)
    assert before - 0.1 <= found["process_cpu_seconds_total"] <= time.process_time() + 0.1
    assert 3 <= found["process_open_fds"] <= found["process_max_fds"]
    assert found["process_max_fds"] == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert found["process_start_time_seconds"] == pytest.approx(me.create_time(), abs=2)


def test_the_values_are_those_of_the_moment_of_the_scrape(scrape: Scrape) -> None:
    """A file that is opened between two scrapes is seen by the second, a closed one no longer."""
    telemetry = Telemetry(STANDARD)
    series = ("process_open_fds", frozenset[tuple[str, str]]())
    before = scrape(telemetry)[series]
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(20)]
    try:
        assert scrape(telemetry)[series] == before + 20
    finally:
        for one in held:
            os.close(one)
    assert scrape(telemetry)[series] == before


def test_what_the_system_does_not_tell_is_absent(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A made-up 0 would read as a process without memory that started in 1970."""
    without_proc = partial(prometheus_client.ProcessCollector, proc=str(tmp_path))
    monkeypatch.setattr(process_collector, "ProcessCollector", without_proc)
    assert scrape(Telemetry(STANDARD)) == {}


@pytest.mark.parametrize(
    ("accept", "suffix"), [(None, ""), ("application/openmetrics-text", "_total")]
)
def test_name_help_and_type_are_the_contracts(accept: str | None, suffix: str) -> None:
    """The library's texts would be a second source; OpenMetrics names a counter bare."""
    page = Telemetry(STANDARD).expose(accept, None).body.decode()
    for one in STANDARD:
        name = one.name.removesuffix(suffix)
        assert f"# HELP {name} {one.help}\n# TYPE {name} {one.kind}\n{one.name} " in page


def test_a_process_that_declares_none_of_them_tells_none(scrape: Scrape) -> None:
    """What is on a page is what the contract says, not what the library can read."""
    assert scrape(Telemetry(())) == {}


def test_everything_declared_can_be_read() -> None:
    """A family beside the others that nobody reads would be missing from every page."""
    assert {one.name for one in process_collector.READ} == {one.name for one in STANDARD}
