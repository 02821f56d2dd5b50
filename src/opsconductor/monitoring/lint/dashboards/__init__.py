"""Checks of one dashboard. Each module declares its kinds of finding and a check."""

from collections.abc import Callable, Iterator

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.lint.dashboard_context import DashboardContext
from opsconductor.monitoring.lint.dashboards import (
    alert_threshold,
    data_source,
    duplicates,
    grid,
    legend_label,
    panel_texts,
    panel_unit,
    provisioning,
    rate_interval,
    variable_label,
    variable_use,
)
from opsconductor.monitoring.lint.finding import Finding, Kind

Check = Callable[[Dashboard, DashboardContext], Iterator[Finding]]

_MODULES = (
    provisioning,
    duplicates,
    variable_use,
    variable_label,
    data_source,
    panel_texts,
    panel_unit,
    grid,
    rate_interval,
    alert_threshold,
    legend_label,
)
CHECKS: tuple[Check, ...] = tuple(module.check for module in _MODULES)
KINDS: tuple[Kind, ...] = tuple(kind for module in _MODULES for kind in module.KINDS)


def check(dashboard: Dashboard, context: DashboardContext) -> Iterator[Finding]:
    """Whatever any check finds wrong with the dashboard."""
    for one in CHECKS:
        yield from one(dashboard, context)
