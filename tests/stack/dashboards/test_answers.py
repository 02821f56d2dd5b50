"""Every query of every panel, asked of a real Prometheus under real traffic."""

import json
import math
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.monitoring.dashboards.boards import (
    BOARDS,
    SLO,
    STACK,
    compared,
    expressions,
    panel,
    panels,
)
from tests.monitoring.dashboards.quiet import QUIET
from tests.stack.system import System, eventually

from opsconductor.cli.checks.panels import substitute
from opsconductor.monitoring.promql.syntax import parse
from opsconductor.monitoring.rules import alert_expressions
from opsconductor.monitoring.targets import JOBS
from opsconductor.objectives import BURN_TIERS
from opsconductor.stack.slo_files import read_slos

pytestmark = pytest.mark.stack

CHOSEN = {
    "__rate_interval": "1m", "__range": "5m", "tool": ".*", "slo": ".*", "service": ".*",
}  # fmt: skip
RANGE_SECONDS = 300
DATA_SECONDS = 120
SETTLED_SECONDS = 5
Vector = list[dict[str, Any]]


def asked(system: System, path: str, **params: Any) -> Vector:
    """The result of a query of Prometheus or of the executions' log lines."""
    section = "automation" if path.startswith("/loki") else "prometheus"
    answer = httpx.get(system.url(section, path), params=params, trust_env=False)
    found: Vector = answer.raise_for_status().json()["data"]["result"]
    return found


def targets() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Board, panel and query of every panel."""
    for board in BOARDS.values():
        for one in panels(board):
            for target in one["targets"]:
                yield board["title"], one["title"], target


def has_data(system: System, target: dict[str, Any]) -> bool:
    """Whether the query gives a value that is one; NaN is drawn as nothing."""
    expression, now = substitute(target["expr"], CHOSEN), time.time()
    if target["datasource"]["type"] == "loki":
        start, end = (int(at * 1e9) for at in (now - RANGE_SECONDS, now))
        found = asked(system, "/loki/api/v1/query_range", query=expression, start=start, end=end)
        return bool(found)
    if target["instant"]:
        found = asked(system, "/api/v1/query", query=expression)
        return any(sample["value"][1] != "NaN" for sample in found)
    window = {"start": now - RANGE_SECONDS, "end": now, "step": 5}
    found = asked(system, "/api/v1/query_range", query=expression, **window)
    return any(value != "NaN" for series in found for _, value in series["values"])


def test_every_query_of_every_panel_has_data_but_the_quiet_ones(busy: System) -> None:
    """Under ordinary traffic a panel shows data, or is on the list that says why it has none."""
    all_of_them = list(targets())
    assert {board for board, _, _ in all_of_them} == {b["title"] for b in BOARDS.values()}

    def without() -> set[tuple[str, str]]:
        return {(board, one) for board, one, target in all_of_them if not has_data(busy, target)}

    eventually(lambda: without() == set(QUIET), DATA_SECONDS, "data in every panel")


@pytest.mark.parametrize("title", ["Uptime", "Memory", "CPU", "Open Files"])
def test_what_processes_take_is_drawn_for_each_of_them(busy: System, title: str) -> None:
    """A leak in one process is seen only if that process is a line of its own."""
    [target] = panel(STACK, title)["targets"]
    expression = substitute(target["expr"], CHOSEN)

    def drawn() -> set[str]:
        found = asked(busy, "/api/v1/query", query=expression)
        return {one["metric"]["job"] for one in found if float(one["value"][1]) > 0}

    eventually(lambda: drawn() == set(JOBS), DATA_SECONDS, f"{title} of every job")


def test_a_burn_panel_shows_the_number_that_its_alert_judges(busy: System) -> None:
    """At one moment the alert's signal and the panel's line of the same SLO must be equal."""
    rules = alert_expressions(busy.settings, read_slos(busy.settings.alerting.slo_dir))
    compared_numbers = 0
    for tier in BURN_TIERS:
        [one] = [p for p in panels(SLO) if p["title"].endswith(f"({tier.tier})")]
        # A moment that every evaluation of that time has been stored for.
        now = time.time() - SETTLED_SECONDS
        drawn = {
            (sample["metric"]["slo"], sample["value"][1])
            for text in expressions(one)
            for sample in asked(busy, "/api/v1/query", query=substitute(text, CHOSEN), time=now)
        }
        for signal, _ in {pair for text in rules[tier.alert] for pair in compared(parse(text))}:
            [judged] = asked(busy, "/api/v1/query", query=signal, time=now)
            slo, value = judged["metric"]["slo"], float(judged["value"][1])
            assert any(
                name == slo and math.isclose(float(shown), value, rel_tol=1e-9)
                for name, shown in drawn
            ), (signal, value, drawn)
            compared_numbers += 1
    objectives = asked(busy, "/api/v1/query", query="slo:objective:ratio")
    assert compared_numbers == 2 * len(BURN_TIERS) * len(objectives)


def test_check_walks_every_board(busy: System) -> None:
    """`opsconductor check` must ask each board's queries and find nothing wrong with them."""
    done = busy.cli("check")
    for board in BOARDS.values():
        [line] = [one for one in done.stdout.splitlines() if f"dashboard {board['title']}" in one]
        assert line.startswith("ok"), done.stdout
        assert f"{sum(len(one['targets']) for one in panels(board))} queries answer" in line


def test_the_time_to_exhaustion_is_the_reports(busy: System) -> None:
    """Panel and `opsconductor slo report` must agree on when a budget is used up."""
    done = busy.cli("slo", "report", "--format", "json")
    assert done.returncode == 0, done.stderr
    [text] = expressions(panel(SLO, "Time to Exhaustion"))
    shown = {
        sample["metric"]["slo"]: float(sample["value"][1])
        for sample in asked(busy, "/api/v1/query", query=substitute(text, CHOSEN))
    }
    reported = {one["slo"]: one["exhausted_in"].get("6h") for one in json.loads(done.stdout)}
    assert set(shown) == set(reported)
    for slo, seconds in reported.items():
        if seconds is None:
            assert shown[slo] == math.inf
        else:
            # A moment lies between the two questions.
            assert math.isclose(shown[slo], seconds, rel_tol=0.2), slo
