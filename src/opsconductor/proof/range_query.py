"""Range queries over long times: in pieces that Prometheus allows, parsed without detours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import httpx
from pydantic_core import from_json

from opsconductor.client.errors import UpstreamError
from opsconductor.client.http import EXCERPT, trust
from opsconductor.proof.remote_write import HEADERS

MOST_STEPS = 10_800
"""Instants of one query; Prometheus refuses more than 11,000."""
_NAME = "Prometheus"
_REFUSED = (400, 422)


class RefusedError(Exception):
    """Prometheus cannot evaluate the expression; the text has its own words."""


@dataclass(frozen=True, slots=True)
class Instants:
    """Evaluations from `first` to `last`, both included, every `step`; in milliseconds."""

    first: int
    last: int
    step: int

    def __len__(self) -> int:
        return (self.last - self.first) // self.step + 1


@dataclass(frozen=True, slots=True)
class Found:
    """A series of the result: instants in milliseconds, ascending, and the values as texts."""

    metric: Mapping[str, str]
    instants: list[int]
    texts: list[str]


def _times(values: Sequence[tuple[float, str]], step: int) -> Iterable[int]:
    """The values' instants; where none is missing they need not be read one by one."""
    first, last = round(values[0][0] * 1000), round(values[-1][0] * 1000)
    if (last - first) // step + 1 == len(values):
        return range(first, last + 1, step)
    return [round(time * 1000) for time, _ in values]


class RangeQueries:
    """An async context manager over a server that is asked much. Methods raise `UpstreamError`."""

    def __init__(self, base_url: str, timeout: float = 1800, *, compressed: bool = True) -> None:
        """Answers are `compressed`, unless they come from this machine and only cost it time."""
        self.base_url = base_url
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=timeout, verify=trust(base_url), trust_env=False,
            headers={} if compressed else {"Accept-Encoding": "identity"},
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        """Keep connections open until the block ends."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def over(
        self, expression: str, instants: Instants, most: int = MOST_STEPS
    ) -> list[Found]:
        """The expression's series, asked for `most` instants at a time.

        Raises `RefusedError` where Prometheus cannot evaluate it.
        """
        found: dict[tuple[tuple[str, str], ...], Found] = {}
        first = instants.first
        while first <= instants.last:
            last = min(instants.last, first + (most - 1) * instants.step)
            data = await self._ask(
                "/api/v1/query_range",
                {
                    "query": expression,
                    "start": f"{first / 1000:.3f}",
                    "end": f"{last / 1000:.3f}",
                    "step": f"{instants.step / 1000:.3f}",
                },
            )
            for one in data["result"]:
                key = tuple(sorted(one["metric"].items()))
                series = found.setdefault(key, Found(one["metric"], [], []))
                series.instants.extend(_times(one["values"], instants.step))
                series.texts.extend([text for _, text in one["values"]])
            first = last + instants.step
        return list(found.values())

    async def at(self, expression: str, instant: int) -> list[dict[str, Any]]:
        """The expression's result at an instant, as the API gives it."""
        data = await self._ask(
            "/api/v1/query", {"query": expression, "time": f"{instant / 1000:.3f}"}
        )
        if data["resultType"] not in {"vector", "matrix"}:
            return []
        result: list[dict[str, Any]] = data["result"]
        return result

    async def write(self, body: bytes) -> None:
        """Store a remote-write request."""
        answer = await self._send("POST", "/api/v1/write", content=body, headers=HEADERS)
        if answer.is_error:
            raise self._status("/api/v1/write", answer)

    async def delete(self, *selectors: str) -> None:
        """Hide the series that are in blocks."""
        for selector in selectors:
            path = "/api/v1/admin/tsdb/delete_series"
            answer = await self._send("POST", path, params={"match[]": selector})
            if answer.is_error:
                raise self._status(path, answer)

    async def snapshot(self) -> None:
        """Write everything that the server has as blocks, below its data folder."""
        path = "/api/v1/admin/tsdb/snapshot"
        answer = await self._send("POST", path)
        if answer.is_error:
            raise self._status(path, answer)

    async def text(self, path: str) -> str:
        """A page of the server."""
        answer = await self._send("GET", path)
        if answer.is_error:
            raise self._status(path, answer)
        return answer.text

    async def _ask(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        answer = await self._send("POST", path, data=form)
        try:
            body = from_json(answer.content)
            status = body["status"]
        except (ValueError, TypeError, KeyError):
            raise self._status(path, answer) from None
        if status == "success":
            data: dict[str, Any] = body["data"]
            return data
        if answer.status_code in _REFUSED:
            raise RefusedError(str(body.get("error", "no reason given")))
        raise self._status(path, answer)

    async def _send(self, method: str, path: str, **parts: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **parts)
        except httpx.TimeoutException:
            raise UpstreamError(f"{_NAME} did not answer {path} in time", "timeout") from None
        except httpx.TransportError as error:
            said = str(error) or type(error).__name__
            what = f"{_NAME} cannot be reached at {self.base_url}: {said}"
            raise UpstreamError(what, "unreachable") from None

    def _status(self, path: str, answer: httpx.Response) -> UpstreamError:
        excerpt = answer.text[:EXCERPT].strip()
        what = f"{_NAME} answered {path} with {answer.status_code}: {excerpt}"
        return UpstreamError(what, "status", answer.status_code)
