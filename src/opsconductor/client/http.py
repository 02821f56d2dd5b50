"""Send one request and turn every way in which it can fail into `UpstreamError`."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from opsconductor.client.errors import UpstreamError

EXCERPT = 200
"""Characters of an error answer that are worth showing."""


def trust(base_url: str) -> ssl.SSLContext:
    """What a client of the address trusts: this machine's certificates, or none for plain HTTP.

    Reading the certificates takes a tenth of a second and some megabytes, so it happens once in a
    process, and not at all for services on loopback.
    """
    return _certificates() if base_url.startswith("https:") else _no_certificates()


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


@cache
def _no_certificates() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def send(  # noqa: PLR0913  one parameter for each part of a request
    http: httpx.AsyncClient,
    service: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """The answer to a request, its status below 400. Raises `UpstreamError`."""
    with _translated(http, service, path):
        response = await http.request(
            method, path, params=params, data=data, json=json, headers=headers
        )
    _refuse_errors(service, path, response)
    return response


async def send_capped(
    http: httpx.AsyncClient, service: str, path: str, params: Mapping[str, Any], most: int
) -> bytes | None:
    """The body of an answer of at most `most` bytes; None, and no more read, where it is longer.

    Raises `UpstreamError`, as `send` does.
    """
    body = bytearray()
    with _translated(http, service, path):
        async with http.stream("GET", path, params=params) as response:
            if response.is_error:
                await response.aread()
                _refuse_errors(service, path, response)
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > most:
                    return None
    return bytes(body)


@contextmanager
def _translated(http: httpx.AsyncClient, service: str, path: str) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException:
        raise UpstreamError(f"{service} did not answer {path} in time", "timeout") from None
    except httpx.TransportError as error:
        what = (
            f"{service} cannot be reached at {http.base_url}: {str(error) or type(error).__name__}"
        )
        raise UpstreamError(what, "unreachable") from None
    except httpx.DecodingError:
        what = f"{service} answered {path} with a body that does not decompress"
        raise UpstreamError(what, "nonsense") from None


def _refuse_errors(service: str, path: str, response: httpx.Response) -> None:
    if response.is_error:
        excerpt = response.text[:EXCERPT].strip()
        if excerpt.startswith("<"):
            excerpt = "a web page; another server may be in between"
        what = f"{service} answered {path} with {response.status_code}: {excerpt}"
        raise UpstreamError(what, "status", response.status_code)


def parsed(service: str, response: httpx.Response) -> Any:
    """The answer's JSON. Raises `UpstreamError` where it is none."""
    try:
        return response.json()
    except ValueError:
        what = f"{service} answered {response.url.path} with something that is not JSON"
        raise UpstreamError(what, "nonsense") from None
