"""Whether a web address answers, with what, and how fast."""

import ssl
import time
from collections.abc import Mapping
from functools import cache

import httpx

from opsconductor.automation.outcome import Findings, Scalar, ToolFailure
from opsconductor.contract import Reason

_FIRST_ERROR = 400
_SHOWN_HEADERS = ("content-type", "server", "location")


async def http_check(arguments: Mapping[str, Scalar]) -> Findings:
    """Sends one request, follows no redirect and reads no body."""
    url, method = str(arguments["url"]), str(arguments["method"])
    wait = float(arguments["timeout_seconds"] or 0)
    facts: dict[str, Scalar] = {"url": url, "reachable": False}
    started = time.perf_counter()
    try:
        async with (
            httpx.AsyncClient(verify=_context(url), timeout=wait, trust_env=False) as client,
            client.stream(method, url, headers={"user-agent": "opsconductor-http-check"}) as answer,
        ):
            elapsed = round((time.perf_counter() - started) * 1000, 1)
    except httpx.TimeoutException:
        raise ToolFailure(
            Reason.TIMEOUT, f"{url} did not answer within {wait:g} s", Findings(facts)
        ) from None
    except httpx.HTTPError as error:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR, f"{url} cannot be reached: {_why(error)}", Findings(facts)
        ) from None
    facts |= {
        "reachable": True,
        "status_code": answer.status_code,
        "elapsed_ms": elapsed,
        "http_version": answer.http_version,
    }
    for name in _SHOWN_HEADERS:
        facts[name.replace("-", "_")] = answer.headers.get(name)
    return _judged(arguments, facts)


def _judged(arguments: Mapping[str, Scalar], facts: dict[str, Scalar]) -> Findings:
    status, expected = int(facts["status_code"] or 0), arguments.get("expect_status")
    text = f"{arguments['method']} {facts['url']}: {status} in {facts['elapsed_ms']} ms"
    findings = Findings(facts, output=text)
    if expected is not None and status != expected:
        raise ToolFailure(
            Reason.UPSTREAM_ERROR,
            f"{facts['url']} answered {status}, expected was {expected}",
            findings,
        )
    if expected is None and status >= _FIRST_ERROR:
        raise ToolFailure(Reason.UPSTREAM_ERROR, f"{facts['url']} answered {status}", findings)
    return findings


def _context(url: str) -> ssl.SSLContext:
    return _trusting() if url.lower().startswith("https") else _bare()


@cache
def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context()


@cache
def _bare() -> ssl.SSLContext:
    """For plain HTTP: loading the authorities would take longer than the request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _why(error: httpx.HTTPError) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"its certificate is not trusted ({text.rsplit(': ', 1)[-1]})"
    if "Name or service not known" in text or "name resolution" in text:
        return "the host name cannot be resolved"
    if "refused" in text or "All connection attempts failed" in text:
        return "the connection was refused or failed"
    return text or type(error).__name__
