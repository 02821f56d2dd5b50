"""Whether one expression counts a part of what another one counts."""

from collections.abc import Sequence

from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    Matcher,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    VectorSelector,
)

from opsconductor.monitoring.promql.syntax import bare

_COUNTING = frozenset({"rate", "increase", "sum_over_time", "count_over_time"})


def share_of_whole(part: Expr, whole: Expr) -> bool:
    """Whether a quotient of the two lies between 0 and 1, the values being no less than 0.

    It does where both read the same series in the same way and the part has the same matchers and
    more. A filter on the whole (`whole > 0`) only leaves samples out.
    """
    part, whole = bare(part), _unfiltered(whole)
    match part, whole:
        case AggregateExpr(), AggregateExpr():
            return (
                str(part.op) == str(whole.op) == "sum"
                and _grouping(part) == _grouping(whole)
                and share_of_whole(part.expr, whole.expr)
            )
        case Call(), Call():
            return (
                part.func.name == whole.func.name
                and part.func.name in _COUNTING
                and share_of_whole(part.args[0], whole.args[0])
            )
        case MatrixSelector(), MatrixSelector():
            return part.range == whole.range and share_of_whole(
                part.vector_selector, whole.vector_selector
            )
        case VectorSelector(), VectorSelector():
            if part.offset != whole.offset or part.at is not None or whole.at is not None:
                return False
            return part.name is not None and _contains(whole, part)
    return False


def _unfiltered(tree: Expr) -> Expr:
    tree = bare(tree)
    while (
        isinstance(tree, BinaryExpr)
        and str(tree.op) in {">", ">=", "!="}
        and isinstance(bare(tree.rhs), NumberLiteral)
        and not (tree.modifier is not None and tree.modifier.return_bool)
    ):
        tree = bare(tree.lhs)
    return tree


def _grouping(tree: AggregateExpr) -> tuple[bool, frozenset[str]]:
    """Whether it is `by`, and the labels; no grouping is `by` no label."""
    if tree.modifier is None:
        return True, frozenset()
    by = bool(tree.modifier.type == AggModifierType.By)
    return by, frozenset(tree.modifier.labels)


def _contains(whole: VectorSelector, part: VectorSelector) -> bool:
    """Whether the whole counts all that the part counts.

    The bucket of one bound holds a part of what the same histogram's count holds.
    """
    narrow = _texts(part.matchers.matchers)
    base = (part.name or "").removesuffix("_bucket")
    if base != part.name and whole.name == f"{base}_count":
        bound = [one for one in part.matchers.matchers if one.name == "le"]
        single = len(bound) == 1 and bound[0].op == MatchOp.Equal
        return single and _texts(whole.matchers.matchers) <= narrow
    return part.name == whole.name and _texts(whole.matchers.matchers) <= narrow


def _texts(matchers: Sequence[Matcher]) -> set[str]:
    return {
        str(matcher)
        for matcher in matchers
        # `.*` admits every series, with or without the label.
        if not (matcher.op == MatchOp.Re and matcher.value == ".*")
    }
