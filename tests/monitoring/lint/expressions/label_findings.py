"""Runs the checks of names and labels over single expressions."""

from opsconductor.monitoring.lint.analysis import analyse
from opsconductor.monitoring.lint.expressions import (
    born_at_one,
    cardinality,
    empty_when_absent,
    lost_label,
    matchers,
    never_matches,
    regular_expressions,
    silence,
    unknown_metric,
)
from opsconductor.monitoring.lint.finding import Finding, Position
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.promql.contract_schema import contract_schema
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.settings import Settings

CHECKS = (
    unknown_metric.check,
    matchers.check,
    never_matches.check,
    empty_when_absent.check,
    lost_label.check,
    cardinality.check,
    regular_expressions.check,
    silence.check,
    born_at_one.check,
)
CONTRACT = contract_schema(Settings())


def found(
    text: str,
    *,
    schema: Schema = CONTRACT,
    role: Role = Role.ALERT,
    template_labels: frozenset[str] = frozenset(),
    added_labels: frozenset[str] = frozenset(),
) -> list[Finding]:
    """What is found in an expression, which is an alert's and begins on line 7."""
    query = Query(
        text=text,
        role=role,
        position=Position("rules.yml", 7),
        subject="alert A",
        template_labels=template_labels,
        added_labels=added_labels,
    )
    analysis = analyse(query, schema)
    return [finding for check in CHECKS for finding in check(analysis)]


def ids(
    text: str,
    *,
    schema: Schema = CONTRACT,
    role: Role = Role.ALERT,
    template_labels: frozenset[str] = frozenset(),
    added_labels: frozenset[str] = frozenset(),
) -> list[str]:
    """The ids of what is found, in the order of the checks."""
    findings = found(
        text,
        schema=schema,
        role=role,
        template_labels=template_labels,
        added_labels=added_labels,
    )
    return [finding.kind.id for finding in findings]
