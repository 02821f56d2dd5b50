"""The `/metrics` endpoint: in memory only, behind no pool and no database."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from opsconductor.telemetry import Telemetry


def metrics_page(telemetry: Telemetry) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that exposes the process's instruments."""

    async def page(request: Request) -> Response:
        exposition = telemetry.expose(
            request.headers.get("accept"), request.headers.get("accept-encoding")
        )
        return Response(exposition.body, headers=exposition.headers)

    return page
