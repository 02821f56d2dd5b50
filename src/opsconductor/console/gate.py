"""Who passes: a session, HTTP Basic on the API, or a machine on loopback."""

import base64
import binascii
import math
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from opsconductor.console.login import LoginBackend
from opsconductor.console.session import principal_of
from opsconductor.console.throttle import Throttle
from opsconductor.inbox.loopback import is_local_machine

OPEN_PATHS = frozenset({"/health", "/login", "/login/once"})
RECEIVERS = "/inbox/"
"""Guarded by the inbox itself: loopback only, no login, for Alertmanager has none."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """ASGI middleware inside the session: sets `scope["user_name"]` or answers itself."""

    def __init__(self, app: ASGIApp, backend: LoginBackend, throttle: Throttle) -> None:
        self._app = app
        self._backend = backend
        self._throttle = throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._refusal(request)
        await (answer or self._app)(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        path = request.url.path
        request.scope["user_name"] = principal_of(request, self._backend)
        if path.startswith(RECEIVERS):
            return None
        if request.method not in SAFE_METHODS and not is_same_origin(request):
            return PlainTextResponse(
                "This form was sent from another site and is refused; open the console's own "
                "page and try again.\n",
                403,
            )
        if request.scope["user_name"] or _is_open(request):
            return None
        return self._basic(request) if path.startswith("/api/") else _to_login(request)

    def _basic(self, request: Request) -> Response | None:
        address = address_of(request)
        credentials = _basic_credentials(request.headers.get("authorization", ""))
        if credentials is None:
            return _unauthorized(request, "log in, or send HTTP Basic credentials")
        if (wait := self._throttle.wait(address)) > 0:
            seconds = math.ceil(wait)
            detail = f"too many failed logins from this address; try again in {seconds} s"
            return JSONResponse({"detail": detail}, 429, headers={"Retry-After": str(seconds)})
        principal = self._backend.verify(*credentials)
        if principal is None:
            self._throttle.failed(address)
            return _unauthorized(request, "wrong name or password")
        self._throttle.succeeded(address)
        request.scope["user_name"] = principal
        return None


def _is_open(request: Request) -> bool:
    path = request.url.path
    if path == "/metrics":
        return is_local_machine(request)  # Prometheus has no login
    return path in OPEN_PATHS or path.startswith("/static/")


def _to_login(request: Request) -> Response:
    if request.method not in SAFE_METHODS:
        return PlainTextResponse("Log in first.\n", 401)
    path, query = request.url.path, request.url.query
    wanted = f"{path}?{query}" if query else path
    suffix = "" if wanted == "/" else f"?next={quote(wanted, safe='/')}"
    return RedirectResponse(f"/login{suffix}", 303)


def address_of(connection: HTTPConnection) -> str:
    """The peer's address, for throttling."""
    return connection.client.host if connection.client else "unknown"


def is_same_origin(request: Request) -> bool:
    """Whether a request that changes something comes from our own page or from no page at all."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2] == request.headers.get("host")
    # A browser sends one of the two with every POST; without both, cookies are not to be trusted.
    return "cookie" not in request.headers


def _basic_credentials(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None


def _unauthorized(request: Request, detail: str) -> Response:
    # A challenge would make a browser open its own password dialogue over the page.
    from_page = "sec-fetch-site" in request.headers
    headers = {} if from_page else {"WWW-Authenticate": 'Basic realm="OpsConductor NG"'}
    return JSONResponse({"detail": detail}, 401, headers=headers)
