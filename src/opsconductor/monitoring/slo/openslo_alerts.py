"""OpenSLO's alert policies, conditions and notification targets, in place or by name."""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from opsconductor.monitoring.slo.openslo_fields import (
    Description,
    Duration,
    Metadata,
    Op,
    Strict,
    Text,
    as_duration,
    severity_word,
)
from opsconductor.monitoring.slo.shorthand import Shorthand


class Condition(Strict):
    """A burn rate over one window. The first texts of v1 had no `op`: they alert above."""

    kind: Literal["burnrate"] = "burnrate"
    op: Op = "gt"
    threshold: Annotated[float, Field(ge=0)]
    lookback_window: Duration
    alert_after: Annotated[Shorthand | None, BeforeValidator(as_duration)] = None

    @model_validator(mode="before")
    @classmethod
    def _at_once(cls, value: object) -> object:
        """`0m`, the default, is no positive duration."""
        if isinstance(value, dict) and value.get("alertAfter") in {"0m", "0h", "0d", "0w"}:
            return {**value, "alertAfter": None}
        return value


class ConditionSpec(Strict):
    """When an alert fires, and how loudly."""

    description: Description | None = None
    severity: Annotated[Text, AfterValidator(severity_word)]
    condition: Condition


class TargetSpec(Strict):
    """Who is told."""

    description: Description | None = None
    target: Text


class ConditionEntry(Strict):
    """A condition by name or in place."""

    condition_ref: Text | None = None
    kind: Literal["AlertCondition"] | None = None
    metadata: Metadata | None = None
    spec: ConditionSpec | None = None

    @model_validator(mode="after")
    def _one(self) -> "ConditionEntry":
        return _either(self, self.condition_ref, "conditionRef")


class TargetEntry(Strict):
    """A notification target by name or in place."""

    target_ref: Text | None = None
    kind: Literal["AlertNotificationTarget"] | None = None
    metadata: Metadata | None = None
    spec: TargetSpec | None = None

    @model_validator(mode="after")
    def _one(self) -> "TargetEntry":
        return _either(self, self.target_ref, "targetRef")


class PolicySpec(Strict):
    """Conditions and who is told of them."""

    description: Description | None = None
    alert_when_no_data: bool = False
    alert_when_resolved: bool = False
    alert_when_breaching: bool = False
    conditions: Annotated[list[ConditionEntry], Field(min_length=1, max_length=1)]
    notification_targets: Annotated[list[TargetEntry], Field(min_length=1)]


class PolicyEntry(Strict):
    """An alert policy by name or in place."""

    alert_policy_ref: Text | None = None
    kind: Literal["AlertPolicy"] | None = None
    metadata: Metadata | None = None
    spec: PolicySpec | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: object) -> object:
        return {"alertPolicyRef": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> "PolicyEntry":
        return _either(self, self.alert_policy_ref, "alertPolicyRef")


_Entry = TypeVar("_Entry", ConditionEntry, TargetEntry, PolicyEntry)


def _either(entry: _Entry, reference: str | None, field: str) -> _Entry:
    if (reference is None) == (entry.spec is None):
        raise ValueError(f"give either {field} or the object itself (metadata and spec)")
    if entry.spec is not None and entry.metadata is None:
        raise ValueError("an object that stands in place has metadata with its name")
    return entry
