"""Prometheus's HTTP API, the part that we read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Self, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from opsconductor.client.errors import UpstreamError
from opsconductor.client.http import parsed, send, send_capped, trust

_NAME = "Prometheus"
_ODD: Final = "nonsense"
MOST_METADATA = 64_000_000
"""Bytes of a list of names: more than a hundred thousand families."""
MOST_BYTES_A_SERIES = 1000
"""Bytes that are allowed for one series in a list of them; a usual one needs 200."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Sample(_Answer):
    """One series of an instant query: `value` is (Unix seconds, value)."""

    metric: Mapping[str, str]
    value: tuple[float, float]


class Series(_Answer):
    """One series of a range query: `values` are (Unix seconds, value), oldest first."""

    metric: Mapping[str, str]
    values: Sequence[tuple[float, float]]


class Target(_Answer):
    """A scraped endpoint."""

    labels: Mapping[str, str]
    scrape_url: str = Field(alias="scrapeUrl")
    last_error: str = Field(alias="lastError")
    health: Literal["up", "down", "unknown"]
    scrape_interval: str = Field("", alias="scrapeInterval")


class RuleAlert(_Answer):
    """An active alert; `active_at` is an RFC 3339 time."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: Literal["pending", "firing", "inactive"]
    active_at: str | None = Field(None, alias="activeAt")
    value: str


class Rule(_Answer):
    """A recording or an alerting rule with its health; `alerts` are the active ones."""

    name: str
    query: str
    type: Literal["alerting", "recording"]
    health: Literal["ok", "err", "unknown"]
    last_error: str = Field("", alias="lastError")
    state: Literal["pending", "firing", "inactive"] | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)
    alerts: Sequence[RuleAlert] = ()


class RuleGroup(_Answer):
    """Rules that are evaluated together, every `interval` seconds."""

    name: str
    interval: float
    rules: Sequence[Rule]


class Exemplar(_Answer):
    """A sample of a histogram or counter together with its trace id."""

    labels: Mapping[str, str]
    value: float
    timestamp: float


class _Metadata(_Answer):
    """What one target says of a family."""

    type: str


class Count(_Answer):
    """How many there are of something named."""

    name: str
    value: int


class _HeadStats(_Answer):
    series: int = Field(alias="numSeries")


class Head(_Answer):
    """The series in memory; the lists have the largest ten, in descending order."""

    stats: _HeadStats = Field(alias="headStats")
    series_by_name: Sequence[Count] = Field(alias="seriesCountByMetricName")
    values_by_label: Sequence[Count] = Field(alias="labelValueCountByLabelName")


class BuildInfo(_Answer):
    """Which build answers."""

    version: str
    revision: str = ""


_T = TypeVar("_T")


class PrometheusClient:
    """An async context manager over one Prometheus server. Methods raise `UpstreamError`."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 10,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=timeout,
            verify=trust(base_url),
            trust_env=False,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        """Keep connections open until the block ends."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def query(self, expression: str, time: float | None = None) -> list[Sample]:
        """The vector that the expression gives now, or at `time` (Unix seconds)."""
        form: dict[str, Any] = {"query": expression}
        if time is not None:
            form["time"] = time
        data = await self._post("/api/v1/query", form)
        if data.get("resultType") == "scalar":
            return [Sample(metric={}, value=_checked(tuple[float, float], data["result"]))]
        return _checked(list[Sample], data.get("result"))

    async def query_range(
        self, expression: str, start: float, end: float, step: float
    ) -> list[Series]:
        """The expression's series from `start` to `end` (Unix seconds), every `step` seconds."""
        form = {"query": expression, "start": start, "end": end, "step": step}
        data = await self._post("/api/v1/query_range", form)
        return _checked(list[Series], data.get("result"))

    async def exemplars(self, expression: str, start: float, end: float) -> list[Exemplar]:
        """The exemplars stored for the expression's series."""
        form = {"query": expression, "start": start, "end": end}
        series = await self._post("/api/v1/query_exemplars", form)
        found = [one for entry in series or () for one in entry.get("exemplars", ())]
        return _checked(list[Exemplar], found)

    async def targets(self) -> list[Target]:
        """The active targets."""
        data = await self._get("/api/v1/targets", state="active")
        return _checked(list[Target], data.get("activeTargets"))

    async def rules(self) -> list[RuleGroup]:
        """Every loaded rule group."""
        data = await self._get("/api/v1/rules")
        return _checked(list[RuleGroup], data.get("groups"))

    async def alerts(self) -> list[RuleAlert]:
        """The alerts that are pending or firing."""
        data = await self._get("/api/v1/alerts")
        return _checked(list[RuleAlert], data.get("alerts"))

    async def buildinfo(self) -> BuildInfo:
        """The server's build."""
        return _checked(BuildInfo, await self._get("/api/v1/status/buildinfo"))

    async def head(self) -> Head:
        """How many series are in memory, and which names and labels make the most of them."""
        return _checked(Head, await self._get("/api/v1/status/tsdb"))

    async def flags(self) -> Mapping[str, str]:
        """The command-line flags in force."""
        return _checked(dict[str, str], await self._get("/api/v1/status/flags"))

    async def kinds(self) -> Mapping[str, frozenset[str]]:
        """The kinds that the targets' metadata gives each metric family; they may disagree."""
        families = await self._capped("/api/v1/metadata", {}, MOST_METADATA)
        if families is None:
            raise UpstreamError(f"{_NAME}'s metadata is larger than {MOST_METADATA} bytes", _ODD)
        checked = _checked(dict[str, list[_Metadata]], families)
        return {
            family: frozenset(entry.type for entry in entries)
            for family, entries in checked.items()
        }

    async def series_names(self) -> list[str]:
        """The name of every series that the server has."""
        names = await self._capped("/api/v1/label/__name__/values", {}, MOST_METADATA)
        if names is None:
            raise UpstreamError(f"{_NAME} has more names of series than can be read", _ODD)
        return _checked(list[str], names)

    async def label_sets(
        self, selector: str, start: float, end: float, limit: int
    ) -> list[Mapping[str, str]] | None:
        """The series that match between two times, or None where there are more than `limit`.

        Servers before 2.53 do not know the limit: of their answer no more than a bounded part is
        read.
        """
        params = {"match[]": selector, "start": start, "end": end, "limit": limit + 1}
        found = await self._capped("/api/v1/series", params, limit * MOST_BYTES_A_SERIES)
        if found is None:
            return None
        series = _checked(list[Mapping[str, str]], found)
        return series if len(series) <= limit else None

    async def label_names(self, selector: str, start: float, end: float) -> frozenset[str] | None:
        """The names of the labels of the series that match between two times."""
        params = {"match[]": selector, "start": start, "end": end}
        found = await self._capped("/api/v1/labels", params, MOST_METADATA)
        return None if found is None else frozenset(_checked(list[str], found))

    async def ready(self) -> bool:
        """Whether the server is up and has loaded its data."""
        try:
            await send(self._http, _NAME, "GET", "/-/ready")
        except UpstreamError:
            return False
        return True

    async def _get(self, path: str, **params: str) -> Any:
        return _data(await send(self._http, _NAME, "GET", path, params=params))

    async def _capped(self, path: str, params: Mapping[str, Any], most: int) -> Any:
        """The data of an answer of at most `most` bytes, else None."""
        body = await send_capped(self._http, _NAME, path, params, most)
        if body is None:
            return None
        try:
            answer = json.loads(body)
        except ValueError:
            what = f"{_NAME} answered {path} with something that is not JSON"
            raise UpstreamError(what, _ODD) from None
        if not isinstance(answer, dict) or answer.get("status") != "success":
            raise UpstreamError(f"{_NAME} answered {path} without success", _ODD)
        return answer.get("data")

    async def _post(self, path: str, form: Mapping[str, Any]) -> Any:
        return _data(await send(self._http, _NAME, "POST", path, data=form))


def _data(response: httpx.Response) -> Any:
    body = parsed(_NAME, response)
    if not isinstance(body, dict) or body.get("status") != "success":
        raise UpstreamError(f"{_NAME} answered {response.url.path} without success", "nonsense")
    return body.get("data")


def _checked(shape: type[_T], value: Any) -> _T:
    try:
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        what = f"{_NAME}'s answer does not have the promised shape: {error.errors()[0]['msg']}"
        raise UpstreamError(what, "nonsense") from None
