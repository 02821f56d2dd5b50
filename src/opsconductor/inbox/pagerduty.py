"""PagerDuty's Events API v2: what it accepts and what it refuses.

Source for fields, limits and answers: PagerDuty's documentation of sending alert events.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from opsconductor.inbox.message import AlertState, Message, alerts_in, parse_json
from opsconductor.objectives import Receiver

LARGEST_EVENT = 512 * 1024
ROUTING_KEY_LENGTH = 32
LONGEST_DEDUP_KEY = 255
LONGEST_SUMMARY = 1024
ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")

_STATE_OF_ACTION: dict[str, AlertState] = {"trigger": "firing", "resolve": "resolved"}


class PagerDutyRefusalError(Exception):
    """The event is invalid; `errors` says why, one sentence each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


def receive(body: bytes) -> tuple[Message, str]:
    """The message of the event and its deduplication key. Raises `PagerDutyRefusalError`."""
    event = _event(body)
    if errors := list(_errors(event)):
        raise PagerDutyRefusalError(errors)
    action = event["event_action"]
    payload = payload_of(event)
    key = event.get("dedup_key") or secrets.token_hex(16)
    # Kept as an incident's page would show it: without the key that lets anybody page.
    shown = {**event, "routing_key": "…", "dedup_key": key}
    details = payload.get("custom_details")
    texts = [str(payload.get("summary") or ""), *_strings(details)]
    message = Message(
        receiver=Receiver.PAGERDUTY,
        status=_STATE_OF_ACTION.get(action),
        title=str(payload.get("summary") or f"{action} of {key}"),
        body="\n".join(_strings(details)),
        alerts=alerts_in(texts),
        raw=json.dumps(shown, ensure_ascii=False),
    )
    return message, key


def payload_of(event: dict[str, Any]) -> dict[str, Any]:
    """The event's payload; only a trigger must have one, and anything else may hold nonsense."""
    payload = event.get("payload")
    return payload if isinstance(payload, dict) else {}


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = parse_json(body)
    except ValueError:
        raise PagerDutyRefusalError(["the body is not valid JSON"]) from None
    if not isinstance(event, dict):
        raise PagerDutyRefusalError(["the body is not a JSON object"])
    return event


def _errors(event: dict[str, Any]) -> Iterator[str]:
    action = event.get("event_action")
    yield from _routing_key_errors(event.get("routing_key"))
    if action is None or action == "":
        yield "'event_action' is missing or blank"
    elif action not in ACTIONS:
        yield f"'event_action' is invalid (must be one of: {', '.join(ACTIONS)})"
    yield from _dedup_key_errors(event.get("dedup_key"), action)
    if action == "trigger":
        yield from _payload_errors(event.get("payload"))
    for name in ("links", "images"):
        value = event.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            yield f"'{name}' is not a list of objects"


def _routing_key_errors(key: Any) -> Iterator[str]:
    if not isinstance(key, str) or not key.strip():
        yield "'routing_key' is missing or blank"
    elif len(key) != ROUTING_KEY_LENGTH:
        yield "Length of 'routing_key' is incorrect (should be 32 characters)"


def _dedup_key_errors(key: Any, action: Any) -> Iterator[str]:
    if key is not None and not isinstance(key, str):
        yield "'dedup_key' is not a string"
    elif key and len(key) > LONGEST_DEDUP_KEY:
        yield f"'dedup_key' is longer than {LONGEST_DEDUP_KEY} characters"
    elif not key and action in ("acknowledge", "resolve"):
        yield f"'dedup_key' is missing or blank, and {action} needs it"


def _payload_errors(payload: Any) -> Iterator[str]:
    if not isinstance(payload, dict):
        yield "'payload' is missing or blank"
        return
    for name in ("summary", "source", "severity"):
        value = payload.get(name)
        if not isinstance(value, str) or not value.strip():
            yield f"'payload.{name}' is missing or blank"
        elif name == "summary" and len(value) > LONGEST_SUMMARY:
            yield f"'payload.summary' is longer than {LONGEST_SUMMARY} characters"
        elif name == "severity" and value not in SEVERITIES:
            yield f"'payload.severity' is invalid (must be one of: {', '.join(SEVERITIES)})"


def _strings(value: Any) -> list[str]:
    """The texts of the details, depth first, with the names they have."""
    if isinstance(value, dict):
        return [
            f"{name}: {text}" for name, inner in value.items() for text in _strings(inner) if text
        ]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return [] if value is None else [str(value)]
