"""Where a schema is read from: a saved metrics page, or a running Prometheus."""

import asyncio
import json
import time
from collections.abc import Awaitable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TypeVar

import httpx

from opsconductor.client.errors import UpstreamError
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.monitoring.promql.live_schema import LiveAnswers, LiveMetric, live_schema
from opsconductor.monitoring.promql.metrics_page import page_schema
from opsconductor.monitoring.promql.rules_schema import RecordingRule, with_loaded_rules
from opsconductor.monitoring.promql.schema import Schema

CHUNK = 1 << 20
"""Bytes of a metrics page that are read at once."""
LOOK_BACK = 3600
"""Seconds of the past in which a running Prometheus's series are looked for."""
MOST_SERIES = 10_000
"""Series of one metric that are listed; of a larger one only the label names are read."""
AT_ONCE = 4
"""Requests that are under way at the same time."""
TIMEOUT = 30.0
"""Seconds for one answer."""

_T = TypeVar("_T")


def schema_of_page(path: Path, target_labels: AbstractSet[str] | None = None) -> Schema:
    """The schema of a saved metrics page, read by the megabyte.

    Raises `MetricsPageError` for what is no metrics page, `OSError` for what cannot be read.
    """
    return page_schema(_chunks(path), str(path), target_labels=target_labels)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


async def schema_of_prometheus(url: str, needed: AbstractSet[str]) -> Schema:
    """The schema of a running Prometheus.

    Every name it has is known; labels and values only of the metrics that are `needed`, one
    request for each, so that a server with millions of series answers as fast as a small one.
    Raises `UpstreamError` where it is unreachable, refuses, or has no series at all.
    """
    try:
        client = PrometheusClient(url, timeout=TIMEOUT)
    except httpx.InvalidURL as error:
        raise UpstreamError(f"{url!r} is no address: {error}", "unreachable") from None
    async with client as prometheus:
        names = await prometheus.series_names()
        if not names:
            raise UpstreamError(f"Prometheus at {url} has no series", "nonsense")
        limit = asyncio.Semaphore(AT_ONCE)
        wanted = sorted(needed & set(names))
        learnt = await asyncio.gather(*(_learn(prometheus, name, limit) for name in wanted))
        answers = LiveAnswers(
            names=names,
            kinds=await _if_offered(prometheus.kinds(), {}),
            asked=dict(zip(wanted, learnt, strict=True)),
            intervals=await _if_offered(_intervals(prometheus), {}),
        )
        rules = await _if_offered(_recording_rules(prometheus), [])
    return with_loaded_rules(live_schema(answers, f"Prometheus at {url}"), rules)


async def _learn(prometheus: PrometheusClient, name: str, limit: asyncio.Semaphore) -> LiveMetric:
    """The label sets of one metric, or its label names where there are too many."""
    selector, now = f"{{__name__={json.dumps(name)}}}", time.time()
    async with limit:
        sets = await prometheus.label_sets(selector, now - LOOK_BACK, now, MOST_SERIES)
        if sets is not None:
            return LiveMetric(label_sets=sets)
        names = await prometheus.label_names(selector, now - LOOK_BACK, now)
        return LiveMetric(label_names=names or frozenset())


async def _intervals(prometheus: PrometheusClient) -> Mapping[str, list[str]]:
    intervals: dict[str, list[str]] = {}
    for target in await prometheus.targets():
        intervals.setdefault(target.labels.get("job", ""), []).append(target.scrape_interval)
    return intervals


async def _recording_rules(prometheus: PrometheusClient) -> list[RecordingRule]:
    return [
        RecordingRule(rule.name, rule.query, rule.labels, group.interval)
        for group in await prometheus.rules()
        for rule in group.rules
        if rule.type == "recording"
    ]


async def _if_offered(asked: Awaitable[_T], otherwise: _T) -> _T:
    """Servers that only speak Prometheus's query API have no metadata and no targets."""
    try:
        return await asked
    except UpstreamError as error:
        if error.reason == "status":
            return otherwise
        raise
