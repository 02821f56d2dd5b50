"""A running Prometheus's raw series, read by another one, without those that it recorded.

A temporary Prometheus reads a live one by the remote-read protocol and computes recorded series
anew under their own names. Between them stands this: it hands requests on, except those for names
that are computed anew, which find nothing. So a recorded series has one source, and the live server
is only read.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from opsconductor.client.http import trust

PATH = "/api/v1/read"
NOTHING = b"\x02\x04\x0a\x00"
"""A response without a series: Snappy's length and literal around one empty query result."""
_FORWARDED = ("Content-Type", "Content-Encoding", "Accept-Encoding", "User-Agent",
              "X-Prometheus-Remote-Read-Version")  # fmt: skip
_ONE_BYTE, _TWO_BYTES = 1, 2
_LENGTH_DELIMITED, _VARINT = 2, 0
_MOST_INLINE = 60
_NAME = b"__name__"


@contextmanager
def remote_read_without(url: str, hidden: frozenset[str]) -> Iterator[str]:
    """Serve, on loopback, the remote-read address of the server at `url` without hidden names."""
    names = frozenset(name.encode() for name in hidden)
    http = httpx.Client(base_url=url, verify=trust(url), timeout=600, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if names_asked_for(body) & names:
                self._answer(200, NOTHING, "application/x-protobuf", "snappy")
                return
            try:
                self._hand_on(body)
            except httpx.HTTPError as error:
                self._answer(502, f"{type(error).__name__}: {error}".encode(), "text/plain")

        def _hand_on(self, body: bytes) -> None:
            headers = {key: self.headers[key] for key in _FORWARDED if key in self.headers}
            with http.stream("POST", PATH, content=body, headers=headers) as answer:
                self.send_response(answer.status_code)
                for key in ("Content-Type", "Content-Encoding"):
                    if key in answer.headers:
                        self.send_header(key, answer.headers[key])
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for piece in answer.iter_raw():
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")

        def _answer(self, code: int, body: bytes, kind: str, encoding: str = "identity") -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Encoding", encoding)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the requests of a backtest are of no interest."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{PATH}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        http.close()


def names_asked_for(body: bytes) -> frozenset[bytes]:
    """The metric names that a remote-read request asks for by an exact match.

    ReadRequest.queries (1) holds Query.matchers (3) with LabelMatcher type (1, absent or 0 for an
    exact match), name (2) and value (3).
    """
    found: set[bytes] = set()
    for query in _fields(uncompressed(body)).get(1, ()):
        for matcher in _fields(query).get(3, ()) if isinstance(query, bytes) else ():
            parts = _fields(matcher) if isinstance(matcher, bytes) else {}
            if parts.get(2) == [_NAME] and parts.get(1, [0]) == [0]:
                found.update(one for one in parts.get(3, ()) if isinstance(one, bytes))
    return frozenset(found)


def _fields(message: bytes) -> dict[int, list[bytes | int]]:
    """A message's fields by number: varints and whatever has a length; fixed ones are skipped."""
    fields: dict[int, list[bytes | int]] = {}
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            fields.setdefault(number, []).append(value)
        elif kind == _LENGTH_DELIMITED:
            length, place = _varint(message, place)
            fields.setdefault(number, []).append(message[place : place + length])
            place += length
        else:
            place += 8 if kind == 1 else 4
    return fields


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004  the bit that says that more follows
            return value, place


def uncompressed(body: bytes) -> bytes:
    """Snappy's block format: literals, and copies of what came before."""
    length, place = _varint(body, 0)
    out = bytearray()
    while place < len(body):
        tag = body[place]
        place += 1
        kind = tag & 3
        if kind == 0:
            size = tag >> 2
            if size >= _MOST_INLINE:
                width = size - _MOST_INLINE + 1
                size = int.from_bytes(body[place : place + width], "little")
                place += width
            out += body[place : place + size + 1]
            place += size + 1
            continue
        if kind == _ONE_BYTE:
            size, offset = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | body[place]
            place += 1
        else:
            width = 2 if kind == _TWO_BYTES else 4
            size, offset = (tag >> 2) + 1, int.from_bytes(body[place : place + width], "little")
            place += width
        for _ in range(size):
            out.append(out[-offset])
    if len(out) != length:
        raise ValueError("not Snappy's block format")
    return bytes(out)
