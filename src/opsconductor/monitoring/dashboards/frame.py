"""What all dashboards have in common: range, refresh, annotations, data sources and variables."""

from grafana_foundation_sdk.builders import dashboard, prometheus
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableHide,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from opsconductor.objectives import WATCHDOG
from opsconductor.settings import Settings

PROMETHEUS = DataSourceRef(type_val="prometheus", uid="${datasource}")
LOKI = DataSourceRef(type_val="loki", uid="${logs}")
TAG = "opsconductor"
REFRESH_INTERVALS = ["5s", "10s", "30s", "1m", "5m", "15m"]

CONSOLE = "${console}"
"""The console's address: a constant in Grafana, nothing in the console itself."""
EXECUTION_PAGE = f"{CONSOLE}/executions/"
"""The page of one execution, to be followed by a trace id."""


def frame(settings: Settings, uid: str, title: str, description: str) -> dashboard.Dashboard:
    """An empty dashboard over the last 30 minutes that reloads every 10 seconds."""
    return (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .readonly()
        .timezone("browser")
        .time("now-30m", "now")
        .refresh("10s")
        .timepicker(dashboard.TimePicker().refresh_intervals(REFRESH_INTERVALS))
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .with_variable(_source("datasource", "Metrics", "prometheus"))
        .with_variable(_console(settings))
        .annotation(_alerts())
        .link(_other_dashboards())
    )


def executions() -> dashboard.DatasourceVariable:
    """Where panels read executions from, which are no metrics."""
    return _source("logs", "Executions", "loki").hide(VariableHide.HIDE_VARIABLE)


def choice(name: str, label: str, description: str, values: str) -> dashboard.QueryVariable:
    """A choice of label values, any number of them; `values` is a `label_values(…)` query."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .description(description)
        .datasource(PROMETHEUS)
        .definition(values)
        .query({"qryType": 1, "query": values, "refId": "PrometheusVariableQueryEditor"})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(VariableOption(selected=True, text=["All"], value=["$__all"]))
    )


def _source(name: str, label: str, plugin: str) -> dashboard.DatasourceVariable:
    return (
        dashboard.DatasourceVariable(name)
        .label(label)
        .description(f"The {plugin} data source that the panels read.")
        .type(plugin)
        .current(VariableOption(selected=True, text=plugin.capitalize(), value=plugin))
    )


def _console(settings: Settings) -> dashboard.ConstantVariable:
    """Where runbooks and executions are."""
    address = settings.url(settings.console.port)
    return (
        dashboard.ConstantVariable("console")
        .label("Console")
        .description(
            "Where runbooks and executions are read; the console puts its own address here."
        )
        .value(address)
    )


def _alerts() -> dashboard.AnnotationQuery:
    firing = f'ALERTS{{alertstate="firing", alertname!="{WATCHDOG}"}}'
    query = prometheus.Dataquery().expr(firing).ref_id("Anno").datasource(PROMETHEUS).range()
    return (
        dashboard.AnnotationQuery()
        .name("Alerts")
        .datasource(PROMETHEUS)
        .enable(enable=True)
        .icon_color("red")
        .expr(firing)
        .target(query)
        .title_format("{{alertname}}")
        .text_format("{{severity}} on {{service}}")
        .tag_keys("severity,service")
        .step("15s")
    )


def _other_dashboards() -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink("OpsConductor")
        .type(DashboardLinkType.DASHBOARDS)
        .icon("external link")
        .tooltip("")
        .url("")
        .tags([TAG])
        .as_dropdown(as_dropdown=False)
        .keep_time(keep_time=True)
        .include_vars(include_vars=False)
        .target_blank(target_blank=False)
    )
