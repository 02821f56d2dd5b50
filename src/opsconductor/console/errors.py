"""Error pages: styled for people, JSON for the API."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.templating import Jinja2Templates
from starlette.types import ExceptionHandler

from opsconductor.client.errors import UpstreamError
from opsconductor.console.security_headers import SECURITY_HEADERS
from opsconductor.telemetry import trace

_HEADINGS = {
    404: "There is no such page",
    405: "That cannot be done here",
    500: "Something went wrong here",
    502: "A service behind the console does not answer",
}
_DETAILS = {
    404: "The address may be mistyped, or what it pointed to is gone.",
    405: "The page exists, but not for this kind of request.",
    500: "The console made a mistake; its log has the details under the trace below.",
}


class NotFoundError(HTTPException):
    """A page that does not exist, with what the reader may have meant (label, address)."""

    def __init__(self, detail: str, choices: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(404, detail)
        self.choices = choices


class ErrorPages:
    """Exception handlers for the application."""

    def __init__(self, templates: Jinja2Templates) -> None:
        self._templates = templates

    def handlers(self) -> Mapping[Any, ExceptionHandler]:
        """What the application registers."""
        return {
            HTTPException: self.http,
            UpstreamError: self.upstream,
            Exception: self.internal,
        }

    async def http(self, request: Request, error: Exception) -> Response:
        """What a handler refused."""
        if not isinstance(error, HTTPException):
            raise TypeError("registered for HTTPException only") from error
        given = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
        choices = error.choices if isinstance(error, NotFoundError) else ()
        response = self._page(request, error.status_code, given, choices)
        response.headers.update(error.headers or {})
        return response

    async def upstream(self, request: Request, error: Exception) -> Response:
        """A service that the page needs does not answer."""
        return self._page(
            request, 502, f"{error}. Run “opsconductor status” to see which process is down."
        )

    async def internal(self, request: Request, _error: Exception) -> Response:
        """A bug of ours; the server logs the traceback."""
        response = self._page(request, 500)
        # This handler runs outside the middleware that sets these.
        response.headers.update(SECURITY_HEADERS)
        return response

    def _page(
        self,
        request: Request,
        status: int,
        detail: str = "",
        choices: Sequence[tuple[str, str]] = (),
    ) -> Response:
        heading = _HEADINGS.get(status, HTTPStatus(status).phrase)
        detail = detail or _DETAILS.get(status, "")
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": detail or heading}, status)
        context = trace.current.get()
        logged_in = bool(request.scope.get("user_name"))
        return self._templates.TemplateResponse(
            request,
            "error.html",
            {
                "status": status,
                "heading": heading,
                "detail": detail,
                "choices": choices,
                "trace_id": context.trace_id if context and status >= HTTPStatus(500) else "",
                "back_href": "/" if logged_in else "/login",
                "back_label": "To the dashboards" if logged_in else "Log in",
            },
            status_code=status,
        )
