"""The plan of a system that runs is what its Prometheus has."""

import json

import httpx
import pytest
from tests.stack.system import System, eventually

from opsconductor.automation.catalogue import load as load_catalogue
from opsconductor.contract import AUTOMATION, EXPOSED

pytestmark = pytest.mark.stack

CLOSE = 0.15
"""How far a planned number of series may be from what there is."""


def _series(system: System) -> dict[str, float]:
    query = {"query": "sum by (job) (scrape_samples_scraped)"}
    url = system.url("prometheus", "/api/v1/query")
    found = httpx.get(url, params=query, trust_env=False).json()["data"]["result"]
    return {one["metric"]["job"]: float(one["value"][1]) for one in found}


@pytest.fixture(scope="module")
def used(system: System) -> System:
    """The system with every tool run once, as each is sooner or later, and once an unknown one."""
    names = [*load_catalogue(system.settings.automation.tools_dir).tools, "nobody-has-this"]
    for name in names:
        httpx.post(
            system.url("automation", "/ai/tools/execute"),
            json={"name": name, "params": {}},
            timeout=60,
            trust_env=False,
        )
    seen = _series(system).get(AUTOMATION, 0)

    def settled() -> bool:
        nonlocal seen
        before, seen = seen, _series(system).get(AUTOMATION, 0)
        return len(_series(system)) == 7 and seen == before > 300

    eventually(settled, 60, "every tool to be scraped")
    return system


def test_the_planned_series_are_those_that_there_are(used: System) -> None:
    """Each job of ours is planned within 15 % of what its page has, and so is the whole."""
    answer = used.cli("capacity", "--live", "--format", "json")
    assert answer.returncode == 0, answer.stderr
    live = {one["name"]: one for one in json.loads(answer.stdout)["live"]}
    for job in EXPOSED:
        if live[f"series of {job}"]["measured"]:
            assert abs(live[f"series of {job}"]["off"]) < CLOSE, live[f"series of {job}"]
    assert abs(live["series in all"]["off"]) < CLOSE, live["series in all"]


def test_the_comparison_is_shown_to_people(used: System) -> None:
    """Planned and measured stand side by side, with how far the plan is off."""
    answer = used.cli("capacity", "--live")
    assert answer.returncode == 0, answer.stderr
    assert "plan is off by" in answer.stdout
    assert "Samples go back" in answer.stdout
    for what in ("samples a second", "disk by now", "memory", "processor"):
        assert what in answer.stdout
    assert "not told" not in answer.stdout
