"""The P50/P95/P99 graph that both dashboards draw."""

from grafana_foundation_sdk.builders import timeseries

from opsconductor.contract import Family
from opsconductor.monitoring.dashboards import panels, queries

PERCENTILES = {"P99": 0.99, "P95": 0.95, "P50": 0.5}
"""From the top of the drawing down."""
COLOURS = {"P99": "red", "P95": "orange", "P50": "green"}
_EXEMPLARS_OF = "P95"
"""One query asks for exemplars: all three read the same series."""


def percentile_graph(
    family: Family, description: str, window: int, *matchers: str
) -> timeseries.Panel:
    """Durations; a diamond is one request.

    Where it leads is the data source's to say, for only an exemplar has a trace id: a link of the
    panel would also hang on every other point.
    """
    panel = panels.graph("Request Duration (P50/P95/P99)", description, "s")
    for ref_id, (name, share) in zip("ABC", PERCENTILES.items(), strict=True):
        expression = queries.quantile(share, family, window, *matchers)
        panel = panel.with_target(
            queries.query(expression, name, ref_id, exemplar=name == _EXEMPLARS_OF)
        )
    return panels.coloured(panel, COLOURS).fill_opacity(0)
