"""Whether two expressions are the same but for the way they are written."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import promql_parser as promql

from opsconductor.monitoring.promql.syntax import is_scalar

_COMMUTATIVE = frozenset({"+", "*"})
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


def normal_form(tree: Any) -> str:
    """A text that is the same for expressions that differ only in writing.

    That is: spaces, redundant parentheses, the order of matchers and of grouping labels, the unit
    of a duration, the order of the operands of `+` and `*`, and a scalar on the left of a
    comparison, which PromQL reads as if it stood on the right. `and`, `or` and comparisons of
    vectors keep their order, for their result is made of the left side.
    """
    form = _FORMS.get(type(tree))
    if form is None:
        raise TypeError(f"{type(tree).__name__} is no node of an expression")
    return form(tree)


def _matrix(tree: promql.MatrixSelector) -> str:
    return _selector(tree.vector_selector, f"[{_seconds(tree.range)}]")


def _subquery(tree: promql.SubqueryExpr) -> str:
    window = f"[{_seconds(tree.range)}:{_seconds(tree.step)}]"
    return f"({normal_form(tree.expr)}){window}{_shift(tree)}"


def _call(tree: promql.Call) -> str:
    return f"{tree.func.name}({','.join(normal_form(one) for one in tree.args)})"


def _selector(selector: promql.VectorSelector, window: str = "") -> str:
    matchers = selector.matchers.matchers
    written = ",".join(sorted({str(matcher) for matcher in matchers if not _names(matcher)}))
    names = sorted(matcher.value for matcher in matchers if _names(matcher))
    return f"{selector.name or '|'.join(names)}{{{written}}}{window}{_shift(selector)}"


def _names(matcher: promql.Matcher) -> bool:
    return matcher.name == "__name__" and matcher.op == promql.MatchOp.Equal


def _shift(node: promql.VectorSelector | promql.SubqueryExpr) -> str:
    offset = f" offset {_seconds(node.offset)}" if node.offset else ""
    return offset if node.at is None else f"{offset} @ {node.at.type} {node.at.at}"


def _seconds(duration: timedelta | None) -> str:
    return "" if duration is None else f"{duration.total_seconds():g}"


def _aggregation(tree: promql.AggregateExpr) -> str:
    parameter = "" if tree.param is None else f"{normal_form(tree.param)},"
    grouping = ""
    if tree.modifier is not None:
        by = tree.modifier.type == promql.AggModifierType.By
        labels = ",".join(sorted(set(tree.modifier.labels)))
        grouping = f" {'by' if by else 'without'}({labels})" if labels or not by else ""
    return f"{tree.op}{grouping}({parameter}{normal_form(tree.expr)})"


def _binary(tree: promql.BinaryExpr) -> str:
    operator, left, right = str(tree.op), normal_form(tree.lhs), normal_form(tree.rhs)
    matching = _matching(tree.modifier)
    if operator in _MIRRORED and is_scalar(tree.lhs):
        operator, left, right = _MIRRORED[operator], right, left
    if operator in _COMMUTATIVE and "group" not in matching:
        left, right = sorted((left, right))
    return f"({left}){operator}{matching}({right})"


def _matching(modifier: promql.BinModifier | None) -> str:
    if modifier is None:
        return ""
    words = ["bool"] if modifier.return_bool else []
    if modifier.matching is not None:
        include = modifier.matching.type == promql.LabelModifierType.Include
        labels = ",".join(sorted(set(modifier.matching.labels)))
        if labels or include:
            words.append(f"{'on' if include else 'ignoring'}({labels})")
    left = modifier.card == promql.VectorMatchCardinality.ManyToOne
    if left or modifier.card == promql.VectorMatchCardinality.OneToMany:
        labels = ",".join(sorted(set(modifier.group_labels or ())))
        words.append(f"group_{'left' if left else 'right'}({labels})")
    fill: promql.VectorMatchFillValues | None = modifier.fill_values
    if fill is not None and (fill.lhs is not None or fill.rhs is not None):
        words.append(f"group_fill({fill.lhs},{fill.rhs})")
    return f" {' '.join(words)} " if words else ""


_FORMS: Mapping[type, Callable[[Any], str]] = {
    promql.ParenExpr: lambda tree: normal_form(tree.expr),
    promql.NumberLiteral: lambda tree: repr(float(tree.val)),
    promql.StringLiteral: lambda tree: repr(tree.val),
    promql.UnaryExpr: lambda tree: f"-({normal_form(tree.expr)})",
    promql.VectorSelector: _selector,
    promql.MatrixSelector: _matrix,
    promql.SubqueryExpr: _subquery,
    promql.Call: _call,
    promql.AggregateExpr: _aggregation,
    promql.BinaryExpr: _binary,
}
