"""Every metric family of our own, declared once. Units are seconds unless said.

What a process tells of itself, as any program does, is in `process_families`.
"""

from opsconductor.contract.family import Family, Label, doubling
from opsconductor.contract.overflow import label_overflow
from opsconductor.contract.reason import SERVICE_REASONS, Reason
from opsconductor.contract.vocabulary import (
    AUTOMATION,
    CANARY,
    PIPELINE,
    PLATFORMS,
    PROBES,
    STAGES,
    SUPERVISOR,
    UNKNOWN,
    Status,
)

TOOL_LIMIT = 64
"""The most tools with a label value of their own; a setting may lower it."""
TOOL = Label("tool", (UNKNOWN,), limit=TOOL_LIMIT)

EXECUTION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
SELECTOR_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
STAGE_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

_STATUS = Label("status", tuple(Status))
_REASON = Label("reason", tuple(Reason))
_SERVICE_SIDE = {"reason": tuple(SERVICE_REASONS)}
"""The budgets of the families that have it leave room for one reason more."""

# --- automation-service -------------------------------------------------------------------------

AI_REQUESTS = Family(
    name="ai_requests_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Requests to run a tool that ended, by outcome; 429 answers are not counted.",
    labels=(_STATUS, TOOL),
    budget=200,
)
AI_REQUEST_ERRORS = Family(
    name="ai_request_errors_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Requests to run a tool that ended with an error, by reason.",
    labels=(_REASON, TOOL),
    seeded=_SERVICE_SIDE,
    budget=800,
)
AI_REQUEST_DURATION = Family(
    name="ai_request_duration_seconds",
    exposed_by=(AUTOMATION,),
    kind="histogram",
    help="Time from a request to run a tool to its answer.",
    unit="seconds",
    labels=(TOOL,),
    buckets=EXECUTION_BUCKETS,
    seeded=None,
    budget=1060,
)
AI_TOOLS = Family(
    name="ai_tools_count",
    exposed_by=(AUTOMATION,),
    kind="gauge",
    help="Tools in the catalogue.",
    labels=(Label("platform", PLATFORMS),),
    budget=5,
)
SELECTOR_REQUESTS = Family(
    name="selector_requests_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Searches for a tool, by outcome and by where the answer came from.",
    labels=(
        Label("status", ("ok", "error")),
        Label("source", ("fresh", "cache", "degraded")),
    ),
    budget=12,
)
_SELECTOR_SERVICE_SIDE = (Reason.CANCELLED, Reason.UNAVAILABLE, Reason.INTERNAL)
SELECTOR_REQUEST_ERRORS = Family(
    name="selector_request_errors_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Searches for a tool that ended with an error, by reason.",
    labels=(Label("reason", (Reason.VALIDATION, *_SELECTOR_SERVICE_SIDE)),),
    seeded={"reason": _SELECTOR_SERVICE_SIDE},
    budget=5,
)
SELECTOR_REQUEST_DURATION = Family(
    name="selector_request_duration_seconds",
    exposed_by=(AUTOMATION,),
    kind="histogram",
    help="Time from a search for a tool to its answer.",
    unit="seconds",
    buckets=SELECTOR_BUCKETS,
    budget=15,
)
SELECTOR_CACHE_ENTRIES = Family(
    name="selector_cache_entries",
    exposed_by=(AUTOMATION,),
    kind="gauge",
    help="Answers in the selector's cache that have not expired.",
    budget=1,
)
SELECTOR_CACHE_TTL = Family(
    name="selector_cache_ttl_seconds",
    exposed_by=(AUTOMATION,),
    kind="gauge",
    help="How long the selector's cache keeps an answer.",
    unit="seconds",
    budget=1,
)
SELECTOR_CACHE_EVICTIONS = Family(
    name="selector_cache_evictions_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Answers that left the selector's cache because it was full.",
    budget=1,
)
SELECTOR_DB_ERRORS = Family(
    name="selector_db_errors_total",
    exposed_by=(AUTOMATION,),
    kind="counter",
    help="Searches that the catalogue's database failed or refused.",
    budget=1,
)
_BUILD = "A build is what the family is for; a process has one, whatever requests it gets."
SELECTOR_BUILD_INFO = Family(
    name="selector_build_info",
    exposed_by=(AUTOMATION,),
    kind="gauge",
    help="Always 1; the labels name the running build.",
    # One process runs one build: the bound of one is the process's own value.
    labels=(
        Label("version", limit=1, identifies=_BUILD),
        Label("git_commit", limit=1, identifies=_BUILD),
        Label("built_at", limit=1, identifies=_BUILD),
    ),
    seeded=None,
    between=(1, 1),
    budget=8,
)

