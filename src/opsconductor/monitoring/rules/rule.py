"""What a rule file is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opsconductor.contract import Recorded
from opsconductor.monitoring.durations import duration
from opsconductor.objectives import Severity


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Records `expr` as `series`."""

    series: Recorded
    expr: str

    def document(self) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        return {"record": self.series.name, "expr": self.expr}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """Fires `alert` after `expr` has given a value for `hold` seconds.

    `labels` are what the expression's own labels lack; `service` must come from one of the two.
    """

    alert: str
    expr: str
    hold: float
    severity: Severity
    labels: Mapping[str, str] = field(default_factory=dict)
    summary: str
    description: str
    runbook_url: str

    def document(self) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        return {
            "alert": self.alert,
            "expr": self.expr,
            "for": duration(self.hold),
            "labels": {"severity": str(self.severity), **self.labels},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "runbook_url": self.runbook_url,
            },
        }


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True)
class Group:
    """Rules evaluated one after the other, so that each sees what the ones before recorded."""

    name: str
    rules: tuple[Rule, ...]

    def document(self, interval: float) -> dict[str, Any]:
        """The group as Prometheus reads it, evaluated every `interval` seconds."""
        return {
            "name": self.name,
            "interval": duration(interval),
            "rules": [rule.document() for rule in self.rules],
        }
