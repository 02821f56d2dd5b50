"""The way from the browser to the data: reading only, and plain about what went wrong."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from opsconductor.console import datasource_proxy
from opsconductor.console.datasource_proxy import DataSourceProxy, data_sources
from opsconductor.console.player import PROXY
from opsconductor.settings import Settings

PROMETHEUS = "/api/datasources/proxy/uid/prometheus"
LOKI = "/api/datasources/proxy/uid/loki"
EMPTY = {"status": "success", "data": {"resultType": "matrix", "result": []}}


class Asked(Protocol):
    """The part of an upstream that these tests use."""

    port: int
    asked: list[str]

    def answer(self, path: str, body: Any, status: int = 200) -> None:
        """From now on, answer the path like this."""


READ = (
    "api/v1/query",
    "api/v1/query_range",
    "api/v1/query_exemplars",
    "api/v1/labels",
    "api/v1/label/tool/values",
    "api/v1/series",
    "api/v1/rules",
    "api/v1/alerts",
    "api/v1/status/buildinfo",
)
CLOSED = (
    "api/v1/admin/tsdb/delete_series",
    "api/v1/write",
    "api/v1/status/config",
    "api/v1/query/",
    "api/v1/label/a%2Fb/values",
    "-/reload",
    "-/quit",
    "metrics",
    "api/v1/query/../admin/tsdb/snapshot",
    "api/v1/query%2F..%2Fadmin/tsdb/snapshot",
    "loki/api/v1/query_range",
    "",
)


@pytest.mark.parametrize("path", READ)
def test_what_a_dashboard_reads_is_passed_on(
    settings: Settings, upstreams: dict[str, Asked], path: str
) -> None:
    """Path and query must reach Prometheus as they were sent."""
    upstreams["prometheus"].answer(f"/{path}", EMPTY)
    parameters = {"query": 'a{b="c d"}', "step": "15"}
    answer = _answer(settings, "GET", f"{PROMETHEUS}/{path}", params=parameters)
    assert (answer.status_code, answer.json()) == (200, EMPTY)
    assert answer.headers["content-type"] == "application/json"
    assert httpx.URL(upstreams["prometheus"].asked[-1]).params["query"] == 'a{b="c d"}'


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "192.0.2.10", "::1"])
def test_prometheus_is_asked_on_loopback_whatever_the_services_listen_on(host: str) -> None:
    """It never listens anywhere else; automation-service listens where the setting says."""
    sources = data_sources(Settings(host=host))
    assert sources["prometheus"].url == "http://127.0.0.1:9090"
    assert sources["loki"].url == Settings(host=host).url(8010)


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_else_of_prometheus_is_open(
    settings: Settings, upstreams: dict[str, Asked], path: str
) -> None:
    """A path that is not on the list must be refused before it reaches anybody."""
    assert _answer(settings, "GET", f"{PROMETHEUS}/{path}").status_code in {403, 404}
    assert upstreams["prometheus"].asked == []


def test_the_executions_are_read_through_their_own_paths(
    settings: Settings, upstreams: dict[str, Asked]
) -> None:
    """The Loki data source must lead to automation-service, and to nothing but its Loki API."""
    streams = {"status": "success", "data": {"resultType": "streams", "result": []}}
    upstreams["automation"].answer("/loki/api/v1/query_range", streams)
    assert _answer(settings, "GET", f"{LOKI}/loki/api/v1/query_range").json() == streams
    for path in ("ai/tools/list", "loki/api/v1/push", "executions"):
        assert _answer(settings, "GET", f"{LOKI}/{path}").status_code == 403


def test_other_methods_are_refused(settings: Settings) -> None:
    """Deleting and putting must be no part of reading."""
    for method in ("DELETE", "PUT", "PATCH"):
        assert _answer(settings, method, f"{PROMETHEUS}/api/v1/query").status_code == 405


def test_nobody_reads_without_a_session(anonymous: httpx.Client) -> None:
    """The proxy must be as closed as the pages."""
    assert anonymous.get(f"{PROMETHEUS}/api/v1/query").status_code == 401


def test_an_unknown_data_source_is_named_with_the_known_ones(settings: Settings) -> None:
    """The answer must tell which data sources there are."""
    answer = _answer(settings, "GET", "/api/datasources/proxy/uid/nosuch/api/v1/query")
    assert answer.status_code == 404
    assert answer.json()["error"] == "no data source 'nosuch'; there are: prometheus, loki"


def test_the_upstreams_own_error_is_passed_on(
    settings: Settings, upstreams: dict[str, Asked]
) -> None:
    """A refused query must show Prometheus' words, not ours."""
    refusal = {"status": "error", "errorType": "bad_data", "error": "1:3: parse error"}
    upstreams["prometheus"].answer("/api/v1/query", refusal, 400)
    answer = _answer(settings, "GET", f"{PROMETHEUS}/api/v1/query", params={"query": "sum("})
    assert (answer.status_code, answer.json()) == (400, refusal)


