"""Panels that nobody laid out: one for each exposed family that no board reads."""

import re
from collections.abc import Iterable, Sequence

from grafana_foundation_sdk.builders import timeseries

from opsconductor.contract import Family
from opsconductor.monitoring.dashboards import panels, queries
from opsconductor.monitoring.dashboards.layout import Row

TITLE = "Also exposed"
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_PERCENTILES = {"P99": 0.99, "P95": 0.95, "P50": 0.5}
_RATIO = "_ratio"


def unread(families: Iterable[Family], expressions: Iterable[str]) -> list[Family]:
    """The families of which no series is named in any of the expressions."""
    named = {name for expression in expressions for name in _NAME.findall(expression)}
    return [
        family
        for family in families
        if named.isdisjoint({family.name, family.bucket, family.count, family.total})
    ]


def also_exposed(families: Sequence[Family], job: str) -> Row:
    """A row with a panel for each of the families that the job exposes."""
    return Row(f"{TITLE} by {job}", tuple(panel(family) for family in families))


def panel(family: Family) -> timeseries.Panel:
    """A counter's rate, a histogram's percentiles or a gauge's value, by the family's labels."""
    labels = [label.name for label in family.labels]
    legend = " ".join(f"{{{{{name}}}}}" for name in labels)
    graph = panels.graph(family.name, family.help, _unit(family))
    if family.kind == "histogram":
        for ref_id, (name, share) in zip("ABC", _PERCENTILES.items(), strict=True):
            expression = queries.quantile_by(", ".join(labels), share, family)
            graph = graph.with_target(queries.query(expression, f"{legend} {name}".strip(), ref_id))
        return graph.fill_opacity(0)
    value = f"rate({family.name}[{queries.RATE_WINDOW}])" if family.kind == "counter" else ""
    by = f" by ({', '.join(labels)})" if labels else ""
    fold = "sum" if family.kind == "counter" else "max"
    expression = f"{fold}{by} ({value or family.name})"
    return graph.with_target(queries.query(expression, legend or family.name))


def _unit(family: Family) -> str:
    """Grafana's unit of what is drawn."""
    if family.kind == "counter":
        return "ops"
    if family.name.endswith(_RATIO):
        return "percentunit"
    return "s" if family.unit == "seconds" else "short"
