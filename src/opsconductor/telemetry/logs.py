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
    r"(^|_|-)pass(word|wd|phrase)?$|password|secret|token$|authorization|cookie|api[_-]?key"
    r"|routing[_-]?key|private[_-]?key|credential",
    re.IGNORECASE,
)
_VALUE = r"(?:(?<=\")[^\"]*|(?<=')[^']*|[^\s,;&\"']+)"
_SECRETS: tuple[re.Pattern[str], ...] = (
    # The password of an address; greedy, for it may hold an unescaped "@".
    re.compile(r"(\b[a-z][a-z0-9+.\-]*://[^\s/:@]*:)[^\s/]+(?=@)", re.IGNORECASE),
    # PASSWORD=..., "token": "...", DB_SECRET_KEY: ..., --api-key=...
    re.compile(
        r"((?:passw(?:or)?d|passphrase|secret|token(?!s)|api[_-]?key|routing[_-]?key)"
        rf"[a-z0-9_-]*[\"']?\s*[=:]\s*[\"']?){_VALUE}",
        re.IGNORECASE,
    ),
    # --password ..., as on a command line
    re.compile(rf"(--(?:password|token|secret|api-key)\s+[\"']?){_VALUE}", re.IGNORECASE),
    # Authorization: Basic ..., Bearer ...
    re.compile(r"(\bauthorization[\"']?\s*[=:]\s*[\"']?\w+\s+)[^\s\"',;]+", re.IGNORECASE),
    re.compile(r"(\bbearer\s+)[A-Za-z0-9._~+/=\-]{8,}", re.IGNORECASE),
    # A Slack incoming webhook is a secret by itself.
    re.compile(r"(https://hooks\.slack\.com/)[^\s\"']+", re.IGNORECASE),
    re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END|\Z)", re.DOTALL),
)
"""Each keeps its first group and loses the rest."""


def redact_text(text: str) -> str:
    """The text without passwords in addresses, values assigned to secret names, and keys."""
    for secret in _SECRETS:
        text = secret.sub(rf"\1{REDACTED}", text)
    return text


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
        case None | bool() | int() | float():
            return value
        case _:
            # What the JSON renderer would write, but redacted: an exception may quote an address.
            return redact_text(repr(value))


def _add_trace(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    context = current.get()
    if context is not None:
        event.setdefault("trace_id", context.trace_id)
    return event


def _add_service(service: str) -> structlog.typing.Processor:
    def add(
        _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return add


def _redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: redact(value, key) for key, value in event.items()}


def configure(service: str, level: str = "info") -> None:
    """Send this process's logs, the standard library's included, to standard error as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_service(service),
        structlog.stdlib.add_logger_name,
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


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one module: `log.info("what happened", key=value)`."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound
