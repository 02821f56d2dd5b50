"""W3C trace context: who a request belongs to, in and out of this process."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Self

TRACEPARENT = "traceparent"
TRACE_ID_HEADER = "x-trace-id"
MAX_TRACE_ID = 64

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_TRACE_ID = re.compile(rf"[A-Za-z0-9_.:\-]{{1,{MAX_TRACE_ID}}}")
_HEX_TRACE_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class TraceContext:
    """One request's trace id, and the span in which this process works on it.

    A trace id that came by another way than `traceparent` may be any token of up to 64 characters.
    """

    trace_id: str
    span_id: str
    flags: str = "01"

    @classmethod
    def new(cls, trace_id: str | None = None) -> Self:
        """Start a trace, with the given id or a random one."""
        return cls(trace_id or secrets.token_hex(16), secrets.token_hex(8))

    @classmethod
    def parse(cls, header: str) -> Self | None:
        """Read a `traceparent` header; None where it is not valid (W3C Trace Context, 3.2)."""
        match = _TRACEPARENT.fullmatch(header.strip())
        if match is None:
            return None
        version, trace_id, span_id, flags, rest = match.groups()
        if version == "ff" or (version == "00" and rest) or not int(trace_id, 16):
            return None
        if not int(span_id, 16):
            return None
        # Only the sampled bit has a meaning; the others are to be cleared (3.2.2.5).
        return cls(trace_id, span_id, f"{int(flags, 16) & 1:02x}")

    def child(self) -> Self:
        """The same trace in a new span."""
        return replace(self, span_id=secrets.token_hex(8))

    def headers(self) -> dict[str, str]:
        """What to send along with a request made on behalf of this one."""
        headers = {TRACE_ID_HEADER: self.trace_id}
        if _HEX_TRACE_ID.fullmatch(self.trace_id):
            headers[TRACEPARENT] = f"00-{self.trace_id}-{self.span_id}-{self.flags}"
        return headers


def valid_trace_id(text: str) -> bool:
    """Whether the text may serve as a trace id."""
    return _TRACE_ID.fullmatch(text) is not None


def from_headers(traceparent: str | None, trace_id: str | None) -> TraceContext | None:
    """The caller's trace: `traceparent` first, then `X-Trace-Id`; None where neither is valid."""
    if traceparent and (context := TraceContext.parse(traceparent)):
        return context.child()
    if trace_id and valid_trace_id(trace_id):
        return TraceContext.new(trace_id)
    return None


current: ContextVar[TraceContext | None] = ContextVar("trace_context", default=None)
"""The trace of the request that this task works on."""
