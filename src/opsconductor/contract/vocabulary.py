"""The closed sets of values that labels, requests and documents share."""

from collections.abc import Mapping
from enum import StrEnum

OTHER = "other"
"""What a value outside a label's policy is recorded as."""
UNKNOWN = "unknown"
"""The tool label of a request that names a tool which is not in the catalogue."""

AUTOMATION = "automation-service"
PIPELINE = "ai-pipeline"
CONSOLE = "console"
CANARY = "canary"
SUPERVISOR = "supervisor"
PROCESSES = (AUTOMATION, PIPELINE, CONSOLE, CANARY, SUPERVISOR)
"""Our processes that have a metrics page."""
MONITORING = "monitoring"


class Status(StrEnum):
    """How a request to a tool or to the pipeline ended."""

    SUCCESS = "success"
    ERROR = "error"


class Reason(StrEnum):
    """Why a request ended with an error."""

    VALIDATION = "validation"
    TOOL_NOT_FOUND = "tool_not_found"
    DENIED = "denied"
    APPROVAL_REQUIRED = "approval_required"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    UPSTREAM_ERROR = "upstream_error"
    BAD_GATEWAY = "bad_gateway"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


CALLER_REASONS = (
    Reason.VALIDATION,
    Reason.TOOL_NOT_FOUND,
    Reason.DENIED,
    Reason.APPROVAL_REQUIRED,
)
"""The caller's own mistakes: they spend no error budget unless a setting says so."""
SERVICE_REASONS = tuple(reason for reason in Reason if reason not in CALLER_REASONS)
"""What the service answers for."""

REASON_MEANING: Mapping[Reason, str] = {
    Reason.VALIDATION: "the request or a parameter is not what it must be.",
    Reason.TOOL_NOT_FOUND: "no tool has that name.",
    Reason.DENIED: "the tool may not do this with these parameters, such as read that path.",
    Reason.APPROVAL_REQUIRED: "the tool changes something, and nobody approved.",
    Reason.TIMEOUT: (
        "the tool ran longer than it may. The target is slow, or the tool's `timeout_seconds` is "
        "too low for it."
    ),
    Reason.CANCELLED: "somebody cancelled the run, or the service was stopped while it ran.",
    Reason.UPSTREAM_ERROR: (
        "the tool ran and failed: the target is down, refuses, or the program exited with an error."
    ),
    Reason.BAD_GATEWAY: (
        "the service could not reach what the tool runs through, or got nonsense from it."
    ),
    Reason.UNAVAILABLE: (
        "a program or service manager that the tool needs is missing on this machine; the error "
        "says what to install."
    ),
    Reason.INTERNAL: "a defect of ours, or the process died during the run.",
}
"""What each reason says of a tool run, in Markdown, for the documents."""

STAGES = ("understand", "select", "plan", "execute", "answer")
"""The pipeline's stages, in the order in which they run."""
PLATFORMS = ("windows", "linux", "network", "cross-platform")
PROBES = ("pipeline", "execute", "selector")
"""What the canary asks for: a sentence, a tool run, a search."""
