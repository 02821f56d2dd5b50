"""The ASGI application of ai-pipeline."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from opsconductor import __version__
from opsconductor.client.automation import AutomationClient
from opsconductor.client.pipeline_answers import Reply
from opsconductor.contract import EXPOSED, PIPELINE, Reason
from opsconductor.pipeline.bodies import PipelineBody
from opsconductor.pipeline.conductor import Conductor, Question
from opsconductor.pipeline.event_stream import MEDIA_TYPE, events
from opsconductor.pipeline.gateway import Gateway
from opsconductor.pipeline.language_model import LanguageModel
from opsconductor.pipeline.metrics import PipelineMetrics
from opsconductor.pipeline.rule_based import RuleBased
from opsconductor.serving import PROBE_HEADER, BodyLimit, TraceMiddleware, metrics_page, probe_of
from opsconductor.settings import Settings
from opsconductor.telemetry import Telemetry, TraceContext, trace

MAX_BODY_BYTES = 1_048_576
RETRY_AFTER_SECONDS = 30
_FAILURE_STATUS: Mapping[str, int] = {Reason.UNAVAILABLE: 503, Reason.INTERNAL: 500}
"""HTTP status of a failed stage by reason; 502 for the rest."""
_BAD_GATEWAY = 502


def create_app(
    settings: Settings,
    *,
    model: LanguageModel | None = None,
    client: AutomationClient | None = None,
) -> FastAPI:
    """The application. Sentences are read by `model`, by default with rules and offline.

    `client` is the way to automation-service, by default to the one of the settings.
    """
    telemetry = Telemetry(EXPOSED[PIPELINE])
    metrics = PipelineMetrics(telemetry)
    client = client or AutomationClient(
        settings.url(settings.automation.port), timeout=settings.pipeline.request_timeout_seconds
    )
    conductor = Conductor(Gateway(client), model or RuleBased(), metrics)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with client:
            yield

    # The documentation pages load scripts from elsewhere; /openapi.json says the same.
    app = FastAPI(
        title=PIPELINE, version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )

    @app.post("/pipeline", response_model=Reply)
    async def pipeline(request: Request, body: PipelineBody) -> Response:
        """Answer a sentence by running tools."""
        return _respond(await conductor.ask(_question(request, body)))

    @app.post("/pipeline/stream")
    async def stream(request: Request, body: PipelineBody) -> StreamingResponse:
        """The same, told as server-sent events while it happens."""
        chunks = events(conductor, _question(request, body))
        return StreamingResponse(
            chunks, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"}
        )

    @app.get("/pipeline/health")
    async def health() -> dict[str, str]:
        """Whether this process answers; it needs nobody else for that."""
        return {"status": "ok", "service": PIPELINE, "version": __version__}

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        if not probe_of(request):
            conductor.refused()
        problems = error.errors() if isinstance(error, RequestValidationError) else []
        # Without the values that were sent: they may be secrets, and need not be valid Unicode.
        detail = [{"type": p["type"], "loc": p["loc"], "msg": p["msg"]} for p in problems]
        return JSONResponse({"detail": detail}, 422)

    async def malformed(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code == 400:  # noqa: PLR2004  what FastAPI makes of a body not in UTF-8
            problem = {"type": "json_invalid", "loc": ["body"], "msg": "the body is not JSON"}
            return await invalid(request, RequestValidationError([problem]))
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, malformed)
    app.add_route("/pipeline/metrics", metrics_page(telemetry))
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES, refused=lambda _scope: conductor.refused())
    app.add_middleware(TraceMiddleware)
    return app


def _question(request: Request, body: PipelineBody) -> Question:
    """The sentence with its trace: the headers' first, then the body's, then a new one."""
    if body.trace_id and not request.state.trace_given:
        trace.current.set(TraceContext.new(body.trace_id))
    context = trace.current.get() or TraceContext.new()
    probe = probe_of(request)
    return Question(
        sentence=body.input,
        trace_id=context.trace_id,
        dry_run=body.dry_run,
        approve=body.approve,
        marker={PROBE_HEADER: probe} if probe else {},
    )


def _respond(reply: Reply) -> JSONResponse:
    """200 with the reply; where a stage failed, an error status with it under `detail`."""
    content = reply.model_dump(mode="json")
    if reply.error is None:
        return JSONResponse(content)
    status = _FAILURE_STATUS.get(reply.error.code, _BAD_GATEWAY)
    headers = (
        {"retry-after": str(RETRY_AFTER_SECONDS)}
        if reply.error.code == Reason.UNAVAILABLE
        else None
    )
    return JSONResponse({"detail": content}, status, headers)
