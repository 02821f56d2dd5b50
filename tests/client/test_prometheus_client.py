"""The typed client of Prometheus, the part that reads names and labels, against made answers."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from opsconductor.client.errors import UpstreamError
from opsconductor.client.prometheus import MOST_BYTES_A_SERIES, PrometheusClient

pytestmark = pytest.mark.anyio

Respond = Callable[[httpx.Request], httpx.Response]


def client(respond: Respond) -> PrometheusClient:
    """A client whose requests `respond` answers."""
    return PrometheusClient("http://prometheus", transport=httpx.MockTransport(respond))


def always(data: Any) -> Respond:
    """The same data to every request."""
    return lambda _request: httpx.Response(200, json={"status": "success", "data": data})


async def test_kinds_that_targets_disagree_about_are_all_told() -> None:
    """Two targets may give a family different kinds; neither may win silently."""
    entries = [{"type": "counter", "help": "", "unit": ""}, {"type": "gauge", "help": ""}]
    async with client(always({"a": entries, "b": entries[:1]})) as prometheus:
        kinds = await prometheus.kinds()
    assert kinds == {"a": frozenset({"counter", "gauge"}), "b": frozenset({"counter"})}


async def test_a_metric_with_too_many_series_is_not_read_to_its_end() -> None:
    """An old server ignores the limit: the client must stop reading by itself."""
    read = 0

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            nonlocal read
            yield b'{"status":"success","data":['
            while True:
                read += 1000
                yield b" " * 1000

    respond: Respond = lambda _request: httpx.Response(200, stream=Endless())  # noqa: E731  a value
    async with client(respond) as prometheus:
        assert await prometheus.label_sets("up", 0, 1, 10) is None
    assert read <= 10 * MOST_BYTES_A_SERIES + 1000


async def test_more_series_than_the_limit_are_none() -> None:
    """A list that was cut must not be taken for the whole."""
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return always([{"__name__": "up", "i": str(i)} for i in range(3)])(request)

    async with client(respond) as prometheus:
        assert await prometheus.label_sets("up", 0, 1, 2) is None
        found = await prometheus.label_sets("up", 0, 1, 3)
    assert found is not None
    assert len(found) == 3
    assert asked[0].url.params["limit"] == "3", "one more than the limit shows that there are more"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(503, text="starting"), "status"),
        (httpx.Response(200, text="<html>"), "nonsense"),
        (httpx.Response(200, json={"status": "error"}), "nonsense"),
        (httpx.Response(200, json={"status": "success", "data": {"a": 1}}), "nonsense"),
        (httpx.Response(200, json=[]), "nonsense"),
    ],
)
async def test_what_is_no_list_of_names_is_an_upstream_error(
    answer: httpx.Response, reason: str
) -> None:
    """Every answer that is not the promised one must be refused with its kind."""
    async with client(lambda _request: answer) as prometheus:
        with pytest.raises(UpstreamError) as raised:
            await prometheus.series_names()
    assert raised.value.reason == reason


async def test_the_head_tells_its_size_and_what_is_large_in_it() -> None:
    """The server's own statistics, under the names that it gives them."""
    data = {
        "headStats": {"numSeries": 7, "chunkCount": 9},
        "seriesCountByMetricName": [{"name": "up", "value": 3}],
        "labelValueCountByLabelName": [{"name": "le", "value": 2}],
        "memoryInBytesByLabelName": [],
    }
    async with client(always(data)) as prometheus:
        head = await prometheus.head()
    assert head.stats.series == 7
    assert [(one.name, one.value) for one in head.series_by_name] == [("up", 3)]
    assert [(one.name, one.value) for one in head.values_by_label] == [("le", 2)]
