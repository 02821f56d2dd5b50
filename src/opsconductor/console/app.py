"""The console's application: middleware, pages and the inbox's receivers."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from opsconductor import __version__
from opsconductor.client.alertmanager import AlertmanagerClient
from opsconductor.client.automation import AutomationClient
from opsconductor.client.prometheus import PrometheusClient
from opsconductor.console import errors, player, session
from opsconductor.console.alert_board import TIMEOUT_SECONDS, AlertBoard
from opsconductor.console.alert_pages import AlertPages
from opsconductor.console.dashboard_files import DASHBOARDS, DashboardFiles
from opsconductor.console.execution_pages import ExecutionPages
from opsconductor.console.gate import Gate
from opsconductor.console.health_pill import health_pill
from opsconductor.console.inbox_pages import InboxPages
from opsconductor.console.login import LoginBackend, SettingsBackend, refuse_default_password
from opsconductor.console.login_pages import LoginPages
from opsconductor.console.reference_pages import ReferencePages
from opsconductor.console.runbooks import RunbookPages, Runbooks
from opsconductor.console.secret import signing_secret
from opsconductor.console.security_headers import SecurityHeaders
from opsconductor.console.templating import STATIC, templates
from opsconductor.console.throttle import Throttle
from opsconductor.contract import CONSOLE, EXPOSED
from opsconductor.inbox import receivers, smtp
from opsconductor.inbox.store import InboxStore
from opsconductor.serving import BodyLimit, TraceMiddleware, metrics_page
from opsconductor.serving.server import bind
from opsconductor.settings import PROJECT_ROOT, Settings
from opsconductor.telemetry import Telemetry

LARGEST_BODY = 1024 * 1024
LOOPBACK = "127.0.0.1"


def create_app(settings: Settings, *, smtp_socket: socket.socket | None = None) -> Starlette:
    """The console. Takes mail on `smtp_socket`, or binds the settings' port when it starts.

    Raises `SettingsError` and `InboxStoreError` where it must not or cannot start.
    """
    refuse_default_password(settings)
    backend: LoginBackend = SettingsBackend(settings)
    throttle = Throttle()
    store = InboxStore(settings.state / "inbox.sqlite3")
    prometheus = PrometheusClient(
        settings.loopback_url(settings.prometheus.port), timeout=TIMEOUT_SECONDS
    )
    alertmanager = AlertmanagerClient(
        settings.loopback_url(settings.alertmanager.port), timeout=TIMEOUT_SECONDS
    )
    automation = AutomationClient(settings.url(settings.automation.port), timeout=TIMEOUT_SECONDS)
    board = AlertBoard(prometheus, alertmanager)
    pages = templates(lambda: health_pill(board))
    runbooks = Runbooks(PROJECT_ROOT / "docs" / "runbooks")
    error_pages = errors.ErrorPages(pages)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        listening = smtp_socket or bind(LOOPBACK, settings.inbox.smtp_port)
        async with AsyncExitStack() as stack:
            stack.callback(store.close)
            await stack.enter_async_context(prometheus)
            await stack.enter_async_context(alertmanager)
            await stack.enter_async_context(automation)
            await stack.enter_async_context(smtp.serving(store, listening))
            await stack.enter_async_context(board.polling())
            yield

    return Starlette(
        routes=[
            Route("/", _first_page),
            Route("/health", _health),
            Route("/metrics", metrics_page(Telemetry(EXPOSED[CONSOLE]))),
            *LoginPages(settings, pages, backend, throttle).routes(),
            *AlertPages(board, runbooks, pages).routes(),
            *ExecutionPages(automation, pages).routes(),
            *InboxPages(store, pages, settings.receivers).routes(),
            *RunbookPages(runbooks, settings, pages).routes(),
            *ReferencePages(PROJECT_ROOT / "docs/reference", settings, pages).routes(),
            receivers.routes(store),
            *player.routes(settings, pages),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[
            Middleware(TraceMiddleware),
            Middleware(SecurityHeaders),
            Middleware(BodyLimit, limit=LARGEST_BODY),
            Middleware(
                SessionMiddleware,
                secret_key=signing_secret(settings),
                # Cookies do not tell ports apart: two consoles on one host need two names.
                session_cookie=f"opsconductor_{settings.console.port}",
                max_age=session.LIFETIME_SECONDS,
                same_site="lax",
            ),
            Middleware(Gate, backend=backend, throttle=throttle),
        ],
        exception_handlers=error_pages.handlers(),
        lifespan=lifespan,
    )


async def _first_page(_request: Request) -> Response:
    first = next(iter(DashboardFiles(DASHBOARDS).boards()), None)
    return RedirectResponse(f"/d/{first}" if first else "/dashboards", 303)


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "service": "console", "version": __version__})
