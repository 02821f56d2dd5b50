"""The dashboards are valid, complete, and about metrics that exist."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from opsconductor.contract import EXPOSED, IMPORTED, names
from opsconductor.monitoring.dashboards import dashboards
from opsconductor.objectives import THRESHOLDS
from opsconductor.settings import Settings

TEXTS = dashboards(Settings())
BOARDS: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in TEXTS.items()}
EXECUTION = BOARDS["opsconductor-execution.json"]
SELECTOR = BOARDS["opsconductor-selector.json"]
every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS.keys())

_KNOWN = {
    *(name for exposed in EXPOSED.values() for name in names(exposed)),
    *(imported.name for imported in IMPORTED),
}
_PROMQL_WORDS = {
    "and", "by", "clamp_min", "group_left", "histogram_quantile", "increase", "label_values",
    "max", "on", "or", "rate", "sum", "vector",
}  # fmt: skip


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """The board's panels that show something."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def panel(board: dict[str, Any], title: str) -> dict[str, Any]:
    """The one panel of that title."""
    [found] = [one for one in panels(board) if one["title"] == title]
    return found


def expressions(board: dict[str, Any]) -> Iterator[str]:
    """Every PromQL expression of the board: panels, annotations and variables."""
    for one in panels(board):
        if one["datasource"]["type"] == "prometheus":
            yield from (target["expr"] for target in one["targets"])
    yield from (note["expr"] for note in board["annotations"]["list"] if "expr" in note)
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


def identifiers(expression: str) -> set[str]:
    """The names outside label matchers, windows, groupings and numbers."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|on) \([^)]*\)|\d[\d.e+-]*", " ", expression)
    return set(re.findall(r"[a-zA-Z_][a-zA-Z0-9_]*", bare)) - _PROMQL_WORDS - {"tool"}


@every_board
def test_the_sdk_reads_and_writes_a_board_without_loss(board: dict[str, Any]) -> None:
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
def test_every_expression_reads_only_metrics_of_the_contract(board: dict[str, Any]) -> None:
    """A name that is neither exposed nor imported must not be in any expression."""
    found = {name for expression in expressions(board) for name in identifiers(expression)}
    assert found
    assert found <= _KNOWN


@every_board
def test_every_panel_says_what_it_shows(board: dict[str, Any]) -> None:
    """Title, description, unit, data source and a query must be on each panel."""
    for one in panels(board):
        assert one["title"]
        assert one["description"].endswith(".")
        assert one["datasource"]["uid"] in {"${datasource}", "${logs}"}
        assert one["targets"]
        unit = one["fieldConfig"]["defaults"]["unit"]
        assert unit in {"reqps", "ops", "percentunit", "s", "suffix:s", "short", "none", "string"}


@every_board
def test_no_panel_lies_over_another(board: dict[str, Any]) -> None:
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
def test_panel_ids_are_unique(board: dict[str, Any]) -> None:
    """Grafana links to a panel by its id, so no two may share one."""
    ids = [one["id"] for one in board["panels"]]
    assert len(set(ids)) == len(ids)


@every_board
def test_a_board_opens_on_the_last_half_hour_and_reloads(board: dict[str, Any]) -> None:
    """Range and refresh must be now-30m to now every 10 seconds."""
    assert board["time"] == {"from": "now-30m", "to": "now"}
    assert board["refresh"] == "10s"
    assert board["schemaVersion"] >= 39


@every_board
def test_firing_alerts_are_marked_but_the_watchdog_is_not(board: dict[str, Any]) -> None:
    """The annotation must select firing alerts; one that always fires would hide the rest."""
    [alerts] = board["annotations"]["list"]
    assert alerts["enable"]
    assert alerts["expr"] == 'ALERTS{alertstate="firing", alertname!="Watchdog"}'


def test_the_execution_board_is_laid_out_as_drawn() -> None:
    """Rows and panels must come in the order of the drawing."""
    assert [one["title"] for one in EXECUTION["panels"]] == [
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


def test_the_selector_board_is_laid_out_as_drawn() -> None:
    """Rows and panels must come in the order of the drawing."""
    assert [one["title"] for one in SELECTOR["panels"]] == [
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


def limits(one: dict[str, Any]) -> list[float]:
    """The values of the panel's thresholds, without the one that begins at minus infinity."""
    steps = one["fieldConfig"]["defaults"]["thresholds"]["steps"]
    return [step["value"] for step in steps if step["value"] is not None]


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
    board: dict[str, Any], title: str, drawn: list[float]
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


def test_the_error_ratio_is_judged_over_the_alerts_own_window() -> None:
    """A line over the threshold must mean what the alert means: the same window."""
    expression = panel(EXECUTION, "Error Rate (by reason + %)")["targets"][0]["expr"]
    window = THRESHOLDS["AIExecutionErrorRateHigh"].window
    assert set(re.findall(r"\[(\w+)\]", expression)) == {f"{window // 60}m"}


def test_callers_mistakes_count_only_where_the_settings_say_so() -> None:
    """With the setting the ratio must be all errors over all requests."""
    changed = Settings.model_validate({"alerting": {"count_caller_mistakes": True}})
    board = json.loads(dashboards(changed)["opsconductor-execution.json"])
    title = "Error Rate (by reason + %)"
    assert "validation" not in panel(board, title)["targets"][0]["expr"]
    assert "validation" in panel(EXECUTION, title)["targets"][0]["expr"]


@every_board
def test_latency_panels_ask_for_exemplars_once(board: dict[str, Any]) -> None:
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
def test_rates_use_a_window_that_fits_the_zoom_or_an_alerts_own(board: dict[str, Any]) -> None:
    """No window may be a number of its own invention."""
    of_alerts = {f"{threshold.window // 60}m" for threshold in THRESHOLDS.values()}
    allowed = {"$__rate_interval", "$__range", *of_alerts}
    windows = {
        window
        for expression in expressions(board)
        for window in re.findall(r"\[([^\]]+)\]", expression)
    }
    assert windows
    assert windows <= allowed
