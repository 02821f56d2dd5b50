"""The dashboards are valid, complete, and about metrics that exist."""

import json
import re
from itertools import combinations

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from tests.monitoring.dashboards.boards import (
    BOARDS,
    EXECUTION,
    PIPELINE,
    SELECTOR,
    SLO,
    STACK,
    TEXTS,
    Board,
    every_expression,
    limits,
    panel,
    panels,
    series,
)

from opsconductor.contract import EXPOSED, IMPORTED, RECORDED, names
from opsconductor.monitoring.dashboards import dashboards
from opsconductor.monitoring.durations import duration
from opsconductor.objectives import THRESHOLDS
from opsconductor.settings import Settings

every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS.keys())

_KNOWN = {
    *(name for exposed in EXPOSED.values() for name in names(exposed)),
    *(imported.name for imported in IMPORTED),
    *(recorded.name for recorded in RECORDED),
}
_UNITS = {
    "reqps", "ops", "cps", "percentunit", "s", "suffix:s", "suffix:x", "decbytes", "short", "none",
    "string",
}  # fmt: skip


@every_board
def test_the_sdk_reads_and_writes_a_board_without_loss(board: Board) -> None:
    """What the SDK's own reader makes of the JSON must be the JSON again."""
    register_default_plugins()
    again = json.loads(json.dumps(Dashboard.from_json(board), cls=JSONEncoder))
    assert again == board


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_is_the_plain_board_named_for_its_uid(name: str) -> None:
    """Grafana provisions the board itself, so it must not be wrapped, and ends with a newline."""
    assert "dashboard" not in BOARDS[name]
    assert f"{BOARDS[name]['uid']}.json" == name
    assert TEXTS[name].endswith("}\n")


def test_the_text_is_the_same_each_time() -> None:
    """Two renderings of the same settings must be the same bytes."""
    assert dashboards(Settings()) == TEXTS


@every_board
def test_every_expression_reads_only_metrics_of_the_contract(board: Board) -> None:
    """A name that is neither exposed nor imported must not be in any expression."""
    found = {name for expression in every_expression(board) for name in series(expression)}
    assert found
    assert found <= _KNOWN


@every_board
def test_every_panel_says_what_it_shows(board: Board) -> None:
    """Title, description, unit, data source and a query must be on each panel."""
    for one in panels(board):
        assert one["title"]
        assert one["description"].endswith(".")
        assert one["datasource"]["uid"] in {"${datasource}", "${logs}"}
        assert one["targets"]
        assert one["fieldConfig"]["defaults"]["unit"] in _UNITS


@every_board
def test_no_panel_lies_over_another(board: Board) -> None:
    """On the grid of 24 columns each panel must have its own place."""
    for first, second in combinations([one["gridPos"] for one in board["panels"]], 2):
        apart = (
            first["x"] + first["w"] <= second["x"]
            or second["x"] + second["w"] <= first["x"]
            or first["y"] + first["h"] <= second["y"]
            or second["y"] + second["h"] <= first["y"]
        )
        assert apart, (first, second)
    assert all(one["gridPos"]["x"] + one["gridPos"]["w"] <= 24 for one in board["panels"])


@every_board
def test_panel_ids_are_unique(board: Board) -> None:
    """Grafana links to a panel by its id, so no two may share one."""
    ids = [one["id"] for one in board["panels"]]
    assert len(set(ids)) == len(ids)


@every_board
def test_a_board_opens_on_the_last_half_hour_and_reloads(board: Board) -> None:
    """Range and refresh must be now-30m to now every 10 seconds."""
    assert board["time"] == {"from": "now-30m", "to": "now"}
    assert board["refresh"] == "10s"
    assert board["schemaVersion"] >= 39


@every_board
def test_firing_alerts_are_marked_but_the_watchdog_is_not(board: Board) -> None:
    """The annotation must select firing alerts; one that always fires would hide the rest."""
    [alerts] = board["annotations"]["list"]
    assert alerts["enable"]
    assert alerts["expr"] == 'ALERTS{alertstate="firing", alertname!="Watchdog"}'


