"""The way from the browser to Prometheus and to the Loki API: reading only, bounded, streamed.

The browser never learns another address than the console's, and a session of the console is the
one thing that opens it.
"""

import re
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from opsconductor.settings import Settings

CONNECT_SECONDS = 3
READ_SECONDS = 30
LARGEST_FORM = 64 * 1024
"""Bytes of a posted query; the longest of ours has well under one thousand."""
FORM = "application/x-www-form-urlencoded"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PASSED_ON = ("content-type", "content-encoding")


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where a data source answers, and which of its paths may be read."""

    title: str
    url: str
    readable: re.Pattern[str]


def data_sources(settings: Settings) -> Mapping[str, DataSource]:
    """The data sources by the uid that dashboards use."""
    prometheus = (
        r"query|query_range|query_exemplars|format_query|series|labels"
        rf"|label/{_NAME}/values|metadata|rules|alerts|status/buildinfo"
    )
    loki = rf"query|query_range|labels|label/{_NAME}/values|series"
    return {
        "prometheus": DataSource(
            "Prometheus",
            settings.loopback_url(settings.prometheus.port),
            re.compile(rf"api/v1/({prometheus})"),
        ),
        "loki": DataSource(
            "automation-service",
            settings.url(settings.automation.port),
            re.compile(rf"loki/api/v1/({loki})"),
        ),
    }


class DataSourceProxy:
    """Endpoint of `/api/datasources/proxy/uid/{uid}/{path}`, GET or a posted form."""

    def __init__(self, sources: Mapping[str, DataSource]) -> None:
        self._sources = sources

    async def forward(self, request: Request) -> Response:
        """What the data source answers, or an error in the form of Prometheus' API."""
        uid, path = request.path_params["uid"], request.path_params["path"]
        source = self._sources.get(uid)
        if source is None:
            known = ", ".join(self._sources)
            return _error(404, "not_found", f"no data source {uid!r}; there are: {known}")
        if not source.readable.fullmatch(path):
            return _error(403, "forbidden", f"{source.title}: {path!r} is not open to the console")
        try:
            form = await _form(request)
        except ValueError as error:
            return _error(413, "bad_data", str(error))
        if form is not None and request.headers.get("content-type", "").split(";")[0] != FORM:
            return _error(415, "bad_data", f"a posted query must be a form ({FORM})")
        return await _forward(source, path, request, form)


async def _form(request: Request) -> bytes | None:
    """The posted form; None for GET. Raises `ValueError` where it is too large."""
    if request.method != "POST":
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise ValueError(f"the query is larger than {LARGEST_FORM} bytes; shorten it")
    return body


async def _forward(source: DataSource, path: str, request: Request, form: bytes | None) -> Response:
    headers = {"accept-encoding": request.headers.get("accept-encoding", "identity")}
    if form is not None:
        headers["content-type"] = FORM
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    # A client for each request: on loopback a connection is cheap, and no pool has to be closed.
    client = httpx.AsyncClient(timeout=timeout, verify=_tls(), trust_env=False)
    outgoing = client.build_request(
        request.method,
        f"{source.url}/{path}",
        params=str(request.url.query),
        content=form,
        headers=headers,
    )
    try:
        answer = await client.send(outgoing, stream=True)
    except httpx.TimeoutException:
        await client.aclose()
        return _error(
            504, "timeout", f"{source.title} did not answer within {READ_SECONDS} s; ask for less"
        )
    except httpx.TransportError as error:
        await client.aclose()
        return _unreachable(source, error)
    except BaseException:
        await client.aclose()
        raise

    passed_on = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
    return StreamingResponse(_parts(client, answer), answer.status_code, passed_on)


async def _parts(client: httpx.AsyncClient, answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_raw():
            yield part
    finally:
        await answer.aclose()
        await client.aclose()


def _unreachable(source: DataSource, error: httpx.TransportError) -> Response:
    cause = str(error) or type(error).__name__
    return _error(
        502,
        "unavailable",
        f"{source.title} cannot be reached at {source.url} ({cause}); "
        "“opsconductor status” tells which process is down",
    )


def _error(status: int, kind: str, text: str) -> Response:
    return JSONResponse({"status": "error", "errorType": kind, "error": text}, status)


@cache
def _tls() -> ssl.SSLContext:
    """One context for all clients: reading the certificates costs more than a query."""
    return ssl.create_default_context()
