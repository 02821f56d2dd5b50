"""What a receiver took in, in the form in which it is kept and shown."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from opsconductor.objectives import ALERTS, Receiver

AlertState = Literal["firing", "resolved"]

_MARK = re.compile(r"\[\s*(FIRING|RESOLVED)\b[^\]]*\]", re.IGNORECASE)
_WORD = re.compile(r"\b(FIRING|RESOLVED)\b", re.IGNORECASE)
_MARKED_NAME = re.compile(r"\[\s*(?:FIRING|RESOLVED)\b[^\]]*\]\s*:?\s*([A-Za-z_][A-Za-z0-9_]*)")
_NAMED = re.compile(r"\balertname\b\"?\s*[=:]\s*\"?([A-Za-z_][A-Za-z0-9_]*)")
_KNOWN = re.compile(r"\b(" + "|".join(sorted(ALERTS, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery: `raw` is what came over the wire, the rest what was read out of it.

    `id` is 0 until the message is kept. `status` is None where the message does not say.
    """

    receiver: Receiver
    status: AlertState | None
    title: str
    body: str
    alerts: tuple[str, ...]
    raw: str
    id: int = 0
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def writable(text: str) -> str:
    """The text as UTF-8 can carry it: half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def parse_json(text: str | bytes) -> Any:
    """The JSON value, its texts writable. Raises `ValueError`, also where it nests too deeply."""
    try:
        value = json.loads(text)
        return json.loads(writable(json.dumps(value, ensure_ascii=False)))
    except RecursionError:
        raise ValueError("the JSON nests too deeply") from None


def state_in(texts: Iterable[str]) -> AlertState | None:
    """What the texts say about the alerts: a mark like [FIRING:2] first, then a bare word."""
    texts = tuple(texts)
    for pattern in (_MARK, _WORD):
        for text in texts:
            if found := pattern.search(text):
                return "firing" if found[1].upper() == "FIRING" else "resolved"
    return None


def alerts_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The names of alerts in the texts, in order and once each."""
    texts = tuple(texts)
    names: dict[str, None] = {}
    for pattern in (_KNOWN, _NAMED, _MARKED_NAME):
        for text in texts:
            for name in pattern.findall(text):
                names[name] = None
    return tuple(names)