def test_the_execution_board_begins_as_drawn() -> None:
    """Rows and panels must come in the order of the drawing; what is more comes after."""
    assert [one["title"] for one in EXECUTION["panels"]][:10] == [
        "Request Overview",
        "Request Rate (by status)",
        "Error Rate (by reason + %)",
        "Latency Analysis",
        "Request Duration (P50/P95/P99)",
        "Requests by Tool",
        "Distribution",
        "Duration Heatmap",
        "Debugging",
        "Trace ID Links",
    ]


def test_the_selector_board_begins_as_drawn() -> None:
    """Rows and panels must come in the order of the drawing; what is more comes after."""
    assert [one["title"] for one in SELECTOR["panels"]][:13] == [
        "Request Overview",
        "Request Rate (by status)",
        "Request Rate (by source)",
        "Health Metrics",
        "Cache Hit Rate",
        "DB Errors",
        "Cache Entries",
        "Cache TTL",
        "Performance",
        "Request Duration (P50/P95/P99)",
        "Cache Eviction Rate",
        "Build Info",
        "Build Info",
    ]


def test_there_are_five_boards_in_the_order_of_a_look() -> None:
    """Whoever is woken looks at requests first and at the monitoring itself last."""
    titles = [board["title"] for board in BOARDS.values()]
    assert titles == ["Execution", "Selector", "Pipeline", "SLO", "Stack"]


@pytest.mark.parametrize(
    ("board", "title", "drawn"),
    [
        (EXECUTION, "Error Rate (by reason + %)", [0.05]),
        (EXECUTION, "Request Duration (P50/P95/P99)", [1, 5]),
        (SELECTOR, "Request Duration (P50/P95/P99)", [0.5]),
        (SELECTOR, "Cache Eviction Rate", [10]),
    ],
)
def test_a_graph_draws_the_limits_of_its_alerts(
    board: Board, title: str, drawn: list[float]
) -> None:
    """The dashed lines must be at 5 %, at 1 s and 5 s, at 0.5 s and at 10/s."""
    one = panel(board, title)
    assert limits(one) == drawn
    assert one["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"]["mode"] == "dashed"


def test_a_changed_limit_moves_the_line() -> None:
    """A threshold from the user's settings must be drawn in place of the default."""
    changed = Settings.model_validate(
        {"alerting": {"thresholds": {"AIExecutionErrorRateHigh": 0.2}}}
    )
    board = json.loads(dashboards(changed)["opsconductor-execution.json"])
    assert limits(panel(board, "Error Rate (by reason + %)")) == [0.2]


def test_the_error_rate_is_the_one_that_the_objective_records() -> None:
    """One definition of success: the line must be the recorded ratio over the alert's window."""
    window = THRESHOLDS["AIExecutionErrorRateHigh"].window
    line = panel(EXECUTION, "Error Rate (by reason + %)")["targets"][0]["expr"]
    assert series(line) == {f"slo:sli_errors_per_sli_events:ratio_rate{window // 60}m"}
    assert 'slo="execution-success"' in line


def test_whether_callers_mistakes_count_is_said() -> None:
    """The recorded ratio follows the setting, and the panel's words must follow it too."""
    changed = Settings.model_validate({"alerting": {"count_caller_mistakes": True}})
    board = json.loads(dashboards(changed)["opsconductor-execution.json"])
    title = "Error Rate (by reason + %)"
    assert "mistakes left out" in panel(EXECUTION, title)["description"]
    assert "mistakes" not in panel(board, title)["description"]


