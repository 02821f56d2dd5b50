"""The marker that keeps the canary's own requests out of the users' metrics."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection

PROBE_HEADER = "x-opsconductor-probe"


def probe_of(connection: HTTPConnection) -> str | None:
    """The probe that sent the request, or None for a user's.

    Believed from loopback only: otherwise any client could hide its errors from the metrics.
    """
    marker = connection.headers.get(PROBE_HEADER)
    if not marker or connection.client is None:
        return None
    try:
        local = ip_address(connection.client.host).is_loopback
    except ValueError:
        local = False
    return marker if local else None
