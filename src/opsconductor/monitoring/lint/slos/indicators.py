"""The PromQL of indicators, for the checks of expressions."""

from collections.abc import Iterator

from opsconductor.monitoring.durations import duration
from opsconductor.monitoring.lint.query import Query, Role
from opsconductor.monitoring.slo.documents import Document, Documents
from opsconductor.monitoring.slo.openslo import SLI, SLO, Metric, SLISpec
from opsconductor.monitoring.slo.promise import BASE_WINDOW
from opsconductor.monitoring.slo.queries import QueryError, Wrap, query_text

SIDES = ("good", "bad", "total", "raw")


def queries(documents: Documents, interval: float | None) -> Iterator[Query]:
    """Every indicator's query as it is compiled for the base window.

    What is no PromQL is left out: `promises` says so.
    """
    for document in documents.objects:
        match document.object:
            case SLI(spec=spec):
                yield from _spec(document, spec, ("spec",), interval)
            case SLO(spec=slo) if slo.indicator is not None:
                path = ("spec", "indicator", "spec")
                yield from _spec(document, slo.indicator.spec, path, interval)


def _spec(
    document: Document, spec: SLISpec, path: tuple[str, ...], interval: float | None
) -> Iterator[Query]:
    found: list[tuple[Metric, tuple[str, ...], bool]] = []
    if spec.threshold_metric is not None:
        found.append((spec.threshold_metric, (*path, "thresholdMetric"), True))
    if spec.ratio_metric is not None:
        for side in SIDES:
            metric: Metric | None = getattr(spec.ratio_metric, side)
            if metric is not None:
                found.append((metric, (*path, "ratioMetric", side), side == "raw"))
    gauges = spec.ratio_metric is not None and not spec.ratio_metric.counter
    for metric, place, value in found:
        source = metric.metric_source
        text = (source.spec or {}).get("query")
        if not isinstance(text, str) or (source.type or "prometheus").lower() != "prometheus":
            continue
        try:
            query = query_text(text, value=value)
        except QueryError:
            continue
        wrap: Wrap = "last" if value else "sum_over_time" if gauges else "rate"
        yield Query(
            text=query.over(duration(BASE_WINDOW), wrap),
            role=Role.INDICATOR,
            position=document.at(*place, "metricSource", "spec", "query"),
            subject=f"{document.subject}, {place[-1]}",
            name=document.object.metadata.name,
            interval=interval,
        )
