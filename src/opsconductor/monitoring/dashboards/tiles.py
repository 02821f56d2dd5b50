"""Panels with a value for each of several things: tiles, dials and bars side by side."""

from collections.abc import Mapping

from grafana_foundation_sdk.builders import bargauge, common, gauge, stat
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BarGaugeNamePlacement,
    BarGaugeValueMode,
    BigValueColorMode,
    BigValueGraphMode,
    BigValueTextMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import ValueMap, ValueMappingResult

from opsconductor.monitoring.dashboards.frame import PROMETHEUS
from opsconductor.monitoring.dashboards.judged import Steps
from opsconductor.monitoring.dashboards.panels import HALF, last, thresholds

UP_OR_DOWN = {"1": ("up", "green"), "0": ("down", "red")}
"""A gauge of 0 or 1 in words, with their colours."""
TILES_HEIGHT = 5


def tiles(title: str, description: str, unit: str, steps: Steps) -> stat.Panel:
    """A half-width field of tiles, each with its name and its value, coloured by the steps."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(HALF)
        .height(TILES_HEIGHT)
        .thresholds(thresholds(steps))
        .text_mode(BigValueTextMode.VALUE_AND_NAME)
        .color_mode(BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.NONE)
        .orientation(VizOrientation.AUTO)
        .reduce_options(last())
    )


def worded(words: Mapping[str, tuple[str, str]]) -> ValueMap:
    """A mapping of values to a word and its colour."""
    return ValueMap(
        {
            value: ValueMappingResult(text=word, color=colour, index=at)
            for at, (value, (word, colour)) in enumerate(words.items())
        }
    )


def dials(title: str, description: str, unit: str, steps: Steps) -> gauge.Panel:
    """A half-width row of dials, one for each series."""
    return (
        gauge.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(HALF)
        .height(TILES_HEIGHT)
        .thresholds(thresholds(steps))
        .show_threshold_markers(show_threshold_markers=True)
        .show_threshold_labels(show_threshold_labels=False)
        .orientation(VizOrientation.AUTO)
        .reduce_options(last())
    )


def bars(title: str, description: str, unit: str, steps: Steps) -> bargauge.Panel:
    """A half-width list of horizontal bars, one for each series, its name before it."""
    return (
        bargauge.Panel()
        .title(title)
        .description(description)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(HALF)
        .height(8)
        .min(0)
        .thresholds(thresholds(steps))
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .value_mode(BarGaugeValueMode.COLOR)
        .name_placement(BarGaugeNamePlacement.LEFT)
        .show_unfilled(show_unfilled=True)
        .reduce_options(last())
        .legend(common.VizLegendOptions().show_legend(show_legend=False))
    )