@pytest.mark.parametrize(
    "board", [EXECUTION, SELECTOR, PIPELINE], ids=["execution", "selector", "pipeline"]
)
def test_latency_panels_ask_for_exemplars_once(board: Board) -> None:
    """One query of each latency panel must ask for exemplars: three would draw each thrice."""
    one = panel(board, "Request Duration (P50/P95/P99)")
    assert [target["exemplar"] for target in one["targets"]].count(True) == 1


def test_the_trace_table_reads_executions_and_links_each_to_its_logs() -> None:
    """The table must come from the Loki data source with columns as drawn, each row a link."""
    one = panel(EXECUTION, "Trace ID Links")
    assert one["datasource"]["type"] == "loki"
    assert [step["id"] for step in one["transformations"]] == ["extractFields", "organize"]
    renamed = one["transformations"][1]["options"]["renameByName"]
    assert set(renamed.values()) == {"Status", "Tool", "Trace ID", "View Logs"}
    [view] = [
        override["properties"]
        for override in one["fieldConfig"]["overrides"]
        if override["matcher"]["options"] == "View Logs"
    ]
    [links] = [entry["value"] for entry in view if entry["id"] == "links"]
    assert links[0]["url"] == "${console}/executions/${__value.raw}"


@every_board
def test_a_tile_without_a_graph_shows_what_is_and_not_what_was(board: Board) -> None:
    """Over a range, a target that was not there yet would be down beside the one that is up."""
    tiles = [
        one
        for one in panels(board)
        if one["type"] in {"bargauge", "gauge"} or one["options"].get("graphMode") == "none"
    ]
    assert [one["title"] for one in tiles if not all(t["instant"] for t in one["targets"])] == []


@every_board
def test_rates_use_a_window_that_fits_the_zoom_or_an_alerts_own(board: Board) -> None:
    """No window may be a number of its own invention."""
    of_alerts = {duration(threshold.window) for threshold in THRESHOLDS.values()}
    allowed = {"$__rate_interval", "$__range", *of_alerts}
    windows = {
        window
        for expression in every_expression(board)
        for window in re.findall(r"\[([^\]]+)\]", expression)
    }
    assert windows <= allowed


@pytest.mark.parametrize(
    ("board", "names"),
    [(EXECUTION, {"tool"}), (SELECTOR, set()), (PIPELINE, set()), (SLO, {"slo", "service"})],
    ids=["execution", "selector", "pipeline", "slo"],
)
def test_a_variable_filters_something_real(board: Board, names: set[str]) -> None:
    """Each choice must be read by some panel, and no board offers one that does nothing."""
    choices = {one["name"] for one in board["templating"]["list"] if one["type"] == "query"}
    assert choices == names
    asked = " ".join(every_expression(board))
    assert all(f'=~"${name}"' in asked for name in names)


@every_board
def test_every_board_leads_to_the_others_and_to_the_console(board: Board) -> None:
    """The links in the head must be to all of our boards, and runbooks must have an address."""
    [link] = board["links"]
    assert link["type"] == "dashboards"
    assert link["tags"] == board["tags"] == ["opsconductor"]
    [console] = [one for one in board["templating"]["list"] if one["name"] == "console"]
    assert console["query"] == "http://127.0.0.1:3001"


def test_runbooks_of_the_users_own_are_linked() -> None:
    """With an address of their own in the settings, panels must lead there."""
    changed = Settings.model_validate({"alerting": {"runbook_base_url": "https://wiki.test/run/"}})
    links = [
        link["url"]
        for text in dashboards(changed).values()
        for one in panels(json.loads(text))
        for link in one.get("links") or ()
        if link["title"].startswith("Runbook ")
    ]
    assert len(links) > len(THRESHOLDS)
    assert all(url.startswith("https://wiki.test/run/") for url in links)


def test_the_stack_board_names_every_target_and_our_budgets() -> None:
    """A target that nobody scrapes must show as down, and each process of ours has a bar."""
    assert len(panel(STACK, "Targets")["targets"]) == 7
    assert len(panel(STACK, "Series against the Budget")["targets"]) == len(EXPOSED)
