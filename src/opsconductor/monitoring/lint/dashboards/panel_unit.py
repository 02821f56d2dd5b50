"""Panels that show numbers of which nobody knows the unit."""

from collections.abc import Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard, Panel
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards.example import board, example, panel
from opsconductor.monitoring.lint.finding import Finding, Kind, Level

WITHOUT_UNIT = Kind(
    id="panel-without-unit",
    title="A panel shows numbers without a unit",
    level=Level.WARNING,
    why=(
        "0.25 may be a quarter of a second or a quarter of all requests. A unit also makes Grafana "
        "write 250 ms and 1.2 GiB."
    ),
    remedy="Set the panel's unit; `none` where it is a plain count and `short` for large ones.",
    bad=example(board(panel(fieldConfig=None))),
    good=example(board()),
)
KINDS = (WITHOUT_UNIT,)

_FIELDS = frozenset(
    {"timeseries", "stat", "gauge", "bargauge", "barchart", "histogram", "piechart", "trend"}
)
"""Types of panel that draw the numbers of their fields."""


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Tables, logs, states and texts may hold anything; types that are not known are left alone."""
    del context
    for one in dashboard.panels:
        if one.targets and not one.library and _lacks_unit(one):
            yield Finding(
                kind=WITHOUT_UNIT,
                position=dashboard.position(one.node),
                subject=one.subject,
                explanation=f"The {one.type} panel shows numbers and has no unit.",
            )


def _lacks_unit(one: Panel) -> bool:
    node = one.node
    if one.type in _FIELDS:
        return not (_has_field_unit(one) or _shows_words(one))
    if one.type == "heatmap":
        axes = node.text("options", "yAxis", "unit"), node.text("yAxis", "format")
        return not (any(axes) or _has_field_unit(one))
    if one.type == "graph":  # of Grafana before version 7.4
        return not any(axis.text("format") for axis in node.items("yaxes"))
    if one.type == "singlestat":
        units = node.text("format"), node.text("prefix"), node.text("postfix")
        return not (any(units) or node.items("valueMaps") or node.items("rangeMaps"))
    return False


def _has_field_unit(one: Panel) -> bool:
    if one.node.text("fieldConfig", "defaults", "unit"):
        return True
    return any(
        entry.text("id") == "unit" and entry.text("value")
        for override in one.node.items("fieldConfig", "overrides")
        for entry in override.items("properties")
    )


def _shows_words(one: Panel) -> bool:
    """Whether text takes the number's place: value mappings, or only the series' name is shown."""
    mapped = one.node.items("fieldConfig", "defaults", "mappings")
    return bool(mapped) or one.node.text("options", "textMode") == "name"
