"""What a vector selector yields: the schema's series, narrowed by its matchers."""

from collections.abc import Iterable, Iterator

from promql_parser import Matcher, MatchOp, VectorSelector

from opsconductor.monitoring.promql import re2
from opsconductor.monitoring.promql.schema import Metric, Schema, Values
from opsconductor.monitoring.promql.shape import ANYTHING, NAME, Shape
from opsconductor.monitoring.promql.values import ABSENT, among, exactly, keep, meet, possible


def selected(selector: VectorSelector, schema: Schema) -> Iterator[Shape]:
    """The kinds of series that the selector may find.

    A name that the schema lacks gives a shape that may be anything: that it does not exist is one
    finding, and nothing is to follow from it.
    """
    matchers = list(selector.matchers.matchers)
    for metric in named(selector, schema):
        yield from _narrowed(shape_of(metric, observed=schema.observed), matchers)
    name = selector.name
    if not schema.complete or (name is not None and name not in schema.metrics):
        start = ANYTHING if name is None else of_name(name)
        if name is None or name not in schema.metrics:
            yield from _narrowed(start, matchers)


def of_name(name: str) -> Shape:
    """Series of which only the name is known."""
    return Shape({NAME: exactly(name)}, open=True, metrics=frozenset({name}))


def shape_of(metric: Metric, *, observed: bool = False) -> Shape:
    """All series of a metric. Of values that were only observed, others are possible.

    A histogram's bounds do not come and go.
    """
    labels = {
        label: Values(None, optional=values.optional)
        if observed and label not in {"le", "quantile"}
        else _tidy(values)
        for label, values in metric.labels.items()
    }
    if metric.open:
        labels |= dict.fromkeys(metric.lacks - labels.keys(), ABSENT)
    labels[NAME] = exactly(metric.name)
    return Shape(labels, open=metric.open, metrics=frozenset({metric.name}))


def named(selector: VectorSelector, schema: Schema) -> list[Metric]:
    """The metrics of the schema that the selector's name, or its matchers on the name, admit."""
    if selector.name is not None:
        metric = schema.metrics.get(selector.name)
        return [] if metric is None else [metric]
    matchers = [matcher for matcher in selector.matchers.matchers if matcher.name == NAME]
    return [
        metric
        for name, metric in schema.metrics.items()
        if all(fulfils(matcher, name) is not False for matcher in matchers)
    ]


def fulfils(matcher: Matcher, value: str) -> bool | None:
    """Whether a value passes; the empty one is absence. None where that is not known."""
    match matcher.op:
        case MatchOp.Equal:
            return value == matcher.value
        case MatchOp.NotEqual:
            return value != matcher.value
        case MatchOp.Re:
            return _regex(matcher.value, value)
        case _:
            positive = _regex(matcher.value, value)
            return None if positive is None else not positive


def narrow(values: Values, matcher: Matcher) -> Values:
    """What of a label's values passes; whatever is not known to fail is kept."""
    if values.known is None:
        values = meet(values, _asked_for(matcher))
    return keep(values, lambda value: fulfils(matcher, value) is not False)


def _regex(pattern: str, value: str) -> bool | None:
    if re2.matches_everything(pattern):
        return True
    if re2.matches_anything_present(pattern):
        return bool(value)
    return re2.matches(pattern, value)


def _asked_for(matcher: Matcher) -> Values:
    """What a matcher alone says about a label of which nothing is known."""
    anything = Values(None, optional=True)
    if matcher.op == MatchOp.Equal:
        return exactly(matcher.value)
    if matcher.op == MatchOp.Re:
        pattern = re2.understand(matcher.value)
        few = pattern.values if pattern is not None else None
        return anything if few is None else among(few)
    if matcher.op == MatchOp.NotRe and (
        re2.matches_anything_present(matcher.value) or re2.matches_everything(matcher.value)
    ):
        return ABSENT
    return anything


def _narrowed(shape: Shape, matchers: Iterable[Matcher]) -> Iterator[Shape]:
    for matcher in matchers:
        values = narrow(shape[matcher.name], matcher)
        if not possible(values):
            return
        shape = shape.with_label(matcher.name, values)
    yield shape


def _tidy(values: Values) -> Values:
    """Absence said in one way."""
    if values.known is None or "" not in values.known:
        return values
    return among(values.known | {""})
