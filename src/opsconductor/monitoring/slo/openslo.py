"""The objects of OpenSLO v1 (`apiVersion: openslo/v1`) as strict models.

Source: the specification in https://github.com/OpenSLO/OpenSLO, README.md. What the models refuse
is told with the field's own name; ranges that need a sentence of their own (targets, windows) are
checked where they are used.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from opsconductor.monitoring.slo.openslo_alerts import (
    ConditionSpec,
    PolicyEntry,
    PolicySpec,
    TargetSpec,
)
from opsconductor.monitoring.slo.openslo_fields import (
    Description,
    Duration,
    Metadata,
    Op,
    Slice,
    Strict,
    Text,
    service_name,
)

VERSION = "openslo/v1"


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


class SLOSpec(Strict):
    """The promise. No `timeWindow` is valid OpenSLO, but nothing that can be compiled."""

    description: Description | None = None
    service: Annotated[Text, AfterValidator(service_name)]
    indicator: Indicator | None = None
    indicator_ref: Text | None = None
    time_window: list[TimeWindow] = Field(default_factory=list, max_length=1)
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