def test_an_unreachable_prometheus_is_502_that_says_so(settings: Settings, free_ports: Any) -> None:
    """The message must name who is away, where, and what to do."""
    away = settings.prometheus.model_copy(update={"port": free_ports(1)[0]})
    changed = settings.model_copy(update={"prometheus": away})
    answer = _answer(changed, "GET", f"{PROMETHEUS}/api/v1/query?query=up")
    assert answer.status_code == 502
    assert answer.json()["status"] == "error"
    assert f"Prometheus cannot be reached at http://127.0.0.1:{away.port}" in answer.json()["error"]
    assert "opsconductor status" in answer.json()["error"]


class _Slow(BaseHTTPRequestHandler):
    """Answers when it is released, and tells a posted form back, compressed."""

    released = threading.Event()

    def do_GET(self) -> None:
        self.released.wait(10)
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["content-length"]))
        body = gzip.compress(form)
        self.send_response(200)
        for name, value in (
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
            ("content-length", str(len(body))),
            ("set-cookie", "upstream=secret"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow(settings: Settings, free_ports: Any) -> Iterator[Settings]:
    """Settings whose Prometheus takes its time."""
    server = ThreadingHTTPServer(("127.0.0.1", free_ports(1)[0]), _Slow)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    prometheus = settings.prometheus.model_copy(update={"port": server.server_port})
    yield settings.model_copy(update={"prometheus": prometheus})
    _Slow.released.set()
    server.shutdown()
    thread.join(5)
    server.server_close()
    _Slow.released.clear()


def test_a_query_that_takes_too_long_is_504(
    slow: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser must not wait for ever."""
    monkeypatch.setattr(datasource_proxy, "READ_SECONDS", 0.2)
    answer = _answer(slow, "GET", f"{PROMETHEUS}/api/v1/query?query=up")
    assert answer.status_code == 504
    assert "did not answer" in answer.json()["error"]


def test_a_form_is_posted_on_and_the_answer_comes_back_compressed(slow: Settings) -> None:
    """A query too long for an address must work; the upstream's cookies must not come through."""
    answer = _answer(slow, "POST", f"{PROMETHEUS}/api/v1/query", data={"query": "up"})
    assert (answer.status_code, answer.text) == (200, "query=up")
    assert answer.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in answer.headers


def test_a_form_that_is_too_large_is_refused(slow: Settings) -> None:
    """A query is bounded: nobody writes 64 KiB of PromQL."""
    answer = _answer(slow, "POST", f"{PROMETHEUS}/api/v1/query", data={"query": "x" * 70_000})
    assert answer.status_code == 413


def test_a_posted_body_that_is_no_form_is_refused(slow: Settings) -> None:
    """Only what Prometheus reads as a query may be passed on."""
    answer = _answer(slow, "POST", f"{PROMETHEUS}/api/v1/query", json={"query": "up"})
    assert answer.status_code == 415


def _answer(settings: Settings, method: str, url: str, **request: Any) -> httpx.Response:
    """One answer of the proxy alone, without the console around it."""
    proxy = DataSourceProxy(data_sources(settings))
    app = Starlette(routes=[Route(PROXY, proxy.forward, methods=["GET", "POST"])])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
            return await client.request(method, url, **request)

    return anyio.run(ask)
