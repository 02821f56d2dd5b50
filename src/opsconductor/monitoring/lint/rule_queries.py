"""The expressions of rules, with what their checks have to know about the rule."""

from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.lint.rule_file import Rule
from opsconductor.monitoring.lint.template import label_reads


def rule_query(rule: Rule, default_interval: float | None) -> Query:
    """The rule's expression; `default_interval` is that of a group that names none, in seconds."""
    return Query(
        text=rule.expr.value,
        role=Role.ALERT if rule.kind == "alert" else Role.RECORD,
        position=rule.expr.position,
        subject=rule.subject,
        name=rule.name.value,
        interval=default_interval if rule.interval is None else rule.interval,
        hold=rule.hold_seconds or 0,
        added_labels=frozenset(rule.labels),
        template_labels=label_reads(text.value for _, text in rule.templates),
    )
