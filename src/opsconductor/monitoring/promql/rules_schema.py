"""A schema with the series that recording rules add to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from promql_parser import AggregateExpr, BinaryExpr, Call, Expr, VectorSelector

from opsconductor.monitoring.promql.bounds import bounds, metric_of
from opsconductor.monitoring.promql.computed import computed
from opsconductor.monitoring.promql.equivalence import normal_form
from opsconductor.monitoring.promql.flow import flow
from opsconductor.monitoring.promql.literal import number
from opsconductor.monitoring.promql.schema import Metric, Schema, Values
from opsconductor.monitoring.promql.shape import NAME, Shape, joined
from opsconductor.monitoring.promql.syntax import PromQLError, bare, parse, walk
from opsconductor.monitoring.promql.values import exactly


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """A rule as its file has it; `interval` is its group's in seconds, None where not written."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: float | None = None


def with_rules(schema: Schema, rules: Iterable[RecordingRule]) -> Schema:
    """The schema and what the rules record, in their order, so that rules may read rules.

    A series that the contract declares stays as declared: that is what the rule has to keep.
    Otherwise the rule decides, not what the schema knew of an earlier version of it. A rule that
    cannot be read, or yields nothing, records a series of which only the name is known.
    """
    rules = list(rules)
    fixed = {name for name, metric in schema.metrics.items() if metric.computed}
    metrics = dict(schema.metrics)
    recorded = dict(schema.recorded)
    for rule in rules:
        if rule.record not in fixed:
            metrics[rule.record] = _unknown(rule.record)
    growing = replace(schema, metrics=metrics, recorded=recorded)  # both grow below
    seen: set[str] = set()
    for rule in rules:
        try:
            tree = parse(rule.expr)
        except PromQLError:
            continue
        if not rule.labels and _worth_reading(tree):
            recorded.setdefault(normal_form(tree), rule.record)
        if rule.record not in fixed:
            metric = _metric(rule, tree, growing)
            again = rule.record in seen
            metrics[rule.record] = _either(metrics[rule.record], metric) if again else metric
            seen.add(rule.record)
    return growing


def with_loaded_rules(schema: Schema, rules: Iterable[RecordingRule]) -> Schema:
    """The same for the rules that the server, whose schema it is, evaluates itself.

    Labels stay those of the series that the server has; the rules tell what they hold.
    """
    made = with_rules(schema, rules)
    metrics = dict(schema.metrics)
    for name, ruled in made.metrics.items():
        known = schema.metrics.get(name)
        if known is None or known.open or ruled is known:
            metrics[name] = ruled
        else:
            metrics[name] = replace(ruled, labels=known.labels, open=False)
    return replace(made, metrics=metrics)


def _unknown(name: str) -> Metric:
    return Metric(name=name, kind="unknown", family=name, open=True, computed="other")


def _worth_reading(tree: Expr) -> bool:
    """A recorded copy of a series or a number is no saving."""
    return any(isinstance(node, Call | AggregateExpr) for node in walk(tree))


def _metric(rule: RecordingRule, tree: Expr, schema: Schema) -> Metric:
    yields = flow(tree, schema)[tree]
    shape = joined(yields.shapes) if yields.shapes else Shape({}, open=not yields.scalar)
    for label, value in rule.labels.items():
        shape = shape.with_label(label, exactly(value))
    labels: dict[str, Values] = {
        label: values for label, values in shape.labels.items() if label != NAME
    }
    values, holds = bounds(tree, schema), computed(tree, schema)
    return Metric(
        name=rule.record,
        kind={"total": "counter", "other": "unknown"}.get(holds, "gauge"),  # type: ignore[arg-type]  # words of Kind
        family=rule.record,
        labels=labels,
        open=shape.open,
        bounds=_bounds(tree, schema) if "le" in labels else (),
        low=values.low,
        high=values.high,
        computed=holds or "other",
        nan=values.makes_nan,
        guarded=guarded(tree, schema),
        scrape_interval=rule.interval,
    )


def _bounds(tree: Expr, schema: Schema) -> tuple[str, ...]:
    """The bucket bounds that the expression keeps, where all its histograms have the same."""
    found = {
        metric.bounds
        for node in walk(tree)
        if isinstance(node, VectorSelector) and (metric := metric_of(node, schema)) is not None
    }
    return found.pop() if len(found) == 1 else ()


def guarded(tree: Expr, schema: Schema) -> bool:
    """Whether a ratio says enough without a look at the traffic behind it.

    It does where its divisor is filtered (`total > 5`; `> 0` only keeps NaN out), or where all
    that it reads counts at a fixed rhythm or has the guard already.
    """
    for node in walk(tree):
        if isinstance(node, BinaryExpr) and str(node.op) == "/":
            divisor = bare(node.rhs)
            if isinstance(divisor, BinaryExpr) and str(divisor.op) in {">", ">="}:
                least = number(divisor.rhs)
                if least is not None and least > 0:
                    return True
    read = [metric_of(node, schema) for node in walk(tree) if isinstance(node, VectorSelector)]
    return bool(read) and all(metric is not None and metric.guarded for metric in read)


def _either(one: Metric, other: Metric) -> Metric:
    """A name that several rules record."""
    shape = joined((Shape(one.labels, one.open), Shape(other.labels, other.open)))
    return replace(
        one,
        kind=one.kind if one.kind == other.kind else "unknown",
        labels=shape.labels,
        open=shape.open,
        bounds=one.bounds if one.bounds == other.bounds else (),
        low=min(one.low, other.low),
        high=max(one.high, other.high),
        computed=one.computed if one.computed == other.computed else "other",
        nan=one.nan or other.nan,
        guarded=one.guarded and other.guarded,
    )
