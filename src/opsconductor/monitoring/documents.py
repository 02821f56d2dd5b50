"""Every document that the monitoring is made of, rendered from the settings."""

from collections.abc import Mapping

from opsconductor.monitoring.grafana_provisioning import dashboards_document, datasources_document
from opsconductor.monitoring.notifications import alertmanager_document
from opsconductor.monitoring.prometheus_config import RULES_FILE, prometheus_document
from opsconductor.monitoring.rules import rules_document
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.settings import Settings


def documents(
    settings: Settings, slo_texts: Mapping[str, str], *, grafana: bool = True
) -> dict[str, str]:
    """Relative path to text; `slo_texts` are the OpenSLO files, name to content.

    Raises `SettingsError` for settings and objectives that make no working rule.

    `alertmanager/alertmanager.yml` holds the receivers' credentials: keep it from other eyes.
    Without `grafana` neither dashboards nor provisioning files are made, and the dashboards'
    library is not loaded.
    """
    texts = {
        "prometheus/prometheus.yml": yaml_text(prometheus_document(settings)),
        f"prometheus/{RULES_FILE}": yaml_text(rules_document(settings, slo_texts)),
        "alertmanager/alertmanager.yml": yaml_text(alertmanager_document(settings)),
    }
    if grafana:
        texts |= _grafana(settings)
    return texts


def _grafana(settings: Settings) -> dict[str, str]:
    # The dashboards' library costs every process that loads it several megabytes.
    from opsconductor.monitoring.dashboards import dashboards  # noqa: PLC0415  loaded when needed

    provisioning = "grafana/provisioning"
    texts = {f"grafana/dashboards/{name}": text for name, text in dashboards(settings).items()}
    texts[f"{provisioning}/dashboards/opsconductor.yml"] = yaml_text(dashboards_document())
    texts[f"{provisioning}/datasources/opsconductor.yml"] = yaml_text(
        datasources_document(settings)
    )
    return texts
