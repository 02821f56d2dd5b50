"""A typed client of ai-pipeline."""

import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import ValidationError

from opsconductor.client.errors import UpstreamError
from opsconductor.client.http import EXCERPT, parsed, send, trust
from opsconductor.client.pipeline_answers import PipelineEvent, Reply
from opsconductor.contract import PIPELINE

Headers = Mapping[str, str]


class PipelineClient:
    """`async with PipelineClient(base_url) as pipeline: …`.

    Every method raises `UpstreamError` where the pipeline cannot be reached, is too slow, or
    refuses the request. `headers` go along: the caller's trace, or a probe's marker.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 60,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        # trust_env would send loopback traffic through a proxy of the environment.
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=timeout,
            transport=transport,
            verify=trust(base_url),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.__aexit__(kind, error, traceback)

    async def ask(
        self,
        input: str,  # noqa: A002  the field's name in the pipeline's interface
        *,
        dry_run: bool = False,
        approve: bool = False,
        headers: Headers | None = None,
    ) -> Reply:
        """The answer to a sentence; one with an `error` says that the pipeline could not work."""
        body = _body(input, dry_run=dry_run, approve=approve)
        try:
            response = await self._http.post("/pipeline", json=body, headers=headers)
        except httpx.TimeoutException:
            raise UpstreamError(f"{PIPELINE} did not answer in time", "timeout") from None
        except httpx.TransportError as error:
            raise _unreachable(error) from None
        answer = parsed(PIPELINE, response) if _is_json(response) else None
        if isinstance(answer, dict) and isinstance(answer.get("detail"), dict):
            answer = answer["detail"]
        if response.is_error and not (isinstance(answer, dict) and "outcome" in answer):
            raise _refused(response)
        return _reply(answer)

    async def stream(
        self,
        input: str,  # noqa: A002  the field's name in the pipeline's interface
        *,
        dry_run: bool = False,
        approve: bool = False,
        headers: Headers | None = None,
    ) -> AsyncIterator[PipelineEvent]:
        """The sentence's events as they happen; the last one is `complete` or `error`."""
        body = _body(input, dry_run=dry_run, approve=approve)
        try:
            async with self._http.stream(
                "POST", "/pipeline/stream", json=body, headers=headers
            ) as response:
                if response.is_error:
                    await response.aread()
                    raise _refused(response)
                async for event in _events(response):
                    yield event
        except httpx.TimeoutException:
            raise UpstreamError(f"{PIPELINE} did not go on in time", "timeout") from None
        except httpx.TransportError as error:
            raise _unreachable(error) from None

    async def health(self) -> bool:
        """Whether the process answers."""
        await send(self._http, PIPELINE, "GET", "/pipeline/health")
        return True


async def _events(response: httpx.Response) -> AsyncIterator[PipelineEvent]:
    name = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            try:
                yield PipelineEvent(name=name, data=json.loads(value))
            except ValueError:
                what = f"{PIPELINE} sent an event that cannot be read"
                raise UpstreamError(what, "nonsense") from None


def _body(text: str, *, dry_run: bool, approve: bool) -> dict[str, Any]:
    return {"input": text, "dry_run": dry_run, "approve": approve}


def _is_json(response: httpx.Response) -> bool:
    media = str(response.headers.get("content-type", ""))
    return media.startswith("application/json")


def _refused(response: httpx.Response) -> UpstreamError:
    excerpt = response.text[:EXCERPT].strip()
    what = f"{PIPELINE} answered with {response.status_code}: {excerpt}"
    return UpstreamError(what, "status", response.status_code)


def _unreachable(error: httpx.TransportError) -> UpstreamError:
    what = f"{PIPELINE} cannot be reached: {str(error) or type(error).__name__}"
    return UpstreamError(what, "unreachable")


def _reply(answer: Any) -> Reply:
    try:
        return Reply.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = f"{PIPELINE} answered in another form than agreed: {where}: {first['msg']}"
        raise UpstreamError(what, "nonsense") from None
