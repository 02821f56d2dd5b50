"""The bodies that the endpoints accept."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from opsconductor.telemetry.trace import MAX_TRACE_ID, valid_trace_id

MAX_INPUT = 4000


def _trace_id(value: str) -> str:
    if not valid_trace_id(value):
        raise ValueError(
            f"a trace id has 1 to {MAX_TRACE_ID} letters, digits, '-', '_', '.' or ':'"
        )
    return value


def _portable(params: dict[str, Any]) -> dict[str, Any]:
    try:
        json.dumps(params, allow_nan=False, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("a text is not valid Unicode: it holds half of a surrogate pair") from None
    except ValueError:
        raise ValueError("NaN and Infinity are not JSON numbers") from None
    return params


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("the input is blank")
    return text


TraceId = Annotated[str, AfterValidator(_trace_id)]
Params = Annotated[dict[str, Any], AfterValidator(_portable)]
Input = Annotated[str, Field(min_length=1, max_length=MAX_INPUT), AfterValidator(_not_blank)]
ToolName = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class ExecuteBody(BaseModel):
    """`POST /ai/execute`."""

    input: Input
    tool: ToolName = "echo"
    params: Params | None = None
    trace_id: TraceId | None = None


class ExecuteToolBody(BaseModel):
    """`POST /ai/tools/execute`."""

    name: ToolName
    params: Params = {}
    trace_id: TraceId | None = None


class AuditBody(BaseModel):
    """`POST /audit/ai-query`: what was asked and answered; further fields are kept as they are."""

    model_config = ConfigDict(extra="allow")

    input: Input
    trace_id: TraceId | None = None
    tool: str | None = None
    output: str | None = None
    success: bool | None = None
    duration_ms: Annotated[float, Field(ge=0)] | None = None
