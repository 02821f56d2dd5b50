"""unknown-metric: a name that nothing exposes and no rule records."""

from collections.abc import Iterator

from promql_parser import MatchOp, VectorSelector

from opsconductor.monitoring.lint.analysis import Analysis
from opsconductor.monitoring.lint.expressions.example import record
from opsconductor.monitoring.lint.finding import Finding, Kind, Level
from opsconductor.monitoring.lint.nearest import nearest
from opsconductor.monitoring.promql.schema import Schema
from opsconductor.monitoring.promql.selection import named
from opsconductor.monitoring.promql.shape import NAME

_SUFFIXES = ("_total", "_bucket", "_count", "_sum", "_seconds", "_seconds_bucket", "_info")

MADE_BY_PROMETHEUS = frozenset(
    {
        *("up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_series_added"),
        *("scrape_samples_post_metric_relabeling", "scrape_timeout_seconds"),
        *("scrape_sample_limit", "scrape_body_size_bytes", "ALERTS", "ALERTS_FOR_STATE"),
    }
)
"""Series that no page exposes and every Prometheus has, some by a setting. Source: Prometheus's
documentation, "Jobs and instances" and "Alerting rules"."""

UNKNOWN_METRIC = Kind(
    id="unknown-metric",
    title="A metric that does not exist",
    level=Level.ERROR,
    why=(
        "A selector without series is empty, and so is nearly everything made of it: an alert "
        "never fires, a panel shows no data. Nothing tells a wrong name from a quiet system."
    ),
    remedy="Correct the name, or expose the metric before a rule reads it.",
    bad=record("service:ai_requests:rate5m", "sum by (service) (rate(ai_request_total[5m]))"),
    good=record("service:ai_requests:rate5m", "sum by (service) (rate(ai_requests_total[5m]))"),
)

KINDS: tuple[Kind, ...] = (UNKNOWN_METRIC,)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Each unknown name once."""
    schema = analysis.schema
    if not schema.complete:
        return
    seen: set[str] = set()
    for selector in analysis.of(VectorSelector):
        name = asked_name(selector)
        if name is None:
            if not named(selector, schema):
                explanation = f"No metric of {schema.source} has a name like `{selector}` asks for."
                yield analysis.finding(UNKNOWN_METRIC, explanation)
        elif name not in schema.metrics and name not in MADE_BY_PROMETHEUS | seen:
            seen.add(name)
            yield analysis.finding(
                UNKNOWN_METRIC,
                f"`{name}` is not among the metrics of {schema.source}.",
                remedy=_meant(name, schema),
            )


def asked_name(selector: VectorSelector) -> str | None:
    """The one name that a selector asks for; None where it asks for names by a pattern."""
    if selector.name is not None:
        return selector.name
    equal = [
        matcher.value
        for matcher in selector.matchers.matchers
        if matcher.name == NAME and matcher.op == MatchOp.Equal
    ]
    return equal[0] if len(equal) == 1 else None


def _meant(name: str, schema: Schema) -> str:
    """The known name that only lacks or has a suffix, or else the most alike; empty for none."""
    candidates = [name + suffix for suffix in _SUFFIXES]
    candidates += [name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)]
    meant = next((one for one in candidates if one in schema.metrics), None)
    meant = meant or nearest(name, schema.metrics)
    return f"Did you mean `{meant}`?" if meant else ""
