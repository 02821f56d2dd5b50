"""The panels' common looks: one constructor for each kind of panel that the dashboards draw."""

from collections.abc import Mapping

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    heatmap,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import (
    AxisPlacement,
    BarGaugeDisplayMode,
    BarGaugeNamePlacement,
    BarGaugeValueMode,
    BigValueColorMode,
    BigValueGraphMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    LineInterpolation,
    ScaleDistribution,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode, HeatmapColorScale

from opsconductor.monitoring.dashboards.frame import PROMETHEUS
from opsconductor.monitoring.dashboards.judged import Steps

FULL, HALF, THIRD, QUARTER = 24, 12, 8, 6
"""Widths on Grafana's grid of 24 columns."""
GRAPH_HEIGHT, VALUE_HEIGHT = 8, 5
"""Heights in grid units of 30 pixels."""


def thresholds(steps: Steps) -> dashboard.ThresholdsConfig:
    """Absolute thresholds."""
    return (
        dashboard.ThresholdsConfig()
        .mode(ThresholdsMode.ABSOLUTE)
        .steps([Threshold(value, colour) for value, colour in steps])
    )


def fixed(colour: str) -> Builder[object]:
    """One colour whatever the value."""
    return dashboard.FieldColor().mode(FieldColorModeId.FIXED).fixed_color(colour)


def graph(title: str, description: str, unit: str, *, floor: float | None = 0) -> timeseries.Panel:
    """A half-width graph from `floor` up, its legend below with the last and the largest value."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(HALF)
        .height(GRAPH_HEIGHT)
        .line_width(1.5)
        .fill_opacity(8)
        .line_interpolation(LineInterpolation.LINEAR)
        .show_points(VisibilityMode.NEVER)
        .span_nulls(span_nulls=False)
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .tooltip(
            common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
        )
        .legend(legend(LegendPlacement.BOTTOM))
    )
    return panel if floor is None else panel.min(floor)


def legend(placement: LegendPlacement) -> common.VizLegendOptions:
    """Last and largest value of each series: beside the graph as a table, below it as a list."""
    beside = placement is LegendPlacement.RIGHT
    built = (
        common.VizLegendOptions()
        .display_mode(LegendDisplayMode.TABLE if beside else LegendDisplayMode.LIST)
        .placement(placement)
        .show_legend(show_legend=True)
        .calcs(["lastNotNull", "max"])
    )
    return built.sort_by("Last *").sort_desc(sort_desc=True) if beside else built


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    """The panel's series on top of one another, so that their outline is the sum."""
    mode = common.StackingConfig().mode(StackingMode.NORMAL).group("A")
    return panel.stacking(mode).fill_opacity(55).line_width(0.75)


def with_limits(panel: timeseries.Panel, steps: Steps) -> timeseries.Panel:
    """The panel with each threshold drawn as a dashed line."""
    style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
    return panel.thresholds(thresholds(steps)).thresholds_style(style)


def logarithmic(panel: timeseries.Panel, low: float, high: float) -> timeseries.Panel:
    """The panel on a logarithmic axis that shows `low` to `high` at least."""
    scale = common.ScaleDistributionConfig().type(ScaleDistribution.LOG).log(10)
    return panel.scale_distribution(scale).axis_soft_min(low).axis_soft_max(high).min(low)


def on_the_right(unit: str, soft_max: float) -> list[DynamicConfigValue]:
    """What puts series on a second axis, in a unit of its own and without limits."""
    return [
        DynamicConfigValue("unit", unit),
        DynamicConfigValue("custom.axisPlacement", str(AxisPlacement.RIGHT)),
        DynamicConfigValue("custom.thresholdsStyle", {"mode": "off"}),
        DynamicConfigValue("custom.axisSoftMax", soft_max),
    ]


def bars_on_top() -> list[DynamicConfigValue]:
    """What makes series bars on top of one another."""
    return [
        DynamicConfigValue("custom.drawStyle", "bars"),
        DynamicConfigValue("custom.lineWidth", 0),
        DynamicConfigValue("custom.fillOpacity", 60),
        DynamicConfigValue("custom.stacking", {"mode": str(StackingMode.NORMAL), "group": "B"}),
    ]


def dashed() -> list[DynamicConfigValue]:
    """What makes a series a thin dashed line, for a bound that is itself a series."""
    return [
        DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [6, 4]}),
        DynamicConfigValue("custom.fillOpacity", 0),
        DynamicConfigValue("custom.lineWidth", 1),
    ]


def companion() -> list[DynamicConfigValue]:
    """The same without a place in the legend, for the dashed twin of a line of the same name."""
    hidden = {"legend": True, "tooltip": False, "viz": False}
    return [*dashed(), DynamicConfigValue("custom.hideFrom", hidden)]


def coloured(panel: timeseries.Panel, colours: Mapping[str, str]) -> timeseries.Panel:
    """The panel with a colour of its own for each named series."""
    for series, colour in colours.items():
        panel = panel.override_by_name(series, [_colour(colour)])
    return panel


def _colour(colour: str) -> DynamicConfigValue:
    return DynamicConfigValue("color", {"mode": str(FieldColorModeId.FIXED), "fixedColor": colour})


def bar(title: str, description: str, unit: str) -> bargauge.Panel:
    """A quarter-width value over a horizontal bar."""
    return (
        bargauge.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(QUARTER)
        .height(VALUE_HEIGHT)
        .min(0)
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .value_mode(BarGaugeValueMode.COLOR)
        .name_placement(BarGaugeNamePlacement.HIDDEN)
        .show_unfilled(show_unfilled=True)
        .reduce_options(last())
    )


def value(title: str, description: str, unit: str) -> stat.Panel:
    """A quarter-width value over its own course, coloured by its thresholds."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(QUARTER)
        .height(VALUE_HEIGHT)
        .min(0)
        .color_mode(BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.AREA)
        .reduce_options(last())
    )


def last() -> common.ReduceDataOptions:
    """The newest value of each series."""
    return common.ReduceDataOptions().calcs(["lastNotNull"]).values(values=False).fields("")


def density(title: str, description: str, unit: str) -> heatmap.Panel:
    """A full-width heatmap over histogram buckets; the darker, the more observations."""
    colour = (
        heatmap.HeatmapColorOptions()
        .mode(HeatmapColorMode.SCHEME)
        .scheme("Oranges")
        .fill("dark-orange")
        .scale(HeatmapColorScale.EXPONENTIAL)
        .exponent(0.5)
        .steps(64)
        .reverse(reverse=False)
    )
    return (
        heatmap.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit("short")
        .span(FULL)
        .height(GRAPH_HEIGHT)
        .calculate(calculate=False)
        .color(colour)
        .cell_gap(1)
        .filter_values(heatmap.FilterValueRange().le(1e-9))
        .y_axis(heatmap.YAxisConfig().unit(unit))
        .cell_values(heatmap.CellValues().unit("short").decimals(0))
        .tooltip(
            heatmap.HeatmapTooltip()
            .mode(TooltipDisplayMode.SINGLE)
            .show_color_scale(show_color_scale=True)
        )
        .show_legend()
    )


def rows(title: str, description: str, height: int) -> table.Panel:
    """A full-width table of texts."""
    return (
        table.Panel()
        .title(title)
        .description(description)
        .unit("string")
        .span(FULL)
        .height(height)
        .show_header(show_header=True)
    )