# --- language models (OpenTelemetry GenAI semantic conventions) ---------------------------------

_GEN_AI_OPERATION = Label("gen_ai_operation_name", ("chat", "text_completion", "embeddings"))
_GEN_AI_PROVIDER = Label("gen_ai_provider_name", limit=2, usual=1)
_GEN_AI_MODEL = Label("gen_ai_request_model", limit=3, usual=1)
GEN_AI_OPERATION_DURATION = Family(
    name="gen_ai_client_operation_duration_seconds",
    exposed_by=(PIPELINE,),
    kind="histogram",
    help="Time from a request to a language model to its answer.",
    unit="seconds",
    labels=(
        _GEN_AI_OPERATION,
        _GEN_AI_PROVIDER,
        _GEN_AI_MODEL,
        Label("error_type", ("", "timeout", "429", "500", "connection")),
    ),
    buckets=doubling(0.01, 2, 14),
    seeded=None,
    optional=True,
    budget=4896,
)
GEN_AI_TOKEN_USAGE = Family(
    name="gen_ai_client_token_usage",
    exposed_by=(PIPELINE,),
    kind="histogram",
    help="Tokens that a request to a language model read or wrote.",
    labels=(
        _GEN_AI_OPERATION,
        _GEN_AI_PROVIDER,
        _GEN_AI_MODEL,
        Label("gen_ai_token_type", ("input", "output")),
    ),
    buckets=doubling(1, 4, 14),
    seeded=None,
    optional=True,
    budget=2448,
)

# --- ai-pipeline --------------------------------------------------------------------------------

PIPELINE_REQUESTS = Family(
    name="pipeline_requests_total",
    exposed_by=(PIPELINE,),
    kind="counter",
    help="Sentences that the pipeline answered, by outcome.",
    labels=(_STATUS,),
    budget=3,
)
PIPELINE_REQUEST_DURATION = Family(
    name="pipeline_request_duration_seconds",
    exposed_by=(PIPELINE,),
    kind="histogram",
    help="Time from a sentence to its answer.",
    unit="seconds",
    buckets=EXECUTION_BUCKETS,
    budget=16,
)
PIPELINE_STAGE_DURATION = Family(
    name="pipeline_stage_duration_seconds",
    exposed_by=(PIPELINE,),
    kind="histogram",
    help="Time that one stage of the pipeline took.",
    unit="seconds",
    labels=(Label("stage", STAGES),),
    buckets=STAGE_BUCKETS,
    budget=84,
)
PIPELINE_STAGE_ERRORS = Family(
    name="pipeline_stage_errors_total",
    exposed_by=(PIPELINE,),
    kind="counter",
    help="Stages of the pipeline that failed, by reason.",
    labels=(Label("stage", STAGES), _REASON),
    seeded=_SERVICE_SIDE,
    budget=75,
)

# --- the system's own view of itself ------------------------------------------------------------

CANARY_REQUESTS = Family(
    name="canary_requests_total",
    exposed_by=(CANARY,),
    kind="counter",
    help="Probes of the running path, by what was asked and by outcome.",
    labels=(Label("probe", PROBES), _STATUS),
    steady=True,
    budget=12,
)
CANARY_REQUEST_DURATION = Family(
    name="canary_request_duration_seconds",
    exposed_by=(CANARY,),
    kind="histogram",
    help="Time from a probe to its answer.",
    unit="seconds",
    labels=(Label("probe", PROBES),),
    buckets=STAGE_BUCKETS,
    steady=True,
    budget=56,
)
_PROCESS = Label("process", limit=16, usual=7)
STACK_PROCESS_UP = Family(
    name="stack_process_up",
    exposed_by=(SUPERVISOR,),
    kind="gauge",
    help="1 while the process runs and answers its health check.",
    labels=(_PROCESS,),
    between=(0, 1),
    budget=17,
)
STACK_PROCESS_RESTARTS = Family(
    name="stack_process_restarts_total",
    exposed_by=(SUPERVISOR,),
    kind="counter",
    help="How often the supervisor started the process again.",
    labels=(_PROCESS,),
    budget=17,
)
STACK_DISK_FREE_RATIO = Family(
    name="stack_disk_free_ratio",
    exposed_by=(SUPERVISOR,),
    kind="gauge",
    help="Free share of the file system that holds the path.",
    labels=(Label("path", ("state", "prometheus")),),
    between=(0, 1),
    budget=3,
)
LABEL_OVERFLOW = label_overflow(
    [declared for declared in globals().values() if isinstance(declared, Family)]
)
