"""Compiled objectives as the file that Prometheus, or Kubernetes' operator of it, reads."""

from collections.abc import Sequence
from typing import Any, Literal

from opsconductor.monitoring.rules.rule import Group
from opsconductor.monitoring.yaml_text import yaml_text

Format = Literal["prometheus", "prometheusrule"]
HEAD = "# Compiled by `opsconductor slo compile`; edit the OpenSLO files, not this.\n"
RESOURCE = "opsconductor-slos"


def rule_file(groups: Sequence[Group], interval: float, form: Format) -> str:
    """The groups as YAML, evaluated every `interval` seconds where they do not say otherwise."""
    document: dict[str, Any] = {"groups": [group.document(interval) for group in groups]}
    if form == "prometheusrule":
        document = {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": RESOURCE},
            "spec": document,
        }
    return yaml_text(document, HEAD)
