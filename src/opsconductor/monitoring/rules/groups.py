"""The rule groups, and the file that Prometheus loads."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from opsconductor.monitoring.rules import (
    availability,
    error_rate,
    latency,
    own,
    selector,
    slos,
    watchdog,
)
from opsconductor.monitoring.rules.rule import AlertingRule, Group
from opsconductor.monitoring.rules.rule_settings import rule_settings
from opsconductor.settings import Settings


def groups(settings: Settings, slo_texts: Mapping[str, str]) -> tuple[Group, ...]:
    """Every group; `slo_texts` are the OpenSLO files, name to content.

    Raises `SettingsError` for a threshold that cannot work, and for an SLO that cannot be
    compiled. The success ratio and the alerts that read it share a group: rules of a group run in
    order, so the alerts see what was recorded at the same instant and not up to an interval before.
    """
    given = rule_settings(settings)
    success = f"slo-{slos.EXECUTION_SUCCESS}"
    return (
        *(
            replace(group, rules=(*group.rules, *error_rate.alerts(given)))
            if group.name == success
            else group
            for group in slos.groups(given, slo_texts)
        ),
        Group("opsconductor-execution", latency.execution_alerts(given)),
        Group("opsconductor-selector", selector.alerts(given)),
        Group("opsconductor-availability", availability.alerts(given)),
        Group("opsconductor-monitoring", (*own.alerts(given), watchdog.alert(given))),
    )


def rules_document(settings: Settings, slo_texts: Mapping[str, str]) -> dict[str, Any]:
    """The rule file. Raises `SettingsError` as `groups` does."""
    interval = settings.prometheus.rule_interval_seconds
    return {"groups": [group.document(interval) for group in groups(settings, slo_texts)]}


def alert_expressions(
    settings: Settings, slo_texts: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The expressions of every alert by its name, for a name may have several rules."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups(settings, slo_texts):
        for rule in group.rules:
            if isinstance(rule, AlertingRule):
                found[rule.alert] = (*found.get(rule.alert, ()), rule.expr)
    return found


def alert_names(settings: Settings, slo_texts: Mapping[str, str]) -> tuple[str, ...]:
    """The name of every alert, each once, in the order of the rules."""
    names = (
        rule.alert
        for group in groups(settings, slo_texts)
        for rule in group.rules
        if isinstance(rule, AlertingRule)
    )
    return tuple(dict.fromkeys(names))
