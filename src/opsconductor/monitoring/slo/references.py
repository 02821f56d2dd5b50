"""An SLO together with the objects that it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from opsconductor.monitoring.slo import problem
from opsconductor.monitoring.slo.documents import Document, Documents
from opsconductor.monitoring.slo.located import Path
from opsconductor.monitoring.slo.openslo import (
    SLI,
    SLO,
    AlertCondition,
    AlertNotificationTarget,
    AlertPolicy,
    DataSource,
    Metric,
    Object,
    SLISpec,
)
from opsconductor.monitoring.slo.openslo_alerts import (
    Condition,
    ConditionEntry,
    PolicyEntry,
    PolicySpec,
    TargetEntry,
)
from opsconductor.monitoring.slo.problem import Problem

_Kind = TypeVar("_Kind", bound=Object)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands that may be inlined: the document, and the path within it."""

    document: Document
    path: Path = ()

    def problem(self, code: str, what: str, *path: str | int) -> Problem:
        """A problem of a part of it."""
        return self.document.problem(code, what, *self.path, *path)


@dataclass(frozen=True, slots=True)
class PlacedIndicator:
    """An SLI and where it stands."""

    spec: SLISpec
    place: Place


@dataclass(frozen=True, slots=True)
class PlacedCondition:
    """A condition of a policy of an SLO; `targets` are the names of those who are told."""

    policy: str
    name: str
    severity: str
    condition: Condition
    when_breaching: bool
    when_no_data: bool
    targets: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Resolved:
    """An SLO whose names all lead somewhere."""

    document: Document
    slo: SLO
    indicator: PlacedIndicator
    conditions: tuple[PlacedCondition, ...]
    documents: Documents

    def alternative(self, name: str) -> PlacedIndicator | None:
        """Another SLI of the documents, by name."""
        found = _find(self.documents, SLI, name)
        return PlacedIndicator(found[1].spec, Place(found[0], ("spec",))) if found else None

    def source_type(self, metric: Metric, place: Place, *path: str | int) -> str | Problem:
        """The kind of metric source that a query is for."""
        source, path = metric.metric_source, (*path, "metricSource")
        if source.metric_source_ref is not None:
            found = _find(self.documents, DataSource, source.metric_source_ref)
            if found is None:
                return _unresolved(
                    self.documents,
                    DataSource,
                    source.metric_source_ref,
                    place,
                    (*path, "metricSourceRef"),
                )
            return source.type or found[1].spec.type
        if source.type is None:
            return place.problem(problem.SOURCE, "give type, or metricSourceRef", *path)
        return source.type


def resolve(document: Document, documents: Documents) -> Resolved | list[Problem]:
    """The SLO with what it names, or every name that leads nowhere."""
    slo = document.object
    if not isinstance(slo, SLO):
        raise TypeError(f"{document.subject} is no SLO")
    here = Place(document, ("spec",))
    problems: list[Problem] = []
    indicator = _indicator(slo, here, documents)
    if isinstance(indicator, Problem):
        problems.append(indicator)
    problems += _service(slo, here, documents)
    conditions: list[PlacedCondition] = []
    for number, entry in enumerate(slo.spec.alert_policies or ()):
        for one in _policy(entry, Place(document, ("spec", "alertPolicies", number)), documents):
            if isinstance(one, Problem):
                problems.append(one)
            else:
                conditions.append(one)
    if problems or isinstance(indicator, Problem):
        return problems
    return Resolved(document, slo, indicator, tuple(conditions), documents)


def _indicator(slo: SLO, here: Place, documents: Documents) -> PlacedIndicator | Problem:
    if slo.spec.indicator is not None:
        place = Place(here.document, (*here.path, "indicator", "spec"))
        return PlacedIndicator(slo.spec.indicator.spec, place)
    name = slo.spec.indicator_ref or ""
    found = _find(documents, SLI, name)
    if found is None:
        return _unresolved(documents, SLI, name, here, ("indicatorRef",))
    return PlacedIndicator(found[1].spec, Place(found[0], ("spec",)))


