"""What a function call yields, for every function of Prometheus 2.45 to 3."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product

from promql_parser import (
    Call,
    Expr,
    MatchOp,
    MatrixSelector,
    ParenExpr,
    StringLiteral,
    VectorSelector,
)

from opsconductor.monitoring.promql import re2
from opsconductor.monitoring.promql.schema import ANY, Values
from opsconductor.monitoring.promql.shape import ANYTHING, NAME, NO_LABELS, Shape
from opsconductor.monitoring.promql.syntax import bare
from opsconductor.monitoring.promql.values import ABSENT, FREE, admits, among, every, exactly, join
from opsconductor.monitoring.promql.yields import SCALAR, Yield, yielded

SCALARS = frozenset({"scalar", "time", "pi", "start", "end", "range", "step"})
KEEP_NAME = frozenset(
    {
        "sort",
        "sort_desc",
        "sort_by_label",
        "sort_by_label_desc",
        "last_over_time",
        "first_over_time",
    }
)
FROM_BUCKETS = frozenset({"histogram_quantile", "histogram_fraction"})
_FIRST_GROUP = frozenset({"$1", "${1}"})
_MOST_VALUES = 100
"""More values than these of a made-up label are not counted up."""


def called(node: Call, arguments: Sequence[Yield]) -> Yield:
    """What the call yields, given what its arguments yield."""
    name = node.func.name
    special = _SPECIAL.get(name)
    if special is not None:
        return special(node, arguments)
    if name in SCALARS:
        return SCALAR
    operand = _operand(arguments)
    if operand is None:
        return Yield((NO_LABELS,))  # vector(1), or hour() and the like at the present time
    if name in KEEP_NAME:
        return operand
    if name in FROM_BUCKETS:
        return operand.each(lambda shape: shape.without((NAME, "le")))
    return operand.nameless()


def text_argument(node: Call, index: int) -> str | None:
    """The text given as an argument; None where there is none."""
    argument = bare(node.args[index]) if index < len(node.args) else None
    return argument.val if isinstance(argument, StringLiteral) else None


def _operand(arguments: Sequence[Yield]) -> Yield | None:
    """The argument that is a vector; some functions have numbers before it."""
    return next((argument for argument in arguments if not argument.scalar), None)


def _absent(node: Call, arguments: Sequence[Yield]) -> Yield:
    """One series with the labels that the selector asks to be equal to one value."""
    argument = node.args[0]
    shape = _asked_labels(bare(argument))
    if isinstance(argument, ParenExpr):  # some versions look behind parentheses, others do not
        return yielded((shape, NO_LABELS), sparse=True)
    del arguments
    return yielded((shape,), sparse=True)


def _asked_labels(argument: Expr) -> Shape:
    selector = argument.vector_selector if isinstance(argument, MatrixSelector) else argument
    if not isinstance(selector, VectorSelector):
        return NO_LABELS
    shape, seen = NO_LABELS, {NAME}
    for matcher in selector.matchers.matchers:
        if matcher.name == NAME:
            continue
        if matcher.op == MatchOp.Equal and matcher.name not in seen:
            shape = shape.with_label(matcher.name, exactly(matcher.value))
            seen.add(matcher.name)
        else:
            shape = shape.without((matcher.name,))
    return shape


def _quantiles(node: Call, arguments: Sequence[Yield]) -> Yield:
    """`histogram_quantiles` writes the quantile into a label."""
    label = text_argument(node, 1)
    vector = arguments[0]
    if label is None:
        return Yield((ANYTHING,), sparse=vector.sparse)
    return vector.each(lambda shape: shape.without((NAME, "le")).with_label(label, ANY))


def _info(node: Call, arguments: Sequence[Yield]) -> Yield:
    """`info` adds labels of info metrics, whichever there are, and may leave out series."""
    del node
    return yielded(
        (Shape(shape.labels, open=True, metrics=shape.metrics) for shape in arguments[0].shapes),
        sparse=True,
    )


def _replaced(node: Call, arguments: Sequence[Yield]) -> Yield:
    target, replacement, source, pattern = (text_argument(node, n) for n in range(1, 5))
    if target is None or replacement is None or source is None or pattern is None:
        return Yield((ANYTHING,), sparse=arguments[0].sparse)
    replace = partial(_replacement, pattern, replacement)
    return arguments[0].each(
        lambda shape: shape.with_label(target, replace(shape[source], shape[target]))
    )


def _replacement(pattern: str, replacement: str, source: Values, before: Values) -> Values:
    """What `label_replace` makes of a label: a new value where the source matches, else the old."""
    if re2.matches_everything(pattern):
        return _of_everything(pattern, replacement, source)
    values = every(source)
    if values is None or len(values) > _MOST_VALUES:
        return FREE if "$" in replacement else join(exactly(replacement), before)
    result: Values | None = None
    for value in values:
        if re2.matches(pattern, value) is False:
            made = before
        else:
            made = _expanded(pattern, replacement, value, before)
        result = made if result is None else join(result, made)
    return before if result is None else result


def _of_everything(pattern: str, replacement: str, source: Values) -> Values:
    if "$" not in replacement:
        return exactly(replacement)
    if replacement not in _FIRST_GROUP:
        return FREE
    return source if "(" in pattern and "(?:" not in pattern else ABSENT


def _expanded(pattern: str, replacement: str, value: str, before: Values) -> Values:
    """The new value for one value of the source, which matches or may match."""
    if "$" not in replacement:
        made = exactly(replacement)
        return made if re2.matches(pattern, value) else join(made, before)
    understood = re2.understand(pattern)
    if replacement not in _FIRST_GROUP or understood is None or understood.nested:
        return FREE
    if not re2.safe(understood, value) or not understood.compiled.groups:
        return FREE
    found = understood.compiled.fullmatch(value)
    return FREE if found is None else exactly(found.group(1) or "")


def _joined(node: Call, arguments: Sequence[Yield]) -> Yield:
    """`label_join` writes the values of some labels, one after the other, into a label."""
    texts = [text_argument(node, index) for index in range(1, len(node.args))]
    target, separator, *sources = texts
    if target is None or separator is None or None in sources:
        return Yield((ANYTHING,), sparse=arguments[0].sparse)
    names = [source for source in sources if source is not None]
    return arguments[0].each(
        lambda shape: shape.with_label(
            target, _concatenated([shape[name] for name in names], separator)
        )
    )


def _concatenated(parts: Sequence[Values], separator: str) -> Values:
    known: list[frozenset[str]] = []
    size = 1
    for part in parts:
        values = every(part)
        size *= 0 if values is None else len(values)
        if values is None or size > _MOST_VALUES:
            may_be_empty = not separator and all(admits(one, "") for one in parts)
            return Values(None, optional=may_be_empty or len(parts) < 2)  # noqa: PLR2004  no separator
        known.append(values)
    return among(separator.join(values) for values in product(*known))


_SPECIAL: Mapping[str, Callable[[Call, Sequence[Yield]], Yield]] = {
    "absent": _absent,
    "absent_over_time": _absent,
    "histogram_quantiles": _quantiles,
    "info": _info,
    "label_join": _joined,
    "label_replace": _replaced,
}
