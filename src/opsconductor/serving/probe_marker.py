"""The marker that keeps the canary's own requests out of the users' metrics."""

from ipaddress import IPv6Address, ip_address

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
        address = ip_address(connection.client.host)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped  # how a socket for both families names an IPv4 client
    return marker if address.is_loopback else None
