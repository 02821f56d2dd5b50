"""The probe marker is believed from this machine only."""

import pytest
from starlette.requests import HTTPConnection

from opsconductor.serving import PROBE_HEADER, probe_of


def connection(host: str | None, marker: str | None = "pipeline") -> HTTPConnection:
    """A request from the host with the marker."""
    headers = [(PROBE_HEADER.encode(), marker.encode())] if marker is not None else []
    client = (host, 40_000) if host is not None else None
    return HTTPConnection({"type": "http", "headers": headers, "client": client})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_a_marker_from_loopback_is_believed(host: str) -> None:
    """The canary runs on this machine, whichever family its socket has."""
    assert probe_of(connection(host)) == "pipeline"


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.7", "localhost", "", None]
)
def test_a_marker_from_elsewhere_is_not_believed(host: str | None) -> None:
    """Otherwise any client could hide its errors from the metrics."""
    assert probe_of(connection(host)) is None


@pytest.mark.parametrize("marker", [None, ""])
def test_a_request_without_a_marker_is_a_users(marker: str | None) -> None:
    """Ordinary requests from this machine count as users'."""
    assert probe_of(connection("127.0.0.1", marker)) is None
