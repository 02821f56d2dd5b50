"""Grafana's provisioning files: the two data sources, and where the dashboards are."""

from typing import Any

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.targets import loopback
from opsconductor.settings import Settings

PROMETHEUS_UID, LOKI_UID = "prometheus", "loki"
DASHBOARDS_PATH = "/var/lib/grafana/dashboards"
"""Where Grafana's container image expects dashboards to be mounted."""


def datasources_document(settings: Settings) -> dict[str, Any]:
    """Prometheus, with exemplars that lead to the execution, and the Loki API over executions."""
    execution = f"{settings.url(settings.console.port)}/executions/${{__value.raw}}"
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "Prometheus",
                "uid": PROMETHEUS_UID,
                "type": "prometheus",
                "access": "proxy",
                "url": f"http://{loopback(settings.prometheus.port)}",
                "isDefault": True,
                "editable": False,
                "jsonData": {
                    "httpMethod": "POST",
                    "timeInterval": duration(settings.prometheus.scrape_interval_seconds),
                    "exemplarTraceIdDestinations": [
                        # Grafana expands $NAME in these files; $$ stands for a dollar sign.
                        {
                            "name": "trace_id",
                            "url": execution.replace("$", "$$"),
                            "urlDisplayLabel": "Execution",
                        }
                    ],
                },
            },
            {
                "name": "Loki",
                "uid": LOKI_UID,
                "type": "loki",
                "access": "proxy",
                "url": settings.url(settings.automation.port),
                "editable": False,
                "jsonData": {"maxLines": 1000},
            },
        ],
    }


def dashboards_document() -> dict[str, Any]:
    """The provider that loads every dashboard of `DASHBOARDS_PATH`."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "opsconductor",
                "folder": "OpsConductor",
                "type": "file",
                "disableDeletion": True,
                "allowUiUpdates": False,
                "options": {"path": DASHBOARDS_PATH},
            }
        ],
    }
