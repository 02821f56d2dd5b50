"""Alertmanager's configuration: who is told about what, and what keeps quiet meanwhile."""

from typing import Any

from opsconductor.contract import AUTOMATION, MONITORING, PIPELINE
from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.receivers import INBOX_PREFIX, receivers
from opsconductor.monitoring.rules.slos import EXECUTION_SUCCESS
from opsconductor.objectives import RECEIVERS, WATCHDOG, Receiver, Severity
from opsconductor.settings import Settings

DRILL = 'drill="true"'
"""The label of an alert that a self-check sends: it reaches the inbox and nobody else."""
NOT_DRILL = 'drill!="true"'
WATCHDOG_REPEAT_SECONDS = 60
"""A dead man's switch must hear the Watchdog often to miss it soon."""
RESOLVE_TIMEOUT_SECONDS = 300

_FAST = 'alertname="SLOBurnRateFast"'
_DOWN = 'alertname="MetricsEndpointDown"'
_SUCCESS = f'slo="{EXECUTION_SUCCESS}"'
_SLOWER = 'alertname=~"SLOBurnRateSlow|SLOBurnRateTicket|SLOBudgetTrend"'


def alertmanager_document(settings: Settings) -> dict[str, Any]:
    """Routes, inhibition and receivers, the receivers' credentials included.

    Raises `SettingsError` for a mail server without a port.
    """
    return {
        "global": {"resolve_timeout": duration(RESOLVE_TIMEOUT_SECONDS)},
        "route": _route(settings),
        "inhibit_rules": inhibit_rules(),
        "receivers": receivers(settings),
    }


def _route(settings: Settings) -> dict[str, Any]:
    timing = settings.alertmanager
    return {
        # An alert whose severity nobody foresaw must still be seen.
        "receiver": Receiver.SLACK.value,
        "group_by": ["alertname", "service"],
        "group_wait": duration(timing.group_wait_seconds),
        "group_interval": duration(timing.group_interval_seconds),
        "repeat_interval": duration(timing.repeat_interval_seconds),
        "routes": [
            _drills(),
            {
                "receiver": Receiver.WATCHDOG.value,
                "matchers": [f'alertname="{WATCHDOG}"'],
                "group_wait": "0s",
                "group_interval": duration(
                    min(timing.group_interval_seconds, WATCHDOG_REPEAT_SECONDS)
                ),
                "repeat_interval": duration(
                    min(timing.repeat_interval_seconds, WATCHDOG_REPEAT_SECONDS)
                ),
            },
            *(
                {"receiver": RECEIVERS[severity].value, "matchers": [_severity(severity)]}
                for severity in (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
            ),
        ],
    }


def _drills() -> dict[str, Any]:
    """Drills end here whatever their severity, each a group of its own and at once."""
    return {
        "receiver": f"{INBOX_PREFIX}{Receiver.EMAIL.value}",
        "matchers": [DRILL],
        "group_by": ["..."],
        "group_wait": "0s",
        "group_interval": "1s",
        "routes": [
            {
                "receiver": f"{INBOX_PREFIX}{RECEIVERS[severity].value}",
                "matchers": [_severity(severity)],
            }
            for severity in (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
        ],
    }


def _severity(severity: Severity) -> str:
    return f'severity="{severity}"'


def inhibit_rules() -> list[dict[str, Any]]:
    """What keeps quiet while something louder says the same.

    A fast burn silences the slower tiers of the same objective, and of one service's objectives
    only execution-success says the same as AIExecutionErrorRateHigh.

    `equal` treats a label that both lack as equal. The monitoring's endpoints share a service but
    are separate processes: a console that is down must not silence a full disk, so there the job
    must agree as well.
    """
    others = [f'alertname!~"MetricsEndpointDown|{WATCHDOG}"']
    watched = f'service=~"{AUTOMATION}|{PIPELINE}"'
    return [
        _inhibit([_FAST], [_SLOWER], "service", "slo", "objective"),
        _inhibit([_FAST, _SUCCESS], ['alertname="AIExecutionErrorRateHigh"'], "service"),
        _inhibit([_DOWN, watched], others, "service"),
        _inhibit([_DOWN, f'service="{MONITORING}"'], others, "service", "job"),
    ]


def _inhibit(source: list[str], target: list[str], *equal: str) -> dict[str, Any]:
    return {
        "source_matchers": [*source, NOT_DRILL],
        "target_matchers": [*target, NOT_DRILL],
        "equal": ["cluster", *equal],
    }
