"""Requests that never reach a tool: every one is answered clearly and counted once."""

import time
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from opsconductor.automation.api import selector
from opsconductor.automation.api.answers import RETRY_AFTER_SECONDS
from opsconductor.automation.api.caller import Caller, caller, service_of
from opsconductor.automation.call import BusyError
from opsconductor.automation.service import Service
from opsconductor.automation.store import StoreUnavailableError
from opsconductor.contract import UNKNOWN, Reason

_TOOL_FIELD = {"/ai/execute": ("tool", "echo"), "/ai/tools/execute": ("name", UNKNOWN)}
"""The endpoints that run tools: the field of the body that names one, and its default."""
_MALFORMED = 400
_UNPROCESSABLE = 422


def add_error_handlers(app: FastAPI) -> None:
    """Translate what the endpoints raise."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(StoreUnavailableError, _store_unavailable)


def count_refused_body(service: Service, scope: Scope) -> None:
    """Count a request to run a tool whose body was too large to read."""
    if scope["path"] in _TOOL_FIELD and scope["method"] == "POST":
        _count(service, caller(Request(scope)), UNKNOWN)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    body = error.body if isinstance(error, RequestValidationError) else None
    # Without the values that were sent: they may be secrets, and need not be valid Unicode.
    detail = [{"type": p["type"], "loc": p["loc"], "msg": _printable(p["msg"])} for p in problems]
    return _validation(request, detail, body)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == _MALFORMED and request.url.path in _TOOL_FIELD:
        problem = {"type": "json_invalid", "loc": ["body"], "msg": "the body is not JSON in UTF-8"}
        return _validation(request, [problem], None)
    return JSONResponse({"detail": detail}, status, headers)


async def _busy(_request: Request, _error: Exception) -> JSONResponse:
    detail = "as many tools run as may at once; try again in a second"
    return JSONResponse({"detail": detail}, 429, {"retry-after": "1"})


async def _store_unavailable(_request: Request, error: Exception) -> JSONResponse:
    detail = f"the database is not available; try again later: {error}"
    return JSONResponse({"detail": detail}, 503, {"retry-after": str(RETRY_AFTER_SECONDS)})


def _validation(request: Request, detail: list[dict[str, Any]], body: Any) -> JSONResponse:
    path = request.url.path
    if path == selector.PATH:
        selector.count_refused(service_of(request), caller(request))
    answer: dict[str, Any] = {"detail": detail}
    if path in _TOOL_FIELD:
        asking = caller(request)
        named = body.get(*_TOOL_FIELD[path]) if isinstance(body, dict) else None
        _count(service_of(request), asking, named if isinstance(named, str) else UNKNOWN)
        message = detail[0]["msg"] if detail else "the body is not valid"
        answer |= {
            "success": False,
            "error": {"code": Reason.VALIDATION, "message": message},
            "trace_id": asking.trace_id,
        }
    return JSONResponse(answer, _UNPROCESSABLE)


def _count(service: Service, asking: Caller, tool: str) -> None:
    if asking.counted:
        seconds = time.perf_counter() - asking.arrived
        service.metrics.ended(tool, Reason.VALIDATION, seconds, asking.trace_id)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
