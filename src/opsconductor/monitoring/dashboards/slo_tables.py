"""The SLO dashboard's tables: how every objective stands, and which of their alerts fire."""

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.models.common import TableCellHeight

from opsconductor.contract import recorded
from opsconductor.monitoring.dashboards import panels, queries, slo_queries
from opsconductor.monitoring.dashboards.columns import Column, arranged, merged
from opsconductor.monitoring.dashboards.frame import PROMETHEUS
from opsconductor.monitoring.dashboards.judged import Steps, runbook
from opsconductor.monitoring.rules.rule_settings import RuleSettings
from opsconductor.objectives import DAY, HOUR

_BURN: Steps = ((None, "green"), (1, "orange"))
"""At a burn of 1 the budget lasts exactly its period."""
LEFT_STEPS: Steps = ((None, "red"), (0, "orange"), (0.25, "green"))
"""Ours: below 0 the promise is broken, and the last quarter is the time to slow down."""
_RATIO, _TIMES = "percentunit", "suffix:x"
_STANDING: tuple[tuple[Column, str], ...] = (
    (Column("Value #A", "Objective", _RATIO, 110), slo_queries.chosen(recorded.OBJECTIVE)),
    (Column("Value #B", "Achieved", _RATIO, 110), slo_queries.achieved()),
    (Column("Value #C", "Recorded", "s", 110, 1), slo_queries.chosen(recorded.COVERED)),
    (Column("Value #D", "Budget left", _RATIO, 120, 1, LEFT_STEPS), slo_queries.left()),
    (Column("Value #E", "Burn 1h", _TIMES, 100, 2, _BURN), slo_queries.burning(HOUR)),
    (Column("Value #F", "Burn 6h", _TIMES, 100, 2, _BURN), slo_queries.burning(6 * HOUR)),
    (Column("Value #G", "Burn 1d", _TIMES, 100, 2, _BURN), slo_queries.burning(DAY)),
    (Column("Value #H", "Burn 3d", _TIMES, 100, 2, _BURN), slo_queries.burning(3 * DAY)),
)


def objectives() -> table.Panel:
    """A row for each objective."""
    columns = (
        Column("slo", "SLO"),
        Column("service", "Service"),
        *(column for column, _ in _STANDING),
    )
    panel = panels.rows(
        "Objectives",
        "How each chosen objective stands. Recorded: how much of its period there are samples of, "
        "which achieved and budget left are about. A burn of 1 uses the budget up in exactly its "
        "period.",
        height=7,
    ).datasource(PROMETHEUS)
    for ref_id, (_, expression) in zip("ABCDEFGH", _STANDING, strict=True):
        panel = panel.with_target(
            queries.latest(slo_queries.row(expression), "", ref_id, table=True)
        )
    return _with_columns(panel, columns, ("Time",), merge=True)


def firing(given: RuleSettings) -> table.Panel:
    """The alerts of the chosen objectives that fire now."""
    selected = ", ".join(('alertstate="firing"', 'slo!=""', *slo_queries.CHOSEN))
    labels = "alertname, severity, slo, slo_tier, service"
    columns = (
        Column("alertname", "Alert", link=runbook(given, "${__value.raw}")),
        Column("severity", "Severity"),
        Column("slo", "SLO"),
        Column("slo_tier", "Tier"),
        Column("service", "Service"),
    )
    panel = (
        panels.rows(
            "Firing Alerts of Objectives",
            "Burn-rate alerts and missing indicators that fire now; the name leads to the runbook.",
            height=5,
        )
        .datasource(PROMETHEUS)
        .no_value("no alert of an objective fires")
        .with_target(queries.latest(f"max by ({labels}) (ALERTS{{{selected}}})", "", table=True))
    )
    return _with_columns(panel, columns, ("Time", "Value"), merge=False)


def _with_columns(
    panel: table.Panel, columns: tuple[Column, ...], hidden: tuple[str, ...], *, merge: bool
) -> table.Panel:
    steps = [merged()] if merge else []
    panel = panel.cell_height(TableCellHeight.SM).transformations(
        [*steps, arranged(columns, hidden)]
    )
    for column in columns:
        panel = panel.override_by_name(column.title, column.looks())
    return panel
