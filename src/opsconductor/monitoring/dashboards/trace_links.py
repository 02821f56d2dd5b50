"""The table that leads from a trace id to what its execution wrote.

Its rows come from the executions themselves through a Loki data source: a metric has no trace id.
"""

from grafana_foundation_sdk.builders import common, loki, table
from grafana_foundation_sdk.models.common import TableCellHeight
from grafana_foundation_sdk.models.dashboard import (
    DashboardRegexMapOptions,
    DataTransformerConfig,
    DynamicConfigValue,
    RegexMap,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.loki import LokiQueryDirection

from opsconductor.contract import AUTOMATION
from opsconductor.monitoring.dashboards import panels
from opsconductor.monitoring.dashboards.frame import EXECUTION_PAGE, LOKI

EXECUTIONS = 50
"""Executions that the table lists."""
_LINK = "View Logs"
_COLUMNS = {"status": "Status", "tool": "Tool", "trace_id": "Trace ID", "logs": _LINK}
"""Field of the execution's JSON line (`logs` is the trace id once more) to the column's title."""


def trace_links() -> table.Panel:
    """The newest executions: outcome, tool, trace id, and a link to the execution's log lines."""
    panel = (
        panels.rows(
            "Trace ID Links",
            f"The newest {EXECUTIONS} executions in the time range; View Logs opens the execution "
            "with its log lines.",
            height=9,
        )
        .datasource(LOKI)
        .cell_height(TableCellHeight.SM)
        .with_target(_executions())
        .transformations([_fields_of_the_line(), _columns()])
        .sort_by([common.TableSortByFieldState().display_name("Time").desc(desc=True)])
    )
    for column, properties in _looks().items():
        panel = panel.override_by_name(column, properties)
    return panel


def _executions() -> loki.Dataquery:
    return (
        loki.Dataquery()
        .expr(f'{{service="{AUTOMATION}", tool=~"$tool"}} | json')
        .ref_id("A")
        .datasource(LOKI)
        .query_type("range")
        .direction(LokiQueryDirection.BACKWARD)
        .max_lines(EXECUTIONS)
    )


def _fields_of_the_line() -> DataTransformerConfig:
    paths = [{"path": name} for name in ("status", "tool", "trace_id")]
    return DataTransformerConfig(
        "extractFields",
        options={
            "source": "Line",
            "format": "json",
            "jsonPaths": [*paths, {"path": "trace_id", "alias": "logs"}],
            "replace": True,
            "keepTime": True,
        },
    )


def _columns() -> DataTransformerConfig:
    order = [*_COLUMNS, "Time"]
    return DataTransformerConfig(
        "organize",
        options={
            "excludeByName": {},
            "includeByName": {},
            "indexByName": {name: index for index, name in enumerate(order)},
            "renameByName": _COLUMNS,
        },
    )


def _looks() -> dict[str, list[DynamicConfigValue]]:
    link = {
        "title": "Open the execution and its log lines",
        "url": f"{EXECUTION_PAGE}${{__value.raw}}",
        "targetBlank": False,
    }
    return {
        "Status": [
            DynamicConfigValue(
                "mappings", [_mark("^success$", "✓", "green", 0), _running(), _failed()]
            ),
            DynamicConfigValue("custom.cellOptions", {"type": "color-text"}),
            DynamicConfigValue("custom.width", 90),
        ],
        "Tool": [DynamicConfigValue("custom.width", 220)],
        "Time": [
            DynamicConfigValue("unit", "dateTimeAsIso"),
            DynamicConfigValue("custom.width", 200),
        ],
        _LINK: [
            DynamicConfigValue("mappings", [_mark(".+", "→ View Logs", "blue", 0)]),
            DynamicConfigValue("links", [link]),
            DynamicConfigValue("custom.width", 140),
        ],
    }


def _running() -> ValueMap:
    return ValueMap({"running": ValueMappingResult(text="…", color="blue", index=1)})


def _failed() -> RegexMap:
    return _mark(".+", "✗", "red", 2)


def _mark(pattern: str, text: str, colour: str, index: int) -> RegexMap:
    result = ValueMappingResult(text=text, color=colour, index=index)
    return RegexMap(DashboardRegexMapOptions(pattern=f"/{pattern}/", result=result))
