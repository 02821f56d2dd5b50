"""The login form, the link that logs in once, and the way out."""

import math
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from opsconductor.console import session
from opsconductor.console.gate import address_of
from opsconductor.console.login import DEFAULT_PASSWORD, LoginBackend, OnceLinks
from opsconductor.console.throttle import Throttle
from opsconductor.settings import Settings
from opsconductor.telemetry import logger

_log = logger(__name__)


class LoginPages:
    """The pages that are open to everybody."""

    def __init__(
        self,
        settings: Settings,
        templates: Jinja2Templates,
        backend: LoginBackend,
        throttle: Throttle,
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._backend = backend
        self._throttle = throttle
        self._links = OnceLinks(settings)

    def routes(self) -> list[Route]:
        """What the application mounts."""
        return [
            Route("/login", self.form, methods=["GET"]),
            Route("/login", self.submit, methods=["POST"]),
            Route("/login/once", self.once, methods=["GET"]),
            Route("/logout", self.logout, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The empty form; somebody who is logged in goes on."""
        wanted = local_path(request.query_params.get("next", ""))
        if request.scope["user_name"]:
            return RedirectResponse(wanted, 303)
        return self._page(request, wanted)

    async def submit(self, request: Request) -> Response:
        """Check the credentials and start a session."""
        fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
        wanted = local_path(fields.get("next", ""))
        address = address_of(request)
        if (wait := self._throttle.wait(address)) > 0:
            seconds = math.ceil(wait)
            error = f"Too many failed logins from this address. Try again in {seconds} s."
            page = self._page(request, wanted, error, 429)
            page.headers["retry-after"] = str(seconds)
            return page
        principal = self._backend.verify(fields.get("username", ""), fields.get("password", ""))
        if principal is None:
            self._throttle.failed(address)
            _log.warning("login refused", address=address)
            return self._page(request, wanted, "Wrong name or password.", 401)
        return self._enter(request, principal, wanted, "password")

    async def once(self, request: Request) -> Response:
        """Log in by a link that works once."""
        if self._links.redeem(request.query_params.get("token", "")):
            return self._enter(request, self._settings.console.username, "/", "link")
        if request.scope["user_name"]:
            return RedirectResponse("/", 303)
        error = "This link was used already or is too old. Log in by name and password."
        return self._page(request, "/", error, 403)

    async def logout(self, request: Request) -> Response:
        """End the session."""
        session.end(request)
        return RedirectResponse("/login", 303)

    def _enter(self, request: Request, principal: str, wanted: str, by: str) -> Response:
        self._throttle.succeeded(address_of(request))
        session.begin(request, self._backend, principal)
        _log.info("logged in", principal=principal, by=by, address=address_of(request))
        return RedirectResponse(wanted, 303)

    def _page(
        self, request: Request, wanted: str, error: str = "", status_code: int = 200
    ) -> Response:
        console = self._settings.console
        is_default = console.password.get_secret_value() == DEFAULT_PASSWORD
        hint = f"{console.username} / {DEFAULT_PASSWORD}" if is_default else ""
        return self._templates.TemplateResponse(
            request,
            "login.html",
            {"next": wanted, "error": error, "hint": hint},
            status_code=status_code,
        )


def local_path(wanted: str) -> str:
    """The wanted page if it is one of ours, else the first page: no open redirect."""
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/login"))
    return wanted if is_local and wanted.isprintable() else "/"
