"""The series that the contract promises, with the labels that scraping them adds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

from opsconductor.contract import (
    AUTOMATION,
    EXPOSED,
    IMPORTED,
    OTHER,
    PIPELINE,
    RECORDED,
    Family,
    Imported,
    Label,
    Recorded,
)
from opsconductor.contract.recorded import BUDGET_LEFT
from opsconductor.monitoring.promql.schema import ANY, Computed, Metric, Part, Schema, Values
from opsconductor.monitoring.targets import JOBS, Target, targets
from opsconductor.settings import Settings

SOURCE = "the contract"
_COMPUTED: Mapping[str, Computed] = {"rate": "rate", "ratio_rate": "ratio"}
"""What a recorded series holds, by its operations without their window."""
_LARGEST_PLAIN = 1_000_000
"""The text formats write a bound of more digits with an exponent."""


def contract_schema(settings: Settings) -> Schema:
    """Every series that our processes expose and our rules record, and the foreign ones we read.

    Scraped series carry `job`, `instance` and `service` of the targets that the settings make; a
    series of several processes has the values of all of them.
    """
    scraped = {target.job: target for target in targets(settings)}
    metrics: dict[str, Metric] = {}
    for job, families in EXPOSED.items():
        for family in families:
            for metric in _family(family, (scraped[job],)):
                known = metrics.get(metric.name)
                metrics[metric.name] = metric if known is None else _either(known, metric)
    for imported in IMPORTED:
        metric, known = _imported(imported, scraped), metrics.get(imported.name)
        metrics[imported.name] = metric if known is None else _either(known, metric)
    for recorded in RECORDED:
        metrics[recorded.name] = _recorded(recorded, settings)
    return Schema(metrics, SOURCE, scrape_interval=settings.prometheus.scrape_interval_seconds)


def exposed_bound(bound: float) -> str:
    """A bucket's bound as the metrics page writes it in `le`: `1.0`, `6.7108864e+07`, `+Inf`.

    The shortest decimal that reads back as the same number, as OpenMetrics 1.0 recommends for
    canonical numbers; from seven digits before the point on with an exponent, as Go writes it.
    """
    if bound == inf:
        return "+Inf"
    text = repr(float(bound))
    if abs(bound) < _LARGEST_PLAIN or "e" in text:
        return text
    digits = text.removesuffix(".0").replace(".", "")
    exponent = text.index(".") - 1
    return f"{digits[0]}.{digits[1:]}".rstrip("0.") + f"e+{exponent:02d}"


@dataclass(frozen=True, slots=True)
class _Series:
    """One of a family's series names."""

    name: str
    part: Part
    labels: Mapping[str, Values]


def _family(family: Family, scraped: tuple[Target, ...]) -> Iterator[Metric]:
    bounds = tuple(exposed_bound(bound) for bound in (*family.buckets, inf) if family.buckets)
    labels = {label.name: _values(label) for label in family.labels} | _attached(scraped)
    for series in _series(family, labels, bounds):
        yield Metric(
            name=series.name,
            kind=family.kind,
            part=series.part,
            family=family.name,
            labels=series.labels,
            bounds=bounds if series.part == "bucket" else (),
            low=0 if family.kind == "histogram" else family.between[0],
            high=inf if family.kind == "histogram" else family.between[1],
            optional=family.optional,
            seeded=_seeded(family),
            guarded=family.steady,
            scrape_interval=_slowest(scraped),
        )


def _series(
    family: Family, labels: Mapping[str, Values], bounds: tuple[str, ...]
) -> Iterator[_Series]:
    if family.kind != "histogram":
        yield _Series(family.name, "", labels)
        return
    yield _Series(family.bucket, "bucket", {**labels, "le": Values(frozenset(bounds))})
    yield _Series(family.count, "count", labels)
    yield _Series(family.total, "sum", labels)


def _values(label: Label) -> Values:
    """What a label may be; the empty value means a series without the label."""
    if label.limit:
        return ANY
    return Values(
        frozenset({value for value in label.values if value} | {OTHER}),
        optional="" in label.values,
    )


def _seeded(family: Family) -> Mapping[str, frozenset[str]] | None:
    if family.seeded is None:
        return None
    closed = {label.name: label.values for label in family.labels if not label.limit}
    return {name: frozenset(values) for name, values in {**closed, **family.seeded}.items()}


def _attached(scraped: tuple[Target, ...]) -> dict[str, Values]:
    return {
        "job": Values(frozenset(target.job for target in scraped)),
        "instance": Values(frozenset(target.address for target in scraped)),
        "service": Values(frozenset(target.service for target in scraped)),
    }


def _slowest(scraped: tuple[Target, ...]) -> float:
    return max(target.interval for target in scraped)


def _either(one: Metric, other: Metric) -> Metric:
    """A series that two processes expose: their labels differ by what scraping adds.

    What else is known of it is that of the first, which is ours where one is.
    """
    labels = {
        name: Values((values.known or frozenset()) | (other.labels[name].known or frozenset()))
        if name in {"job", "instance", "service"}
        else values
        for name, values in one.labels.items()
    }
    slowest = max(one.scrape_interval or 0, other.scrape_interval or 0)
    return replace(one, labels=labels, scrape_interval=slowest)


def _imported(imported: Imported, scraped: Mapping[str, Target]) -> Metric:
    """An imported series. What Prometheus makes itself, as `ALERTS`, is not scraped."""
    labels = {label.name: _foreign(label) for label in imported.labels}
    for label in imported.optional_labels:
        labels[label.name] = replace(_foreign(label), optional=True)
    at = tuple(scraped[job] for job in imported.jobs or JOBS)
    if not imported.open:
        labels |= _attached(at)
    return Metric(
        name=imported.name,
        kind=imported.kind,
        family=imported.name,
        labels=labels,
        open=imported.open,
        low=imported.between[0],
        high=imported.between[1],
        scrape_interval=None if imported.open else _slowest(at),
    )


def _foreign(label: Label) -> Values:
    """Other people's labels have no `other`."""
    return ANY if label.limit else Values(frozenset(label.values))


def _recorded(recorded: Recorded, settings: Settings) -> Metric:
    """A recorded series has the labels of its level, and that of its service.

    Names of SLOs and tools are not the contract's. Only a ratio or a rate has a kind that checks
    go by; how a period went is written down as other figures.
    """
    holds = _COMPUTED.get(recorded.operations.rstrip("0123456789smhd"), "other")
    labels = dict.fromkeys(recorded.level, ANY)
    return Metric(
        name=recorded.name,
        kind="gauge",
        family=recorded.name,
        labels={**labels, "service": Values(frozenset({AUTOMATION, PIPELINE}))},
        low=-inf if recorded is BUDGET_LEFT else 0,
        high=1 if recorded.operations.startswith("ratio") else inf,
        computed=holds,
        seeded={},
        scrape_interval=settings.prometheus.rule_interval_seconds,
    )
