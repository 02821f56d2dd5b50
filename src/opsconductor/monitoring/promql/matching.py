"""Vector matching: which series of two sides go together, and what comes of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promql_parser import BinaryExpr, LabelModifierType, VectorMatchCardinality

from opsconductor.monitoring.promql.schema import Values
from opsconductor.monitoring.promql.shape import ANYTHING, NAME, Shape, joined, tidy
from opsconductor.monitoring.promql.values import meet, possible
from opsconductor.monitoring.promql.yields import SCALAR, Yield, yielded

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SETS = frozenset({"and", "or", "unless"})


@dataclass(frozen=True, slots=True)
class Matching:
    """How the two sides of an operation are matched.

    `on` says whether the `labels` are the ones that count or the ones that do not. `many` is the
    side that may have several series for one of the other's: `left`, `right`, `both` (sets) or
    empty. `included` are the labels that `group_left(…)` takes from the other side.
    """

    on: bool = False
    labels: frozenset[str] = frozenset()
    many: str = ""
    included: tuple[str, ...] = ()
    bool_modifier: bool = False
    filled: bool = False

    def counts(self, label: str) -> bool:
        """Whether the label has to agree."""
        return label in self.labels if self.on else label not in self.labels and label != NAME

    def compared(self, left: Shape, right: Shape) -> Iterator[str]:
        """The labels that have to agree and of which either side says something."""
        if self.on:
            return iter(self.labels)
        names = left.labels.keys() | right.labels.keys()
        return (name for name in names if self.counts(name))

    def conflict(self, left: Shape, right: Shape) -> str:
        """A label in which the two can never agree; empty where they can."""
        clashes = (
            name
            for name in self.compared(left, right)
            if not possible(meet(left[name], right[name]))
        )
        return min(clashes, default="")


def matching_of(node: BinaryExpr) -> Matching:
    """How the operation matches its sides."""
    modifier = node.modifier
    many = "both" if str(node.op) in SETS else ""
    if modifier is None:
        return Matching(many=many)
    if modifier.card == VectorMatchCardinality.ManyToOne:
        many = "left"
    elif modifier.card == VectorMatchCardinality.OneToMany:
        many = "right"
    labels = modifier.matching
    fills = modifier.fill_values
    return Matching(
        on=labels is not None and labels.type == LabelModifierType.Include,
        labels=frozenset() if labels is None else frozenset(labels.labels),
        many=many,
        included=tuple(modifier.group_labels or ()),
        bool_modifier=modifier.return_bool,
        filled=fills.lhs is not None or fills.rhs is not None,
    )


def combined(node: BinaryExpr, left: Yield, right: Yield) -> Yield:
    """What a binary operation yields."""
    operator, matching = str(node.op), matching_of(node)
    if left.scalar and right.scalar:
        return SCALAR
    if left.scalar or right.scalar:
        return _with_scalar(operator, matching, right if left.scalar else left)
    if operator in SETS:
        return _set(operator, matching, left, right)
    if matching.filled:
        return Yield((replace(ANYTHING, metrics=left.metrics | right.metrics),))
    return _matched(operator, matching, left, right)


def pairs(matching: Matching, left: Yield, right: Yield) -> Iterator[tuple[Shape, Shape]]:
    """The kinds of series of both sides that may go together."""
    for one in left.shapes:
        for other in right.shapes:
            if not matching.conflict(one, other):
                yield one, other


def _with_scalar(operator: str, matching: Matching, vector: Yield) -> Yield:
    if operator not in COMPARISONS:
        return vector.nameless()
    if matching.bool_modifier:
        return vector.nameless()
    return replace(vector, sparse=True)


def _set(operator: str, matching: Matching, left: Yield, right: Yield) -> Yield:
    if operator == "or":
        return yielded((*left.shapes, *right.shapes), sparse=left.sparse and right.sparse)
    if operator == "unless":
        return Yield(left.shapes, sparse=bool(right.shapes) or left.sparse)
    return yielded(_intersected(matching, left.shapes, right.shapes), sparse=True)


def _intersected(
    matching: Matching, left: Sequence[Shape], right: Sequence[Shape]
) -> Iterator[Shape]:
    """The left side's series, with the values that some series of the right side has too."""
    for one in left:
        agreeing = [
            _agreed(matching, one, other) for other in right if not matching.conflict(one, other)
        ]
        if agreeing:
            yield replace(joined(agreeing), metrics=one.metrics)


def _agreed(matching: Matching, one: Shape, other: Shape) -> Shape:
    """One side's series, narrowed to the values that the other side's may have too."""
    labels: dict[str, Values] = dict(one.labels)
    for name in matching.compared(one, other):
        labels[name] = meet(one[name], other[name])
    is_open = one.open
    if one.open and not other.open and not matching.on:
        # Whatever the other side lacks this one must lack too, except what does not count.
        is_open = False
        labels |= {name: one[name] for name in (*matching.labels, NAME)}
    return Shape(tidy(labels, is_open=is_open), open=is_open, metrics=one.metrics)


def _matched(operator: str, matching: Matching, left: Yield, right: Yield) -> Yield:
    """One result for each pair of series that agree."""
    filters = operator in COMPARISONS and not matching.bool_modifier
    swapped = matching.many == "right"
    shapes = []
    for one, other in pairs(matching, left, right):
        many, few = (other, one) if swapped else (one, other)
        result = _result(matching, _agreed(matching, many, few), few)
        if not filters:
            if matching.bool_modifier or NAME not in matching.included:
                result = result.without((NAME,))
            result = replace(result, metrics=many.metrics | few.metrics)
        shapes.append(result)
    uncertain = filters or left.sparse or right.sparse
    return yielded(shapes, sparse=uncertain)


def _result(matching: Matching, many: Shape, few: Shape) -> Shape:
    """The labels of a result: the many side's, and what is included of the other's."""
    if not matching.many:
        return many.only(matching.labels) if matching.on else many.without(matching.labels)
    for name in matching.included:
        many = many.with_label(name, few[name])
    return many
