"""What the store keeps of a tool run, as typed values."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from opsconductor.contract import Reason

MAX_TEXT = 65_536
"""Longest stored text, in characters; a tool's own limit is usually far below."""


class RunStatus(StrEnum):
    """Where a tool run stands. `failed`: its process died before it could end."""

    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a tool wrote; `at` in microseconds since the epoch."""

    at: int
    stream: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a run ended. Texts are already redacted."""

    status: RunStatus
    reason: Reason | None = None
    message: str | None = None
    output: str | None = None
    exit_code: int | None = None
    truncated: bool = False
    redacted: bool = False
    finished_at: int
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One tool run. Times in microseconds since the epoch; parameters without secrets."""

    id: str
    trace_id: str
    principal: str
    instance: str
    tool: str
    params: Mapping[str, Any]
    status: RunStatus
    started_at: int
    reason: str | None = None
    message: str | None = None
    output: str | None = None
    exit_code: int | None = None
    truncated: bool = False
    redacted: bool = False
    finished_at: int | None = None
    duration_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which runs to list. Ranges include their start and exclude their end."""

    statuses: Sequence[str] | None = None
    tools: Sequence[str] | None = None
    trace_id: str | None = None
    started_from: int | None = None
    finished_from: int | None = None
    finished_before: int | None = None
    without_principal: str | None = None
    ended_only: bool = False
    oldest_first: bool = False
    limit: int = field(default=100)


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text that every database takes: valid UTF-8, no NUL, not too long."""
    return (
        text[:limit].encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def clean_json(value: Any) -> str:
    """The value as JSON text that every database takes."""
    return clean(json.dumps(value, default=str), limit=1 << 24)