def _service(slo: SLO, here: Place, documents: Documents) -> list[Problem]:
    """A service need not be an object; where some are, a name beside them is a slip."""
    services = documents.of("Service")
    if not services or slo.spec.service in services:
        return []
    what = f"no Service is called {slo.spec.service}; there are {', '.join(services)}"
    return [here.problem(problem.REFERENCE, what, "service")]


def _policy(
    entry: PolicyEntry, place: Place, documents: Documents
) -> Sequence[PlacedCondition | Problem]:
    name, spec = _named(entry), entry.spec
    place_of = Place(place.document, (*place.path, "spec"))
    if spec is None:
        found = _find(documents, AlertPolicy, name)
        if found is None:
            return [_unresolved(documents, AlertPolicy, name, place, ("alertPolicyRef",))]
        spec, place_of = found[1].spec, Place(found[0], ("spec",))
    targets = _targets(spec, place_of, documents)
    problems = [one for one in targets if isinstance(one, Problem)]
    names = tuple(one for one in targets if isinstance(one, str))
    conditions = [
        _condition(
            each,
            name,
            spec,
            names,
            Place(place_of.document, (*place_of.path, "conditions", i)),
            documents,
        )
        for i, each in enumerate(spec.conditions)
    ]
    return [*problems, *conditions]


def _targets(spec: PolicySpec, place: Place, documents: Documents) -> list[str | Problem]:
    found: list[str | Problem] = []
    for number, entry in enumerate(spec.notification_targets):
        name = _named(entry)
        if entry.spec is None and _find(documents, AlertNotificationTarget, name) is None:
            path = ("notificationTargets", number, "targetRef")
            found.append(_unresolved(documents, AlertNotificationTarget, name, place, path))
        else:
            found.append(name)
    return found


def _condition(  # noqa: PLR0913, PLR0917  a condition is all of this
    entry: ConditionEntry,
    policy: str,
    spec: PolicySpec,
    targets: tuple[str, ...],
    place: Place,
    documents: Documents,
) -> PlacedCondition | Problem:
    name, inner = _named(entry), entry.spec
    where = Place(place.document, (*place.path, "spec"))
    if inner is None:
        found = _find(documents, AlertCondition, name)
        if found is None:
            return _unresolved(documents, AlertCondition, name, place, ("conditionRef",))
        inner, where = found[1].spec, Place(found[0], ("spec",))
    return PlacedCondition(
        policy=policy,
        name=name,
        severity=inner.severity,
        condition=inner.condition,
        when_breaching=spec.alert_when_breaching,
        when_no_data=spec.alert_when_no_data,
        targets=targets,
        place=where,
    )


def _named(entry: PolicyEntry | ConditionEntry | TargetEntry) -> str:
    """The name of an object that stands in place, or the name that it is called by."""
    if entry.metadata is not None:
        return entry.metadata.name
    match entry:
        case PolicyEntry():
            return entry.alert_policy_ref or ""
        case ConditionEntry():
            return entry.condition_ref or ""
        case TargetEntry():
            return entry.target_ref or ""


def _find(documents: Documents, kind: type[_Kind], name: str) -> tuple[Document, _Kind] | None:
    document = documents.of(kind.__name__).get(name)
    if document is None or not isinstance(document.object, kind):
        return None
    return document, document.object


def _unresolved(
    documents: Documents, kind: type[Object], name: str, place: Place, path: Path
) -> Problem:
    known = ", ".join(documents.of(kind.__name__)) or "none is given: name its file as well"
    what = f"no {kind.__name__} is called {name}; there are {known}"
    if not documents.of(kind.__name__):
        what = f"no {kind.__name__} is called {name}, for {known}"
    return place.problem(problem.REFERENCE, what, *path)
