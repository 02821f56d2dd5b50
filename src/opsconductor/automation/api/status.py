"""Whether the service lives, whether it can work, what it is, and its metrics."""

import platform
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from opsconductor import __version__
from opsconductor.automation.api.answers import timestamp
from opsconductor.automation.api.caller import service_of
from opsconductor.automation.store import StoreUnavailableError
from opsconductor.contract import AUTOMATION
from opsconductor.serving import metrics_page

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    """Answers as long as the process does, whatever it depends on."""
    return {"status": "ok", "service": AUTOMATION}


@router.get("/ready")
async def ready(request: Request) -> JSONResponse:
    """200 when a request can be served; 503 names the dependency that is down."""
    service = service_of(request)
    problem = ""
    try:
        await service.prepare()
        await service.database.ping()
    except StoreUnavailableError as error:
        problem = str(error)
    checks: dict[str, Any] = {
        "database": {"ok": not problem, "kind": service.database.dialect, "error": problem},
        "catalogue": {
            "ok": bool(service.catalogue.tools),
            "tools": len(service.catalogue.tools),
            "broken": dict(service.catalogue.broken),
        },
    }
    down = [name for name, check in checks.items() if not check["ok"]]
    status = "unavailable" if down else "ready"
    return JSONResponse({"status": status, "down": down, "checks": checks}, 503 if down else 200)


@router.get("/info")
async def info(request: Request) -> dict[str, Any]:
    """What runs here."""
    service = service_of(request)
    return {
        "service": AUTOMATION,
        "version": __version__,
        "git_commit": service.settings.automation.git_commit,
        "built_at": service.settings.automation.built_at,
        "environment": service.settings.environment,
        "started_at": timestamp(int(service.started_at * 1e6)),
        "python": platform.python_version(),
        "database": service.database.dialect,
        "instance": service.instances.id,
        "tools": len(service.catalogue.tools),
    }


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The metrics page: on the internal port always, on the public one only in development."""
    service = service_of(request)
    _, port = request.scope.get("server") or ("", None)
    internal = port == service.settings.automation.internal_port
    if service.settings.environment == "production" and not internal:
        raise HTTPException(404, "metrics are served on the internal port only")
    return await metrics_page(service.telemetry)(request)
