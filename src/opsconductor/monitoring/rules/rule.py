"""What a rule file is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opsconductor.contract import Recorded
from opsconductor.monitoring.durations import duration
from opsconductor.objectives import Severity


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Records `expr` as `series`, with `labels` besides the expression's own."""

    series: Recorded
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        labels = {"labels": dict(self.labels)} if self.labels else {}
        return {"record": self.series.name, "expr": self.expr, **labels}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """Fires `alert` after `expr` has given a value for `hold` seconds.

    `severity` is one of ours, or the word that a foreign SLO uses. `labels` are what the
    expression's own labels lack; `service` must come from one of the two.
    """

    alert: str
    expr: str
    hold: float
    severity: Severity | str
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
    """Rules evaluated one after the other, so that each sees what the ones before recorded.

    `interval` is in seconds; without one it is that of the file.
    """

    name: str
    rules: tuple[Rule, ...]
    interval: float | None = None

    def document(self, interval: float) -> dict[str, Any]:
        """The group as Prometheus reads it, by default evaluated every `interval` seconds."""
        return {
            "name": self.name,
            "interval": duration(self.interval or interval),
            "rules": [rule.document() for rule in self.rules],
        }
