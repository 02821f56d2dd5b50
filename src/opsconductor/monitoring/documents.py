"""Every document that the monitoring is made of, rendered from the settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsconductor.monitoring.grafana_provisioning import dashboards_document, datasources_document
from opsconductor.monitoring.notifications import alertmanager_document
from opsconductor.monitoring.prometheus_config import (
    RULES_FILE,
    keep_document,
    prometheus_document,
)
from opsconductor.monitoring.rules import rules_document
from opsconductor.monitoring.yaml_text import yaml_text
from opsconductor.settings import Settings, SettingsError

if TYPE_CHECKING:
    from opsconductor.monitoring.cardinality.keep_list import KeepList


def documents(
    settings: Settings,
    slo_texts: Mapping[str, str],
    *,
    grafana: bool = True,
    keep_lists: bool = True,
) -> dict[str, str]:
    """Relative path to text; `slo_texts` are the OpenSLO files, name to content.

    Raises `SettingsError` for settings and objectives that make no working rule.

    `alertmanager/alertmanager.yml` holds the receivers' credentials: keep it from other eyes.
    Without `grafana` neither dashboards nor provisioning files nor keep lists are made. Dashboards
    and keep lists are worked out all the same where a setting drops what is not in those lists.
    """
    rules = yaml_text(rules_document(settings, slo_texts))
    dropping = settings.prometheus.drop_unused_metrics
    keep_lists = keep_lists and grafana
    made = _grafana(settings) if grafana or dropping else {}
    kept = _keep_lists(rules, made) if keep_lists or dropping else {}
    texts = {
        "prometheus/prometheus.yml": yaml_text(
            prometheus_document(settings, kept if dropping else None)
        ),
        f"prometheus/{RULES_FILE}": rules,
        "alertmanager/alertmanager.yml": yaml_text(alertmanager_document(settings)),
    }
    if keep_lists:
        texts |= {
            f"prometheus/keep/{job}.yml": yaml_text(keep_document(one)) for job, one in kept.items()
        }
    return texts | made if grafana else texts


def _keep_lists(rules: str, boards: Mapping[str, str]) -> "Mapping[str, KeepList]":
    # Reading rules and dashboards back takes lint's readers, which nothing else here needs.
    from opsconductor.monitoring.cardinality.keep_list import own_keep_lists  # noqa: PLC0415
    from opsconductor.monitoring.cardinality.usage import usage  # noqa: PLC0415
    from opsconductor.monitoring.lint.loading import load  # noqa: PLC0415
    from opsconductor.monitoring.lint.source import Source  # noqa: PLC0415

    texts = {name: text for name, text in boards.items() if name.endswith(".json")}
    sources = [Source(name, text.encode()) for name, text in {RULES_FILE: rules, **texts}.items()]
    try:
        return own_keep_lists(usage(load(sources)))
    except ValueError as error:
        raise SettingsError(f"prometheus.drop_unused_metrics: {error}") from None


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
