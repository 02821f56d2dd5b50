"""Searching for tools."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from opsconductor.automation.api.answers import RETRY_AFTER_SECONDS
from opsconductor.automation.api.caller import Caller, caller, service_of
from opsconductor.automation.selector import Answer, Key
from opsconductor.automation.service import Service
from opsconductor.automation.store import StoreUnavailableError
from opsconductor.contract import Reason

router = APIRouter()

PATH = "/api/selector/search"
MAX_QUERY = 200
MAX_K = 20
MAX_PLATFORMS = 5
MAX_PLATFORM = 32


@router.get(PATH)
async def search(
    request: Request,
    query: str = "",
    platform: Annotated[list[str] | None, Query()] = None,
    platforms: Annotated[list[str] | None, Query()] = None,
    k: Annotated[int, Query(ge=1, le=MAX_K)] = 3,
) -> JSONResponse:
    """The `k` tools that fit the query best, on these platforms if any are given."""
    asking = caller(request)
    service = service_of(request)
    query = query.strip()
    wanted = [*(platform or ()), *(platforms or ())]
    names = list(dict.fromkeys(x.strip().lower() for text in wanted for x in text.split(",")))
    problem = _problem(query, names)
    if problem:
        count_refused(service, asking)
        return JSONResponse({"detail": problem}, 400)
    try:
        answer = await _answer(service, asking, Key.of(query, k, names))
    except StoreUnavailableError:
        return _unavailable()
    return JSONResponse(
        {
            "query": query,
            "k": k,
            "platform": names,
            "platforms": names,
            "results": _results(answer),
            "from_cache": answer.source != "fresh",
            "degraded": answer.degraded,
            "duration_ms": (time.perf_counter() - asking.arrived) * 1000,
        }
    )


def count_refused(service: Service, asking: Caller) -> None:
    """Count a search that was refused for the caller's mistake."""
    if asking.counted:
        seconds = time.perf_counter() - asking.arrived
        service.selector.metrics.ended("fresh", Reason.VALIDATION, seconds, asking.trace_id)


async def _answer(service: Service, asking: Caller, key: Key) -> Answer:
    if asking.counted:
        return await service.selector.search(key, asking.trace_id, asking.arrived)
    return await service.selector.probe(key)


def _problem(query: str, platforms: list[str]) -> dict[str, str] | None:
    if not query:
        return {"code": "QUERY_EMPTY", "message": "say in `query` what the tool should do"}
    if len(query) > MAX_QUERY:
        message = f"the query has {len(query)} characters; at most {MAX_QUERY} are searched for"
        return {"code": "QUERY_TOO_LONG", "message": message}
    if len(platforms) > MAX_PLATFORMS:
        message = f"{len(platforms)} platforms are given; at most {MAX_PLATFORMS} are allowed"
        return {"code": "TOO_MANY_PLATFORMS", "message": message}
    if not all(1 <= len(name) <= MAX_PLATFORM for name in platforms):
        message = f"a platform has 1 to {MAX_PLATFORM} characters"
        return {"code": "INVALID_PLATFORM_LENGTH", "message": message}
    return None


def _results(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "key": match.key,
            "name": match.name,
            "short_desc": match.short_desc,
            "platform": match.platform,
            "tags": list(match.tags),
            "score": match.score,
        }
        for match in answer.results
    ]


def _unavailable() -> JSONResponse:
    body = {
        "error": "DependencyUnavailable",
        "code": "SELECTOR_DB_UNAVAILABLE",
        "degraded": False,
        "hint": "the catalogue's database cannot be reached and no earlier answer is known",
        "retry_after_sec": RETRY_AFTER_SECONDS,
    }
    return JSONResponse(body, 503, {"retry-after": str(RETRY_AFTER_SECONDS)})
