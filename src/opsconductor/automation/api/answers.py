"""An outcome in HTTP's terms: the status, and the fields that say what happened."""

import json
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


class AnswerResponse(JSONResponse):
    """JSON that can always be sent: file names, for one, need not be valid Unicode."""

    def render(self, content: Any) -> bytes:
        """The content as UTF-8, with a question mark for what UTF-8 cannot say."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


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
        return AnswerResponse({"detail": fields}, 503, headers)
    status = _STATUS.get(outcome.reason, 200) if outcome.reason else 200
    if status == _STATUS[Reason.VALIDATION]:
        problem = {"type": "parameter", "loc": ["body", "params"], "msg": outcome.message}
        return AnswerResponse({"detail": [problem], **fields}, status)
    return AnswerResponse(fields if status == 200 else {"detail": fields}, status)  # noqa: PLR2004  OK


def timestamp(microseconds: int) -> str:
    """A time of the store in ISO 8601."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC).isoformat()


def _error(outcome: Outcome) -> dict[str, str] | None:
    if outcome.reason is None:
        return None
    return {"code": outcome.reason, "message": outcome.message}
