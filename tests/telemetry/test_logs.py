"""Log lines are JSON, carry the trace, and hold no secrets."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from opsconductor.telemetry import (
    REDACTED,
    TraceContext,
    configure,
    logger,
    redact,
    redact_text,
    trace,
)

SECRET = "hunter2"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Logging as a service configures it; gives the lines written since the last call."""
    root = logging.getLogger()
    level = root.level
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(sys, "stderr", written := io.StringIO())
    configure("test-service", "info")

    def take() -> list[dict[str, Any]]:
        text = written.getvalue()
        written.seek(0)
        written.truncate()
        return [json.loads(line) for line in text.splitlines()]

    yield take
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_says_what_happened_where(lines: Lines) -> None:
    """One line of JSON on standard error, with service, module, level and time."""
    logger("opsconductor.x").info("tool ran", tool="echo", duration_ms=3)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "tool ran",
        "tool": "echo",
        "duration_ms": 3,
        "service": "test-service",
        "logger": "opsconductor.x",
        "level": "info",
    }


def test_a_line_carries_the_trace_that_it_belongs_to(lines: Lines) -> None:
    """Whoever has a trace id finds its lines."""
    token = trace.current.set(TraceContext.new("abc-123"))
    logger("x").info("inside")
    logging.getLogger("library").warning("inside too")
    trace.current.reset(token)
    logger("x").info("outside")
    assert [line.get("trace_id") for line in lines()] == ["abc-123", "abc-123", None]


def test_a_librarys_lines_look_like_ours(lines: Lines) -> None:
    """The standard library's logging ends in the same format."""
    logging.getLogger("uvicorn.error").warning("lost %s of %d", "one", 2)
    (line,) = lines()
    assert line["event"] == "lost one of 2"
    assert line["service"] == "test-service"
    assert line["level"] == "warning"


def test_lines_below_the_level_are_not_written(lines: Lines) -> None:
    """The setting decides how much is said."""
    logger("x").debug("too much")
    logging.getLogger("httpx").info("HTTP Request: GET http://x")
    assert lines() == []


def test_an_exception_is_written_into_its_line(lines: Lines) -> None:
    """A traceback is one field of one line, and redacted like the rest."""
    try:
        int(f"postgresql://ops:{SECRET}@db/x")
    except ValueError:
        logger("x").exception("failed")
    (line,) = lines()
    assert "Traceback" in line["exception"]
    assert f"postgresql://ops:{REDACTED}@db/x" in line["exception"]
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize(
    "field",
    [
        {"password": SECRET},
        {"db_password": SECRET},
        {"api_key": SECRET},
        {"X-Api-Key": SECRET},
        {"pagerduty_routing_key": SECRET},
        {"Authorization": f"Bearer {SECRET}"},
        {"headers": {"cookie": SECRET}},
        {"steps": [{"access_token": SECRET}]},
        {"url": f"https://ops:{SECRET}@example.org/x"},
        {"url": f"https://example.org/?token={SECRET}&k=3"},
        {"database": f"postgresql://ops:pa@{SECRET}@db/x"},
        {"command": f"mysql --password {SECRET}"},
        {"output": f"DB_PASSWORD={SECRET}"},
        {"output": f'{{"password": "{SECRET} and more"}}'},
        {"output": f"Authorization: Basic {SECRET}=="},
        {"output": f"curl -H 'Authorization: Bearer {SECRET}'"},
        {"webhook": f"https://hooks.slack.com/services/T0/B0/{SECRET}"},
        {"key": f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----"},
        {"error": ValueError(f"http://ops:{SECRET}@db/")},
        {"setting": SecretStr(SECRET)},
    ],
)
def test_a_secret_is_not_written(lines: Lines, field: dict[str, Any]) -> None:
    """Neither by the name of its field nor inside a text does a secret reach the log."""
    logger("x").info("event", **field)
    (line,) = lines()
    assert SECRET not in json.dumps(line)


def test_a_secret_in_a_librarys_message_is_not_written(lines: Lines) -> None:
    """A library that quotes an address is redacted as well."""
    logging.getLogger("library").error("cannot reach %s", f"http://ops:{SECRET}@db/")
    (line,) = lines()
    assert line["event"] == f"cannot reach http://ops:{REDACTED}@db/"


@pytest.mark.parametrize(
    "text",
    [
        "the password has expired",
        "token refreshed",
        "max_tokens: 5",
        "https://example.org:8080/a@b",
        "mail ops@example.org about it",
        "bypass=1",
        "ssh://git@example.org/x",
        "",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Redaction that eats plain sentences makes logs and answers useless."""
    assert redact_text(text) == text


def test_plain_values_keep_their_type() -> None:
    """Numbers, truth values and nothing stay what they are; sequences become lists."""
    value = {"a": 1, "b": 1.5, "c": True, "d": None, "e": ("x", 2), "max_tokens": 3}
    assert redact(value) == {**value, "e": ["x", 2]}


def test_redaction_leaves_the_original_alone() -> None:
    """What is logged is a copy; the value itself is still used."""
    value = {"password": SECRET, "inner": [{"token": SECRET}]}
    redact(value)
    assert value == {"password": SECRET, "inner": [{"token": SECRET}]}


def test_redacting_twice_changes_nothing() -> None:
    """Text passes through several hands, each of which redacts."""
    once = redact_text(f"password={SECRET} http://a:{SECRET}@b Bearer {SECRET}{SECRET}")
    assert redact_text(once) == once
