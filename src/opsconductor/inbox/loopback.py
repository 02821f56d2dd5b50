"""Tells this machine's own programs from everybody else."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_FORWARDING = ("forwarded", "x-forwarded-for", "x-real-ip")
_BROWSER = ("origin", "sec-fetch-site")


def is_local_machine(connection: HTTPConnection) -> bool:
    """Whether a program on this machine sent the request itself, not on behalf of another.

    A request that a proxy on this machine forwards comes from loopback too, but says so.
    """
    if connection.client is None or any(name in connection.headers for name in _FORWARDING):
        return False
    try:
        return ip_address(connection.client.host).is_loopback
    except ValueError:
        return False


class LoopbackOnly:
    """ASGI middleware: 403 for everybody but this machine's programs.

    A page in a browser on this machine is refused too: any site could make it post here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it."""
        if scope["type"] == "http":
            connection = HTTPConnection(scope)
            from_page = any(name in connection.headers for name in _BROWSER)
            if from_page or not is_local_machine(connection):
                refusal = PlainTextResponse("The inbox takes messages from loopback only.\n", 403)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
