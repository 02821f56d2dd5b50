"""Which series exist from the start, before anything has happened."""

from promql_parser import VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.promql.schema import Metric
from opsconductor.monitoring.promql.selection import fulfils, named
from opsconductor.monitoring.promql.values import ABSENT

OTHER = "other"
"""What a label shows for values outside its policy: there to be counted, not to be seeded."""


def always_there(analysis: Analysis, selector: VectorSelector) -> bool:
    """Whether some series that the selector finds exists from the first scrape."""
    metrics = named(selector, analysis.schema)
    return any(_seeds(metric, selector) for metric in metrics)


def late_values(analysis: Analysis, selector: VectorSelector) -> dict[str, frozenset[str]]:
    """By label, values that the selector reads and whose series appear with their first event.

    Only of metrics of which it is known what is exposed at 0.
    """
    found: dict[str, frozenset[str]] = {}
    for metric in named(selector, analysis.schema):
        for label, seeded in (metric.seeded or {}).items():
            known = metric.labels.get(label, ABSENT).known or frozenset()
            late = {value for value in known - seeded - {OTHER} if _passes(selector, label, value)}
            if late:
                found[label] = frozenset(late)
    return found


def _seeds(metric: Metric, selector: VectorSelector) -> bool:
    if metric.seeded is None or metric.optional:
        return False
    return all(
        any(_passes(selector, label, value) for value in values)
        for label, values in metric.seeded.items()
    )


def _passes(selector: VectorSelector, label: str, value: str) -> bool:
    return all(
        fulfils(matcher, value) is not False
        for matcher in selector.matchers.matchers
        if matcher.name == label
    )
