"""The closed sets of values that labels, requests and documents share."""

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


STAGES = ("understand", "select", "plan", "execute", "answer")
"""The pipeline's stages, in the order in which they run."""
PLATFORMS = ("windows", "linux", "network", "cross-platform")
PROBES = ("pipeline", "execute", "selector")
"""What the canary asks for: a sentence, a tool run, a search."""
