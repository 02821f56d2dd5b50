"""JSON log lines on standard error, with the trace id and without secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from opsconductor.telemetry.trace import current

REDACTED = "[redacted]"
_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|authorization|cookie|api_?key|routing_?key|credential",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.\-]*://[^\s/:@]*:)[^\s/@]+(?=@)", re.IGNORECASE)
_ASSIGNMENT = re.compile(
    r"(?i)\b(pass(?:word|wd)?|secret|token|api[_-]?key|authorization:? bearer)(\s*[=:]\s*|\s+)"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;&\"']+)"
)


def redact_text(text: str) -> str:
    """The text without passwords in addresses and without values assigned to secret names."""
    return _ASSIGNMENT.sub(rf"\1\2{REDACTED}", _USERINFO.sub(rf"\1{REDACTED}", text))


def redact(value: Any, key: str = "") -> Any:
    """A copy of a JSON-like value without secrets; keys that name a secret lose their value."""
    if key and _SECRET_KEY.search(key) and value is not None:
        return REDACTED
    match value:
        case str():
            return redact_text(value)
        case dict():
            return {name: redact(inner, str(name)) for name, inner in value.items()}
        case list() | tuple():
            return [redact(inner) for inner in value]
        case _:
            return value


def _add_trace(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    context = current.get()
    if context is not None:
        event.setdefault("trace_id", context.trace_id)
    return event


def _redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: redact(value, key) for key, value in event.items()}


def configure(service: str, level: str = "info") -> None:
    """Send this process's logs, the standard library's included, to standard error as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _redact_event,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # httpx says "HTTP Request" at info for every call, which would double each service's log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(service=service)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one module: `log.info("what happened", key=value)`."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound
