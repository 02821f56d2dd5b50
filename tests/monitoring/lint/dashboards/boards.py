"""What the tests of dashboard checks share: dashboards in, findings out."""

import json
from collections.abc import Mapping
from typing import Any

from opsconductor.monitoring.lint.dashboard import Dashboard, load
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards import check
from opsconductor.monitoring.lint.dashboards.example import board, panel, target
from opsconductor.monitoring.lint.finding import Finding
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.settings import Settings

SCHEMA = contract_schema(Settings())


def dashboard(document: Any, file: str = "board.json") -> Dashboard:
    """The document as lint reads it."""
    return load(file, json.dumps(document, indent=2))


def findings(
    document: Any,
    alerts: Mapping[str, tuple[str, ...]] | None = None,
    *,
    others: tuple[Dashboard, ...] = (),
) -> list[Finding]:
    """Whatever the checks of dashboards say."""
    linted = dashboard(document)
    context = DashboardContext(schema=SCHEMA, alerts=alerts or {}, dashboards=(*others, linted))
    return list(check(linted, context))


def ids(document: Any, alerts: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """The ids of the findings, in order."""
    return [finding.kind.id for finding in findings(document, alerts)]


def asking(expression: str, *variables: dict[str, Any], **panel_fields: Any) -> dict[str, Any]:
    """A dashboard of one panel with one query."""
    query = target(expr=expression, legendFormat="__auto")
    return board(panel(targets=[query], **panel_fields), variables=variables)
