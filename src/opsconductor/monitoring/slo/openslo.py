"""The objects of OpenSLO v1 (`apiVersion: openslo/v1`) as strict models.

Source: the specification in https://github.com/OpenSLO/OpenSLO, README.md. What the models refuse
is told with the field's own name; ranges that need a sentence of their own (targets, windows) are
checked where they are used.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

from opsconductor.monitoring.slo.shorthand import Shorthand, shorthand

VERSION = "openslo/v1"
MAX_DESCRIPTION = 1050


class Strict(BaseModel):
    """Unknown fields are errors, values are frozen."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, allow_inf_nan=False
    )


def _name(text: str) -> str:
    """RFC 1123: what every implementation has to accept, and what fits a label value."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if not 1 <= len(text) <= 63 or set(text) - allowed or text[0] == "-" or text[-1] == "-":  # noqa: PLR2004  the RFC's own figure
        raise ValueError(
            f"{text!r} is no name by RFC 1123: up to 63 lower-case letters, digits and dashes, "
            "a letter or digit first and last"
        )
    return text


def _duration(value: object) -> object:
    return shorthand(value) if isinstance(value, str) else value


def _slice(value: object) -> object:
    """A bare number counts minutes."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    return shorthand(f"{int(value)}m") if whole else _duration(value)  # type: ignore[call-overload]  # a number, as tested


def _severity(text: str) -> str:
    if "{{" in text:
        raise ValueError("a severity is a plain word, not a template")
    return text


def _service(text: str) -> str:
    if set(text) & set('{}"\\\n'):
        raise ValueError(f"{text!r}: braces, quotes and line breaks do not fit a label value")
    return text


Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, StringConstraints(min_length=1)]
Description = Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION)]
Duration = Annotated[Shorthand, BeforeValidator(_duration)]
Slice = Annotated[Shorthand, BeforeValidator(_slice)]
Op = Literal["lte", "gte", "lt", "gt"]


class Metadata(Strict):
    """How an object is called. A label's value is a text or a list of texts."""

    name: Name
    display_name: str | None = None
    labels: Mapping[str, str | list[str]] = {}
    annotations: Mapping[str, str] = {}


class MetricSource(Strict):
    """Where a query runs, and the query: for Prometheus `spec.query`."""

    metric_source_ref: Text | None = None
    type: Text | None = None
    spec: Mapping[str, Any] | None = None


class Metric(Strict):
    """One query."""

    metric_source: MetricSource


class RatioMetric(Strict):
    """Good or bad events over all events, or a ratio that somebody else has worked out."""

    counter: bool = True
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    raw_type: Literal["success", "failure"] | None = None
    raw: Metric | None = None


class SLISpec(Strict):
    """Either of the two kinds of indicator."""

    description: Description | None = None
    threshold_metric: Metric | None = None
    ratio_metric: RatioMetric | None = None


class Indicator(Strict):
    """An SLI that stands inside its SLO."""

    kind: Literal["SLI"] | None = None
    metadata: Metadata | None = None
    spec: SLISpec


class Calendar(Strict):
    """Where a calendar window begins: local time without a zone, and the zone's IANA name."""

    start_time: Text
    time_zone: Text


class TimeWindow(Strict):
    """The period of an objective."""

    duration: Duration
    is_rolling: bool | None = None
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "TimeWindow":
        if (self.is_rolling is True) == (self.calendar is not None):
            raise ValueError(
                "a window is either rolling (isRolling: true) or has a calendar "
                "(startTime and timeZone)"
            )
        return self


class Objective(Strict):
    """A target. `timeSlice…` belong to the methods that count slices of time."""

    display_name: str | None = None
    op: Op | None = None
    value: float | None = None
    target: float | None = None
    target_percent: float | None = None
    time_slice_target: float | None = None
    time_slice_window: Slice | None = None


class Condition(Strict):
    """A burn rate over one window."""

    kind: Literal["burnrate"] = "burnrate"
    op: Op = "gt"
    threshold: Annotated[float, Field(ge=0)]
    lookback_window: Duration
    alert_after: Annotated[Shorthand | None, BeforeValidator(_duration)] = None

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
    severity: Annotated[Text, AfterValidator(_severity)]
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


class SLOSpec(Strict):
    """The promise."""

    description: Description | None = None
    service: Annotated[Text, AfterValidator(_service)]
    indicator: Indicator | None = None
    indicator_ref: Text | None = None
    time_window: Annotated[list[TimeWindow], Field(min_length=1, max_length=1)]
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    objectives: Annotated[list[Objective], Field(min_length=1)]
    alert_policies: list[PolicyEntry] | None = None

    @model_validator(mode="after")
    def _one_indicator(self) -> "SLOSpec":
        if (self.indicator is None) == (self.indicator_ref is None):
            raise ValueError("give one of indicator and indicatorRef")
        return self


class DataSourceSpec(Strict):
    """How a metric source is reached; nothing of it is used but its type."""

    description: Description | None = None
    type: Text
    connection_details: Any = None


class ServiceSpec(Strict):
    """A service that SLOs belong to."""

    description: Description | None = None


class Object(Strict):
    """What every document has."""

    api_version: Literal["openslo/v1"]
    kind: str
    metadata: Metadata


class SLO(Object):
    """A service level objective."""

    spec: SLOSpec


class SLI(Object):
    """A service level indicator."""

    spec: SLISpec


class AlertPolicy(Object):
    """Conditions under a name."""

    spec: PolicySpec


class AlertCondition(Object):
    """A condition under a name."""

    spec: ConditionSpec


class AlertNotificationTarget(Object):
    """A notification target under a name."""

    spec: TargetSpec


class DataSource(Object):
    """A metric source under a name."""

    spec: DataSourceSpec


class Service(Object):
    """A service under a name."""

    spec: ServiceSpec | None = None


KINDS: Mapping[str, type[Object]] = {
    model.__name__: model
    for model in (
        SLO,
        SLI,
        AlertPolicy,
        AlertCondition,
        AlertNotificationTarget,
        DataSource,
        Service,
    )
}
"""Every kind of the specification."""

_Entry = TypeVar("_Entry", ConditionEntry, TargetEntry, PolicyEntry)


def _either(entry: _Entry, reference: str | None, field: str) -> _Entry:
    if (reference is None) == (entry.spec is None):
        raise ValueError(f"give either {field} or the object itself (metadata and spec)")
    if entry.spec is not None and entry.metadata is None:
        raise ValueError("an object that stands in place has metadata with its name")
    return entry
