"""Every family is drawn: by hand, or by a panel that makes itself."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.monitoring.dashboards.boards import BOARDS, every_expression, panels, series

from opsconductor.contract import AUTOMATION, EXPOSED, FAMILIES, Family, Label, names
from opsconductor.monitoring.dashboards import dashboards
from opsconductor.monitoring.dashboards.also_exposed import unread
from opsconductor.settings import Settings

COUNTER = Family(
    name="kettle_boils_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Times that the kettle boiled.",
    labels=(Label("room", ("kitchen",)), Label("status", ("ok", "error"))),
    budget=6,
)
GAUGE = Family(
    name="kettle_free_ratio",
    exposed_by=(AUTOMATION,),
    kind="gauge",
    help="Room in the kettle.",
    budget=1,
)
HISTOGRAM = Family(
    name="kettle_boil_duration_seconds",
    exposed_by=(AUTOMATION,),
    kind="histogram",
    help="Time to the boil.",
    unit="seconds",
    labels=(Label("room", ("kitchen",)),),
    buckets=(1, 10, 100),
    budget=12,
)


def added(*families: Family, job: str = AUTOMATION) -> dict[str, dict[str, Any]]:
    """The boards when a process exposes these as well."""
    exposed = {**EXPOSED, job: (*EXPOSED[job], *families)}
    return {name: json.loads(text) for name, text in dashboards(Settings(), exposed).items()}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_of_the_contract_is_drawn(family: Family) -> None:
    """Some panel of some board must read the family."""
    read = {
        name
        for board in BOARDS.values()
        for expression in every_expression(board)
        for name in series(expression)
    }
    assert read & set(names([family]))


@pytest.mark.parametrize(
    ("family", "asked", "unit"),
    [
        (
            COUNTER,
            ["sum by (room, status) (rate(kettle_boils_total[$__rate_interval]))"],
            "ops",
        ),
        (GAUGE, ["max (kettle_free_ratio)"], "percentunit"),
        (
            HISTOGRAM,
            [
                f"histogram_quantile({share}, sum by (room, le) "
                "(rate(kettle_boil_duration_seconds_bucket[$__rate_interval])))"
                for share in (0.99, 0.95, 0.5)
            ],
            "s",
        ),
    ],
    ids=["counter", "gauge", "histogram"],
)
def test_a_new_family_gets_a_panel_for_nothing(family: Family, asked: list[str], unit: str) -> None:
    """Rate by labels, latest value or percentiles, named for the family, in a last row."""
    board = added(family)["opsconductor-execution.json"]
    last = board["panels"][-1]
    assert (last["title"], last["description"]) == (family.name, family.help)
    assert [target["expr"] for target in last["targets"]] == asked
    assert last["fieldConfig"]["defaults"]["unit"] == unit
    rows = [one["title"] for one in board["panels"] if one["type"] == "row"]
    assert rows[-1] == "Also exposed by automation-service"


@pytest.mark.parametrize(
    ("job", "board"),
    [("ai-pipeline", "pipeline"), ("canary", "stack"), ("supervisor", "stack")],
)
def test_it_is_on_the_board_of_its_process(job: str, board: str) -> None:
    """What the pipeline exposes is looked for on the Pipeline board, the rest's on the Stack."""
    boards = added(COUNTER, job=job)
    holders = [
        name
        for name, one in boards.items()
        if any(panel["title"] == COUNTER.name for panel in panels(one))
    ]
    assert holders == [f"opsconductor-{board}.json"]


def test_a_family_that_a_panel_reads_has_no_second_one() -> None:
    """A histogram is read where any of its series is, and a longer name is another family."""
    assert unread([HISTOGRAM], [f"sum(rate({HISTOGRAM.count}[5m]))"]) == []
    longer = replace(GAUGE, name="kettle")
    assert unread([longer], [GAUGE.name]) == [longer]
    titles = [one["title"] for board in BOARDS.values() for one in panels(board)]
    assert not {family.name for family in FAMILIES if family.name != "ai_tools_count"} & {*titles}
