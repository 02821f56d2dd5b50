"""What dashboards are held against besides the metrics: the alerts, and one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsconductor.monitoring.lint.dashboard import Dashboard
from opsconductor.monitoring.promql.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardContext:
    """The metrics, the alerts and the dashboards that are linted together, in their order.

    `alerts` holds the expressions of every alert by its name, for one name may have several rules.
    """

    schema: Schema
    alerts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dashboards: tuple[Dashboard, ...] = ()
