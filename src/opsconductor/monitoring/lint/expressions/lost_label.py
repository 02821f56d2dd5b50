"""lost-label, unknown-grouping-label: labels that are read where no series has them."""

from collections.abc import Iterable, Iterator

from promql_parser import AggregateExpr, BinaryExpr, Call, Expr

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions import wording
from opsconductor.monitoring.lint.expressions.example import alert, record
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.nearest import nearest
from opsconductor.monitoring.promql.aggregation import grouping
from opsconductor.monitoring.promql.function_call import text_argument
from opsconductor.monitoring.promql.matching import matching_of
from opsconductor.monitoring.promql.shape import NAME
from opsconductor.monitoring.promql.syntax import children, walk

LOST_LABEL = Kind(
    id="lost-label",
    title="A label that is gone where it is used",
    level=Level.ERROR,
    why=(
        "An aggregation keeps only the labels that it names. Grouping or matching by a dropped one "
        "puts everything into one group, and a template that reads it shows an empty place in "
        "the message that somebody is woken by."
    ),
    remedy="Keep the label in every aggregation below, or do not use it.",
    bad=alert(
        "sum by (service) (rate(ai_request_errors_total[5m])) > 1",
        summary="{{ $labels.tool }} fails",
    ),
    good=alert(
        "sum by (service, tool) (rate(ai_request_errors_total[5m])) > 1",
        summary="{{ $labels.tool }} fails",
    ),
)
UNKNOWN_GROUPING_LABEL = Kind(
    id="unknown-grouping-label",
    title="Grouping or matching by a label that no series has",
    level=Level.WARNING,
    why=(
        "Prometheus takes a missing label for an empty one: everything falls into one group, as "
        "if the label were not there. A misspelled label looks like a sum over all."
    ),
    remedy="Correct the label's name, or leave it out.",
    bad=record("tool:ai_requests:rate5m", "sum by (tool, stat) (rate(ai_requests_total[5m]))"),
    good=record(
        "tool_status:ai_requests:rate5m", "sum by (tool, status) (rate(ai_requests_total[5m]))"
    ),
)

KINDS: tuple[Kind, ...] = (LOST_LABEL, UNKNOWN_GROUPING_LABEL)

_SOURCE, _FIRST_JOINED = 3, 3
"""Where `label_replace` and `label_join` name the labels that they read."""


def check(analysis: Analysis) -> Iterator[Finding]:
    """Each use of a label, in the expression and in the rule's templates."""
    for node in analysis.nodes:
        match node:
            case AggregateExpr():
                without, labels = grouping(node)
                if not without:
                    yield from _read(analysis, node, labels, (node.expr,), f"`{node.op} by`")
            case BinaryExpr():
                yield from _matched(analysis, node)
            case Call():
                yield from _relabelled(analysis, node)
            case _:
                pass
    yield from _templates(analysis)


def _matched(analysis: Analysis, node: BinaryExpr) -> Iterator[Finding]:
    matching = matching_of(node)
    if matching.on:
        sides = (node.lhs, node.rhs)
        yield from _read(analysis, node, matching.labels, sides, f"`{node.op} on`")
    if matching.included:
        few = node.rhs if matching.many == "left" else node.lhs
        group = f"`group_{matching.many}`"
        yield from _read(analysis, node, matching.included, (few,), group)


def _relabelled(analysis: Analysis, node: Call) -> Iterator[Finding]:
    if node.func.name == "label_replace":
        read = [text_argument(node, _SOURCE)]
    elif node.func.name == "label_join":
        read = [text_argument(node, index) for index in range(_FIRST_JOINED, len(node.args))]
    else:
        return
    labels = [label for label in read if label]
    yield from _read(analysis, node, labels, (node.args[0],), f"`{node.func.name}`")


def _read(
    analysis: Analysis,
    node: Expr,
    labels: Iterable[str],
    operands: tuple[Expr, ...],
    reader: str,
) -> Iterator[Finding]:
    """Labels that a node reads and that none of its operands has."""
    if not all(analysis.flow[operand].shapes for operand in operands):
        return
    for label in sorted(set(labels)):
        if any(analysis.flow[operand].may_have(label) for operand in operands):
            continue
        dropped = _dropper(analysis, operands, label)
        if dropped is not None:
            yield analysis.finding(
                LOST_LABEL,
                f"{reader} uses `{label}`, which {wording.expression(dropped)} has dropped.",
            )
        else:
            yield _unknown(analysis, node, operands, label, reader)


def _unknown(
    analysis: Analysis, node: Expr, operands: tuple[Expr, ...], label: str, reader: str
) -> Finding:
    known = {
        name
        for operand in operands
        for shape in analysis.flow[operand].shapes
        for name in shape.labels
        if name != NAME
    }
    meant = nearest(label, known)
    return analysis.finding(
        UNKNOWN_GROUPING_LABEL,
        f"{reader} in {wording.expression(node)} uses `{label}`, which no series there has; "
        f"they have {wording.listed(known)}.",
        remedy=f"Did you mean `{meant}`?" if meant else "",
    )


def _templates(analysis: Analysis) -> Iterator[Finding]:
    """Labels that the rule's texts read: they see the result's labels, not those that it adds."""
    result = analysis.flow[analysis.tree]
    if result.never:
        return
    for label in sorted(analysis.query.template_labels):
        if result.may_have(label):
            continue
        dropped = _dropper(analysis, (analysis.tree,), label)
        if dropped is not None:
            explanation = f"which {wording.expression(dropped)} has dropped"
        elif label in analysis.query.added_labels:
            explanation = "which the rule adds: templates see only the expression's own labels"
        else:
            explanation = "which the expression's series do not have"
        yield analysis.finding(LOST_LABEL, f"A template reads `$labels.{label}`, {explanation}.")


def _dropper(analysis: Analysis, operands: tuple[Expr, ...], label: str) -> Expr | None:
    """The outermost node that lacks the label while something directly below it has it."""
    for operand in operands:
        for node in walk(operand):
            if not analysis.flow[node].may_have(label) and any(
                analysis.flow[child].may_have(label) for child in children(node)
            ):
                return node
    return None
