"""An outcome in HTTP's terms: the status, and the fields that say what happened."""

from datetime import UTC, datetime
from typing import Any

from fastapi.responses import JSONResponse

from opsconductor.automation.call import Outcome
from opsconductor.contract import Reason

RETRY_AFTER_SECONDS = 30

_STATUS = {
    Reason.VALIDATION: 422,
    Reason.TOOL_NOT_FOUND: 404,
    Reason.DENIED: 403,
    Reason.APPROVAL_REQUIRED: 403,
    Reason.TIMEOUT: 502,
    Reason.BAD_GATEWAY: 502,
    Reason.INTERNAL: 500,
}
"""A reason that is absent here is a tool's own failure: 200 with `success` false."""


def brief(outcome: Outcome) -> dict[str, Any]:
    """The answer of `/ai/execute`."""
    return {
        "success": outcome.reason is None,
        "output": outcome.output,
        "error": _error(outcome),
        "trace_id": outcome.trace_id,
        "duration_ms": outcome.seconds * 1000,
        "tool": outcome.tool,
    }


def full(outcome: Outcome) -> dict[str, Any]:
    """The answer of `/ai/tools/execute`."""
    table = outcome.table
    return {
        "success": outcome.reason is None,
        "tool": outcome.tool,
        "output": outcome.output,
        "error": _error(outcome),
        "duration_ms": outcome.seconds * 1000,
        "trace_id": outcome.trace_id,
        "timestamp": timestamp(outcome.finished_at),
        "exit_code": outcome.exit_code,
        "truncated": outcome.truncated,
        "redacted": outcome.redacted,
        "metadata": {
            "execution_id": outcome.execution_id,
            "facts": dict(outcome.facts),
            "table": table and {"columns": table.columns, "rows": table.rows},
        },
    }


def respond(outcome: Outcome, fields: dict[str, Any]) -> JSONResponse:
    """The answer with its status; whatever is not 200 has the fields under `detail`.

    422 keeps the framework's shape, a list of problems under `detail`, with the fields beside it.
    """
    if not outcome.recorded:
        headers = {"retry-after": str(RETRY_AFTER_SECONDS)}
        return JSONResponse({"detail": fields}, 503, headers)
    status = _STATUS.get(outcome.reason, 200) if outcome.reason else 200
    if status == _STATUS[Reason.VALIDATION]:
        problem = {"type": "parameter", "loc": ["body", "params"], "msg": outcome.message}
        return JSONResponse({"detail": [problem], **fields}, status)
    return JSONResponse(fields if status == 200 else {"detail": fields}, status)  # noqa: PLR2004  OK


def timestamp(microseconds: int) -> str:
    """A time of the store in ISO 8601."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC).isoformat()


def _error(outcome: Outcome) -> dict[str, str] | None:
    if outcome.reason is None:
        return None
    return {"code": outcome.reason, "message": outcome.message}
