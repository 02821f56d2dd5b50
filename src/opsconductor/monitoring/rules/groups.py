"""The rule groups, and the file that Prometheus loads."""

from typing import Any

from opsconductor.monitoring.rules import (
    availability,
    burn_rate,
    error_rate,
    latency,
    own,
    selector,
    success_ratio,
    watchdog,
)
from opsconductor.monitoring.rules.rule import AlertingRule, Group
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.settings import Settings


def groups(settings: Settings) -> tuple[Group, ...]:
    """Every group. Raises `SettingsError` for a threshold that cannot work.

    The success ratio and the alerts that read it share a group: rules of a group run in order, so
    the alerts see what was recorded at the same instant and not up to an interval before.
    """
    given = rule_settings(settings)
    return (
        Group(
            "opsconductor-success-ratio",
            (
                *success_ratio.recording_rules(given),
                *error_rate.alerts(given),
                *burn_rate.alerts(given),
            ),
        ),
        Group("opsconductor-execution", latency.execution_alerts(given)),
        Group("opsconductor-selector", selector.alerts(given)),
        Group("opsconductor-availability", availability.alerts(given)),
        Group("opsconductor-monitoring", (*own.alerts(given), watchdog.alert(given))),
    )


def rules_document(settings: Settings) -> dict[str, Any]:
    """The rule file. Raises `SettingsError` for a threshold that cannot work."""
    interval = settings.prometheus.rule_interval_seconds
    return {"groups": [group.document(interval) for group in groups(settings)]}


def alert_expressions(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The expressions of every alert by its name, for a name may have several rules."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups(settings):
        for rule in group.rules:
            if isinstance(rule, AlertingRule):
                found[rule.alert] = (*found.get(rule.alert, ()), rule.expr)
    return found


def alert_names(settings: Settings) -> tuple[str, ...]:
    """The name of every alert, each once, in the order of the rules."""
    names = (
        rule.alert
        for group in groups(settings)
        for rule in group.rules
        if isinstance(rule, AlertingRule)
    )
    return tuple(dict.fromkeys(names))
