"""Slack's incoming webhook: what it accepts and what it refuses.

Source for codes and texts: Slack's documentation of incoming webhooks and its change of
2016-05-17 to their error conditions; for the limits, its documentation of messages.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from opsconductor.inbox.message import AlertState, Message, alerts_in, parse_json, state_in
from opsconductor.objectives import Receiver

MOST_ATTACHMENTS = 100
MOST_BLOCKS = 50
LONGEST_TEXT = 40_000
"""Slack cuts a longer text off."""

_CHANNEL = re.compile(r"#?[^\W_A-Z][\w\-]{0,79}|#?_[\w\-]{0,79}|[CGD][A-Z0-9]{8,}")
_USER = re.compile(r"@[a-z0-9][a-z0-9._\-]{0,79}|U[A-Z0-9]{8,}")
_STATE_OF_COLOUR: dict[str, AlertState] = {
    "good": "resolved",
    "warning": "firing",
    "danger": "firing",
}


class SlackRefusalError(Exception):
    """The message is refused with `status` and Slack's one-word text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Webhook:
    """The parts of a webhook's address after /services."""

    team: str
    service: str
    token: str

    def check(self) -> None:
        """Raise `SlackRefusalError` where the parts cannot name a webhook."""
        if not self.team.startswith("T"):
            raise SlackRefusalError(404, "no_team")
        if not self.service.startswith("B"):
            raise SlackRefusalError(404, "no_service")
        if not self.token:
            raise SlackRefusalError(403, "invalid_token")


def receive(content_type: str, body: bytes) -> Message:
    """The message that the request posts. Raises `SlackRefusalError`."""
    raw = _payload_text(content_type, body)
    payload = _payload(raw)
    texts = _texts(payload)
    if not any(text.strip() for text in texts):
        raise SlackRefusalError(400, "no_text")
    _check_channel(payload.get("channel"))
    attachments = payload.get("attachments") or []
    first = attachments[0] if attachments else {}
    title = first.get("title") or payload.get("text") or first.get("fallback") or texts[0]
    return Message(
        receiver=Receiver.SLACK,
        status=state_in(texts) or _STATE_OF_COLOUR.get(str(first.get("color"))),
        title=str(title).strip().splitlines()[0][:300] if str(title).strip() else "",
        body="\n".join(text for text in texts if text.strip())[:LONGEST_TEXT],
        alerts=alerts_in(texts),
        raw=raw,
    )


def _payload_text(content_type: str, body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise SlackRefusalError(400, "invalid_payload") from None
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return text
    values = parse_qs(text).get("payload")
    if not values:
        raise SlackRefusalError(400, "invalid_payload")
    return values[0]


def _payload(text: str) -> dict[str, Any]:
    try:
        payload = parse_json(text)
    except ValueError:
        raise SlackRefusalError(400, "invalid_payload") from None
    if not isinstance(payload, dict) or not isinstance(payload.get("text") or "", str):
        raise SlackRefusalError(400, "invalid_payload")
    attachments = _objects(payload, "attachments", "invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackRefusalError(400, "too_many_attachments")
    blocks = _objects(payload, "blocks", "invalid_blocks")
    if len(blocks) > MOST_BLOCKS or not all(isinstance(one.get("type"), str) for one in blocks):
        raise SlackRefusalError(400, "invalid_blocks")
    return payload


def _objects(payload: dict[str, Any], name: str, refusal: str) -> list[dict[str, Any]]:
    value = payload.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise SlackRefusalError(400, refusal)
    return value


def _check_channel(channel: Any) -> None:
    if channel is None or channel == "":
        return
    if not isinstance(channel, str):
        raise SlackRefusalError(400, "invalid_payload")
    if channel.startswith(("@", "U")):
        if _USER.fullmatch(channel) is None:
            raise SlackRefusalError(400, "user_not_found")
    elif _CHANNEL.fullmatch(channel) is None:
        raise SlackRefusalError(404, "channel_not_found")


def _texts(payload: dict[str, Any]) -> list[str]:
    """Every text that a person would read, the title first."""
    texts = [str(payload.get("text") or "")]
    for attachment in payload.get("attachments") or []:
        texts += [str(attachment.get(key) or "") for key in ("pretext", "title", "text")]
        fields = attachment.get("fields") or []
        if isinstance(fields, list):
            texts += [
                f"{field.get('title', '')}: {field.get('value', '')}"
                for field in fields
                if isinstance(field, dict)
            ]
        if not any(texts):
            texts.append(str(attachment.get("fallback") or ""))
    for block in payload.get("blocks") or []:
        text = block.get("text")
        if isinstance(text, dict):
            texts.append(str(text.get("text") or ""))
    return [text[:LONGEST_TEXT] for text in texts]
