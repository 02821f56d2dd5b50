"""The metrics pages of many services, served from one port to a Prometheus that is measured."""

import gzip
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.storage_blocks import Traffic
from bench.storage_traffic import PAIR, STEP, identity
from opsconductor.contract import EXPOSED


class Pages:
    """Pages of the traffics by name; time goes on from the end of their histories."""

    def __init__(self, traffics: Mapping[str, Traffic], since: float) -> None:
        self._traffics = traffics
        self._since = since
        self._heads = {service: _comments(service) for service in PAIR}
        self._starts: dict[tuple[str, str], list[str]] = {}

    def page(self, name: str, service: str, pair: int) -> bytes:
        """The page of one service as it is now, compressed."""
        traffic = self._traffics[name]
        step = traffic.steps + int((time.time() - self._since) / STEP)
        found = list(traffic.page(service, pair, step))
        starts = self._starts.get((name, service))
        if starts is None:
            starts = [_start(one.name, one.labels) for one, _ in found]
            self._starts[name, service] = starts
        lines = [f"{start} {value!r}" for start, (_, value) in zip(starts, found, strict=True)]
        return gzip.compress("\n".join([self._heads[service], *lines, ""]).encode(), 1)


@contextmanager
def served(pages: Pages) -> Iterator[int]:
    """Serve the pages on loopback; yields the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def scrapes(name: str, pairs: int, port: int, interval: float = STEP) -> list[dict[str, Any]]:
    """Scrape jobs whose targets carry the labels that the traffic was written with."""
    return [
        {
            "job_name": service,
            "scrape_interval": f"{interval:g}s",
            "scrape_timeout": f"{interval:g}s",
            "static_configs": [
                {
                    "targets": [f"127.0.0.1:{port}"],
                    "labels": {
                        "__metrics_path__": f"/{name}/{service}/{pair}",
                        **{k: v for k, v in identity(service, pair).items() if k != "job"},
                    },
                }
                for pair in range(pairs)
            ],
        }
        for service in PAIR
    ]


def _comments(service: str) -> str:
    return "\n".join(
        f"# HELP {one.name} {one.help}\n# TYPE {one.name} {one.kind}" for one in EXPOSED[service]
    )


def _start(name: str, labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{name}{{{inner}}}" if inner else name


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _, name, service, pair = self.path.split("/")
            body = pages.page(name, service, int(pair))
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
