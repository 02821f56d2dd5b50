"""Running tools, and the catalogue of them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from opsconductor.automation.api.answers import brief, full, respond
from opsconductor.automation.api.bodies import ExecuteBody, ExecuteToolBody
from opsconductor.automation.api.caller import caller, service_of
from opsconductor.automation.call import Call, Outcome
from opsconductor.automation.catalogue import CatalogueError

router = APIRouter()

Platform = Literal["windows", "linux", "network", "cross-platform"]


@router.post("/ai/execute")
async def execute(request: Request, body: ExecuteBody) -> JSONResponse:
    """Run a tool on an input: echo by default, which answers "ping" with "pong"."""
    params = dict(body.params or {})
    tool = service_of(request).catalogue.tools.get(body.tool)
    # A tool that works on a text gets the input as that text.
    text = next((p.name for p in tool.parameters if p.format == "text"), None) if tool else None
    if text is not None:
        params.setdefault(text, body.input)
    outcome = await _run(request, body.tool, params, body.trace_id)
    return respond(outcome, brief(outcome))


@router.post("/ai/tools/execute")
async def execute_tool(request: Request, body: ExecuteToolBody) -> JSONResponse:
    """Run a tool with parameters."""
    outcome = await _run(request, body.name, body.params, body.trace_id)
    return respond(outcome, full(outcome))


@router.get("/ai/tools/list")
async def list_tools(
    request: Request,
    platform: Annotated[Platform | None, Query()] = None,
    category: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """The tools of the catalogue, by platform and category if asked for."""
    tools = [
        tool.public()
        for tool in service_of(request).catalogue.tools.values()
        if platform in {None, tool.platform} and category in {None, tool.category}
    ]
    return {"tools": tools, "count": len(tools)}


@router.post("/ai/tools/reload")
async def reload_tools(request: Request) -> dict[str, Any]:
    """Read the tool files again; broken ones are named and left out."""
    try:
        catalogue = await service_of(request).reload()
    except CatalogueError as error:
        raise HTTPException(409, f"the old catalogue stays in use: {error}") from None
    return {
        "count": len(catalogue.tools),
        "tools": sorted(catalogue.tools),
        "broken": dict(catalogue.broken),
    }


async def _run(
    request: Request, name: str, params: dict[str, Any], trace_id: str | None
) -> Outcome:
    asking = caller(request, trace_id)
    call = Call(
        tool=name,
        params=params,
        trace_id=asking.trace_id,
        principal=asking.principal,
        arrived=asking.arrived,
        counted=asking.counted,
    )
    return await service_of(request).executions.run(call)
