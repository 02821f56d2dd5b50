"""The body that `POST /pipeline` and `POST /pipeline/stream` accept."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from opsconductor.telemetry.trace import MAX_TRACE_ID, valid_trace_id

MAX_INPUT = 4000


def _sentence(text: str) -> str:
    if not text.strip():
        raise ValueError("the input is blank; say in a sentence what you want to know")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("the input is not valid Unicode: half of a surrogate pair") from None
    return text


def _trace_id(value: str) -> str:
    if not valid_trace_id(value):
        raise ValueError(
            f"a trace id has 1 to {MAX_TRACE_ID} letters, digits, '-', '_', '.' or ':'"
        )
    return value


class PipelineBody(BaseModel):
    """A sentence; `dry_run` plans without running, `approve` lets a plan change something."""

    input: Annotated[str, Field(min_length=1, max_length=MAX_INPUT), AfterValidator(_sentence)]
    dry_run: bool = False
    approve: bool = False
    trace_id: Annotated[str, AfterValidator(_trace_id)] | None = None
