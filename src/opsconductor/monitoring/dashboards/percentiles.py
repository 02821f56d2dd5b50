"""The P50/P95/P99 graph of a duration."""

from collections.abc import Mapping

from grafana_foundation_sdk.builders import timeseries

from opsconductor.monitoring.dashboards import panels, queries

TITLE = "Request Duration (P50/P95/P99)"
COLOURS = {"P99": "red", "P95": "orange", "P50": "green"}
"""From the top of the drawing down."""
_EXEMPLARS_OF = "P95"
"""One query asks for exemplars: all three read the same series."""


def percentile_graph(
    expressions: Mapping[str, str], description: str, *, title: str = TITLE, legend: str = ""
) -> timeseries.Panel:
    """A line for each of P50, P95 and P99; a diamond is one request.

    `legend` names the series where an expression gives several.

    Where it leads is the data source's to say, for only an exemplar has a trace id: a link of the
    panel would also hang on every other point.
    """
    panel = panels.graph(title, description, "s")
    for ref_id, name in zip("ABC", COLOURS, strict=True):
        named = f"{legend} {name}".strip()
        panel = panel.with_target(
            queries.query(expressions[name], named, ref_id, exemplar=name == _EXEMPLARS_OF)
        )
    if legend:
        return panel.fill_opacity(0)
    return panels.coloured(panel, COLOURS).fill_opacity(0)
